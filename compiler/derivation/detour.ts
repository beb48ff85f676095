// A derivation through a value that what runs has no need of: one that the definition wrote, or one that a loss has by its own definition. The loss is
// differentiated as it is made of that; below it nothing changes.
import { distinct, mathNames } from "../describe/names.ts";
import type { Node, Passage } from "../ir/node.ts";
import { substitute, withoutBodies } from "../ir/walk.ts";

/** What a loss goes through by its definition, where it is used. */
export interface Passed {
  readonly passage: Passage;
  /** What the loss is called. */
  readonly name: string;
  /** The loss as it runs, and as it is made of the value. */
  readonly loss: Node;
  readonly form: Node;
}

/** A value with a name in another form of a total, and what runs in its place where that is no longer the same. */
export interface Renamed {
  readonly node: Node;
  readonly name: string;
  readonly runs?: Node;
}

/** What is differentiated in place of a total. */
export interface Form {
  readonly total: Node;
  readonly renamed: readonly Renamed[];
  /** Whether the total itself is what has another form, and not a named value below it. */
  readonly isWhole: boolean;
}

/** Another form of a total. */
export interface Detour {
  form(): Form;
  /** What it goes through, and what that is called where nothing else is said. */
  readonly value: Node;
  readonly name: string;
  readonly passed?: Passed;
}

/** Whether the definition or its page calls `node` so. */
export function isCalled(node: Node, asked: string): boolean {
  const mathName = mathNames(node.graph);
  return [...(node.graph.names.get(node) ?? [])].some(({ text }) => text === asked || mathName(text) === asked);
}

/** What the page calls a value that the user named. */
export function nameOf(value: Node): string | undefined {
  const [name] = value.graph.names.get(value) ?? [];
  return name && mathNames(value.graph)(name.text);
}

/** The total with another form for each of some parts. */
export function formOf(total: Node, forms: ReadonlyMap<Node, Node>): Form {
  const named = withoutBodies([total]).flatMap((node) => {
    const name = node === total ? undefined : nameOf(node);
    return name === undefined ? [] : [{ node, name }];
  });
  const [image, ...images] = substitute([total, ...named.map(({ node }) => node)], forms);
  const renamed = named.flatMap(({ node, name }, i): Renamed[] => {
    const own = images[i] as Node;
    return own === node ? [] : [{ node: placedAs(node, own), name, ...(forms.has(node) && { runs: node }) }];
  });
  return { total: placedAs(total, image as Node), renamed, isWhole: forms.has(total) };
}

/** `node`, which is where `other` was written unless it is in the definition itself. */
export function placedAs(other: Node, node: Node): Node {
  const { positions } = node.graph;
  const place = positions.get(other);
  if (place && !positions.has(node)) positions.set(node, place);
  return node;
}

/** `form` with names of other values in it. */
export const named = (form: Form, others: readonly Renamed[]): Form => ({
  ...form,
  renamed: [...form.renamed, ...others.filter(({ node }) => !form.renamed.some((known) => known.node === node) && node !== form.total)],
});

/** What the losses of single rows or elements are usually called. */
const ofRows = "ℓ";

/** The way from `total` to `by` through the losses of single rows, which what runs has too, where they are those of one loss and not the total. */
export function throughRows(total: Node, { by, taken }: { readonly by: Node; readonly taken: Iterable<string> }): Detour | undefined {
  const { passages } = total.graph;
  if (passages.size === 0) return undefined;
  const met = withoutBodies([total]).filter((node) => passages.has(node));
  const [loss, ...others] = met.filter((node) => withoutBodies([node]).includes(by));
  if (!loss || loss === total || others.length > 0) return undefined;
  return byRows(total, loss, nameOf(loss) ?? distinct(ofRows, new Set(taken)));
}

const byRows = (total: Node, loss: Node, name: string): Detour => ({
  form: () => ({ total, renamed: [{ node: loss, name }], isWhole: false }),
  value: loss,
  name,
});

/** The ways from `total` through what its losses have by their own definitions. */
export function byPassages(total: Node, isOfIt: (value: Node) => boolean, taken: Set<string>): Detour[] {
  const { passages } = total.graph;
  if (passages.size === 0) return [];
  return withoutBodies([total]).flatMap((loss): Detour[] => {
    const met = (passages.get(loss) ?? []).map((passage) => ({ passage, ...passage.through(passage.inputs) })).filter(({ value }) => isOfIt(value));
    if (met.length === 0) return [];
    const name = nameOf(loss) ?? distinct(ofRows, taken);
    const through = met.map(({ passage, value, loss: form = loss }) => ({
      form: () => named(formOf(total, new Map([[loss, form]])), loss === total ? [] : [{ node: form, name, runs: loss }]),
      value: placedAs(loss, value),
      name: nameOf(value) ?? distinct(passage.name, taken),
      passed: { passage, name, loss, form: placedAs(loss, form) },
    }));
    return loss === total ? through : [...through, byRows(total, loss, name)];
  });
}
