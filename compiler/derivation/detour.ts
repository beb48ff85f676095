// A derivation through a value that what runs has no need of: one that the definition wrote, or one that a loss has by its own definition. The loss is
// differentiated as it is made of that; below it nothing changes.
import { distinct, mathNames } from "../describe/names.ts";
import type { Program, Result } from "../ir/entry.ts";
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

/**
 * The detours of `total` in `program` through what is made of `by`, or all of them, as far as names tell them apart; what has none is called by none of
 * `taken`.
 */
export function detoursOf(program: Program, total: Node, { by, taken }: { readonly by?: Node; readonly taken: Iterable<string> }): Detour[] {
  const isOfIt = (value: Node): boolean => by === undefined || withoutBodies([value]).includes(by);
  return [...byPassages(total, isOfIt, new Set(taken)), ...asWritten(program, total).filter(({ value }) => isOfIt(value))];
}

/** Whether the definition or its page calls `node` so. */
export function isCalled(node: Node, asked: string): boolean {
  const mathName = mathNames(node.graph);
  return [...(node.graph.names.get(node) ?? [])].some(({ text }) => text === asked || mathName(text) === asked);
}

/** What the page calls a value that the user named. */
function nameOf(value: Node): string | undefined {
  const [name] = value.graph.names.get(value) ?? [];
  return name && mathNames(value.graph)(name.text);
}

/** The total with another form for each of some parts. */
function formOf(total: Node, forms: ReadonlyMap<Node, Node>): Form {
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
function placedAs(other: Node, node: Node): Node {
  const { positions } = node.graph;
  const place = positions.get(other);
  if (place && !positions.has(node)) positions.set(node, place);
  return node;
}

/** `form` with names of other values in it. */
const named = (form: Form, others: readonly Renamed[]): Form => ({
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

function byPassages(total: Node, isOfIt: (value: Node) => boolean, taken: Set<string>): Detour[] {
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

/** The node of each name among `nodes` that has one alone. */
function byName(nodes: readonly Node[]): Map<string, Node> {
  const found = new Map<string, Node | undefined>();
  for (const node of nodes) for (const { text } of node.graph.names.get(node) ?? []) found.set(text, found.has(text) ? undefined : node);
  return new Map([...found].flatMap(([text, node]) => (node ? [[text, node] as const] : [])));
}

/** A value that runs in another form than it was written in. */
interface Changed {
  readonly node: Node;
  readonly runs: Node;
}

/** The values of `written` that run in another form by themselves, and not because of a named value that they are made of. */
function changedIn(written: readonly Result[], stable: ReadonlyMap<string, Node>): Changed[] {
  const all = written.flatMap(({ name, node }): Changed[] => {
    const runs = stable.get(name);
    return runs && runs !== node ? [{ node, runs }] : [];
  });
  return all.filter(({ node, runs }) => {
    const below = new Set(withoutBodies([node]));
    const others = all.filter((other) => other.node !== node && below.has(other.node));
    return substitute([node], new Map(others.map((other) => [other.node, other.runs])))[0] !== runs;
  });
}

/** The total with what was written in another form in that, down to each value that has a name there. */
function asWritten({ written = [] }: Program, total: Node): Detour[] {
  const stable = byName(withoutBodies([total]));
  const changed = changedIn(written, stable);
  const values = byName(withoutBodies(changed.map(({ node }) => node)));
  return [...values].flatMap(([name, value]): Detour[] => {
    const own = changed.filter(({ node }) => node !== value && withoutBodies([node]).includes(value));
    if (own.length === 0 || value.inputs.length === 0 || value.dtype !== "f32") return [];
    return [{ form: () => formDownTo(value, total, own, stable), value: stable.get(name) ?? value, name: mathNames(value.graph)(name) }];
  });
}

/** The way from `total` to `by` through what the definition wrote and `way`, of what runs, has no need of: down to the first value that it computed of those. */
export function throughWritten(
  program: Program,
  { total, way }: { readonly total: Node; readonly way: readonly Node[] },
  by: Node,
): Detour | undefined {
  const met = new Set(way);
  const isPassed = ({ value }: Detour): boolean => !met.has(value) && withoutBodies([value]).includes(by);
  return asWritten(program, total)
    .filter(isPassed)
    .sort((a, b) => a.value.id - b.value.id)[0];
}

/** The total with those of `changed` as they were written down to `value`. */
function formDownTo(value: Node, total: Node, changed: readonly Changed[], stable: ReadonlyMap<string, Node>): Form {
  const order = withoutBodies(changed.map(({ node }) => node));
  const below = imagesBelow(value, order, stable);
  const within = [...byName(order)].filter(([, node]) => !below.has(node));
  const [forms, images] = [changed.map(({ node }) => node), within.map(([, node]) => node)].map((nodes) => substitute(nodes, below)) as [
    Node[],
    Node[],
  ];
  const renamed = within.map(([name], i): Renamed => ({ node: images[i] as Node, name: mathNames(value.graph)(name) }));
  return named(formOf(total, new Map(changed.map(({ runs }, i) => [runs, forms[i] as Node]))), renamed);
}

/** What runs in place of `value` and of named values that are not made of it. */
function imagesBelow(value: Node, order: readonly Node[], stable: ReadonlyMap<string, Node>): Map<Node, Node> {
  const above = new Set([value]);
  const images = new Map<Node, Node>();
  for (const node of order) {
    if (node !== value && node.inputs.some((input) => above.has(input))) above.add(node);
    if (above.has(node) && node !== value) continue;
    for (const { text } of node.graph.names.get(node) ?? []) {
      const image = stable.get(text);
      if (image) images.set(node, image);
    }
  }
  return images;
}
