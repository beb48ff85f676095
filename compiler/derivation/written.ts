// Detours through what the definition wrote and what runs has in another form, down to values that have names there.
import { mathNames } from "../describe/names.ts";
import { elementAt } from "../ir/element.ts";
import type { Program, Result } from "../ir/entry.ts";
import type { Node } from "../ir/node.ts";
import { sameShape } from "../ir/type.ts";
import { substitute, upTo, withoutBodies } from "../ir/walk.ts";
import * as build from "../ops/build.ts";
import { isOp } from "../ops/table.ts";
import { byPassages, type Detour, type Form, formOf, named, nameOf, placedAs, type Renamed } from "./detour.ts";

/**
 * The detours of `total` in `program` through what is made of `by`, or all of them, as far as names tell them apart; what has none is called by none of
 * `taken`.
 */
export function detoursOf(program: Program, total: Node, { by, taken }: { readonly by?: Node; readonly taken: Iterable<string> }): Detour[] {
  const isOfIt = (value: Node): boolean => by === undefined || withoutBodies([value]).includes(by);
  return [...byPassages(total, isOfIt, new Set(taken)), ...asWritten(program, total).filter(({ value }) => isOfIt(value))];
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
    return substitute([node], new Map(others.map((other) => [other.node, shapedAs(other.node, other.runs)])))[0] !== runs;
  });
}

/** `image`, which may lack axes of extent 1, in the shape of `node`. */
const shapedAs = ({ shape }: Node, image: Node): Node => (sameShape(shape, image.shape) ? image : build.reshape(image, shape));

/** A value by one of its names. */
type Named = readonly [name: string, value: Node];

/** A total as it was written, where it runs in another form. */
interface Written {
  readonly total: Node;
  readonly changed: readonly Changed[];
  /** What runs, by names. */
  readonly stable: ReadonlyMap<string, Node>;
  /** What it may go through, in the order of the definition. */
  readonly values: readonly Named[];
}

function writtenOf({ written = [] }: Program, total: Node): Written {
  const stable = byName(withoutBodies([total]));
  const changed = changedIn(written, stable);
  const named = [...byName(withoutBodies(changed.map(({ node }) => node)))].sort(([, a], [, b]) => a.id - b.id);
  const values = named.filter(([, value]) => value.inputs.length > 0 && value.dtype === "f32" && changed.some((each) => isMadeOf(each, value)));
  return { total, changed, stable, values };
}

const isMadeOf = ({ node }: Changed, value: Node): boolean => node !== value && withoutBodies([node]).includes(value);

/** The total with what was written in another form in that, down to each value that has a name there. */
function asWritten(program: Program, total: Node): Detour[] {
  const written = writtenOf(program, total);
  return written.values.map((named) => downTo([named], written));
}

/** The way through what was written down to some values, by the first of them. */
function downTo(values: readonly Named[], written: Written): Detour {
  const [name, value] = elementAt(values, 0);
  return {
    form: () => formDownTo(new Set(values.map(([, each]) => each)), written),
    value: imageOf([name, value], written),
    name: mathNames(value.graph)(name),
  };
}

/** What runs as `value`, or what stands for that over what runs. */
function imageOf([name, value]: Named, { changed, stable }: Written): Node {
  const runs = stable.get(name);
  if (runs) return runs;
  const order = withoutBodies(changed.map(({ node }) => node));
  return placedAs(value, substitute([value], imagesBelow(new Set([value]), order, stable))[0] as Node);
}

/** The way from `total` to `by` through what the definition wrote and `way`, of what runs, does not go through or not as it was written. */
export function throughWritten(
  program: Program,
  { total, way }: { readonly total: Node; readonly way: readonly Node[] },
  by: Node,
): Detour | undefined {
  const met = new Set(way);
  const written = writtenOf(program, total);
  const lost = lostIn(written.changed);
  const passed = written.values.filter((named) => {
    const image = imageOf(named, written);
    return withoutBodies([image]).includes(by) && (!met.has(image) || lost.has(named[1]));
  });
  return passed.length > 0 ? downTo(passed, written) : undefined;
}

/** The named values that what is `changed` was written with, where it runs with others. */
const lostIn = (changed: readonly Changed[]): Set<Node> =>
  new Set(
    changed.flatMap(({ node, runs }) => {
      const [before, after] = [operandsOf(node), operandsOf(runs)];
      const isSame = before.size === after.size && [...before.keys()].every((key) => after.has(key));
      return isSame ? [] : [...before.values()];
    }),
  );

/** The named values, inputs and parameters that `node` is a formula of, by what tells them apart. */
function operandsOf(node: Node): Map<string | Node, Node> {
  const met = upTo(node.inputs, (inner) => nameOf(inner) !== undefined);
  const operands = met.filter((inner) => isOp(inner, "input") || isOp(inner, "parameter") || nameOf(inner) !== undefined);
  return new Map(operands.map((inner) => [nameOf(inner) ?? inner, inner]));
}

/** The total as it was written down to `values`. */
function formDownTo(values: ReadonlySet<Node>, { total, changed, stable }: Written): Form {
  const own = changed.filter((each) => [...values].some((value) => isMadeOf(each, value)));
  const order = withoutBodies(own.map(({ node }) => node));
  const below = imagesBelow(values, order, stable);
  const within = [...byName(order)].filter(([, node]) => !below.has(node));
  const [forms, images] = [own.map(({ node }) => node), within.map(([, node]) => node)].map((nodes) => substitute(nodes, below)) as [Node[], Node[]];
  const renamed = within.map(([name, node], i): Renamed => ({ node: placedAs(node, images[i] as Node), name: mathNames(node.graph)(name) }));
  return named(formOf(total, new Map(own.map(({ runs }, i) => [runs, shapedAs(runs, forms[i] as Node)]))), renamed);
}

/** What runs in place of `values` and of named values that are not made of them. */
function imagesBelow(values: ReadonlySet<Node>, order: readonly Node[], stable: ReadonlyMap<string, Node>): Map<Node, Node> {
  const above = new Set<Node>();
  const images = new Map<Node, Node>();
  for (const node of order) {
    const isAbove = node.inputs.some((input) => above.has(input));
    if (isAbove || values.has(node)) above.add(node);
    if (isAbove) continue;
    for (const { text } of node.graph.names.get(node) ?? []) {
      const image = stable.get(text);
      if (image) images.set(node, shapedAs(node, image));
    }
  }
  return images;
}
