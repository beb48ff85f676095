// A derivation through a value that what runs has no need of: one that the definition wrote, or one that a loss has by its own definition. The loss is
// differentiated as it is made of that; below it nothing changes.
import { distinct, mathNames } from "../describe/names.ts";
import type { Program } from "../ir/entry.ts";
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

/** Another form of a total. */
export interface Detour {
  /** What is differentiated in place of the total. */
  total(): Node;
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

/** The total with `form` for `part`. */
const replaced = (total: Node, part: Node, form: Node): Node => placedAs(total, substitute([total], new Map([[part, form]]))[0] as Node);

/** `node`, which is where `other` was written unless it is in the definition itself. */
function placedAs(other: Node, node: Node): Node {
  const { positions } = node.graph;
  const place = positions.get(other);
  if (place && !positions.has(node)) positions.set(node, place);
  return node;
}

/** What the losses of single rows or elements are usually called. */
const ofRows = "ℓ";

/** The way from `total` to `by` through the losses of single rows, which what runs has too, where they are those of one loss and not the total. */
export function throughRows(total: Node, { by, taken }: { readonly by: Node; readonly taken: Iterable<string> }): Detour | undefined {
  const { passages } = total.graph;
  if (passages.size === 0) return undefined;
  const met = withoutBodies([total]).filter((node) => passages.has(node));
  const [loss, ...others] = met.filter((node) => withoutBodies([node]).includes(by));
  if (!loss || loss === total || others.length > 0) return undefined;
  return { total: () => total, value: loss, name: nameOf(loss) ?? distinct(ofRows, new Set(taken)) };
}

function byPassages(total: Node, isOfIt: (value: Node) => boolean, taken: Set<string>): Detour[] {
  const { passages } = total.graph;
  if (passages.size === 0) return [];
  return withoutBodies([total]).flatMap((loss): Detour[] => {
    const met = (passages.get(loss) ?? []).map((passage) => ({ passage, ...passage.through(passage.inputs) })).filter(({ value }) => isOfIt(value));
    if (met.length === 0) return [];
    const name = nameOf(loss) ?? distinct(ofRows, taken);
    const through = met.map(({ passage, value, loss: form = loss }) => ({
      total: () => replaced(total, loss, form),
      value: placedAs(loss, value),
      name: nameOf(value) ?? distinct(passage.name, taken),
      passed: { passage, name, loss, form: placedAs(loss, form) },
    }));
    return loss === total ? through : [...through, { total: () => total, value: loss, name }];
  });
}

/** The node of each name among `nodes` that has one alone. */
function byName(nodes: readonly Node[]): Map<string, Node> {
  const found = new Map<string, Node | undefined>();
  for (const node of nodes) for (const { text } of node.graph.names.get(node) ?? []) found.set(text, found.has(text) ? undefined : node);
  return new Map([...found].flatMap(([text, node]) => (node ? [[text, node] as const] : [])));
}

/** The total with its outermost value that was written in another form in that, down to each value that has a name there. */
function asWritten({ written = [] }: Program, total: Node): Detour[] {
  const stable = byName(withoutBodies([total]));
  const outermost = written.filter(({ name }) => stable.has(name)).sort((a, b) => b.node.id - a.node.id)[0];
  if (!outermost) return [];
  const order = withoutBodies([outermost.node]);
  return [...byName(order)].flatMap(([name, value]): Detour[] => {
    if (value === outermost.node || value.inputs.length === 0 || value.dtype !== "f32") return [];
    const form = () => substitute([outermost.node], imagesBelow(value, order, stable))[0] as Node;
    return [
      {
        total: () => replaced(total, stable.get(outermost.name) as Node, form()),
        value: stable.get(name) ?? value,
        name: mathNames(value.graph)(name),
      },
    ];
  });
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
