// Whether a computation over many rows may run in parts, a few rows at a time.
//
//   div(sum(loss of each row), size("batch"))   =>   sums: sum(..), size("batch")       finish: div(total, n)
//
// Every value is of one kind: it is free of the rows, it has one row for each of theirs, it is a function of totals over
// them, or it mixes rows in another way, such as a batch norm in training.
import { type Dim, namesOf, product } from "../ir/dim.ts";
import type { Node } from "../ir/node.ts";
import { substitute, withoutBodies } from "../ir/walk.ts";
import { parseLabels } from "../ops/contraction.ts";
import { type elementwise, isElementwise } from "../ops/elementwise.ts";
import { isView, loopOfView } from "../ops/loops.ts";
import { isOp, type OpName, opOf } from "../ops/table.ts";
import { free, type Kind, mixed, type Rows, rows, sum, total } from "./row-kinds.ts";
import { loopKind, slotKinds, viewKind } from "./rows-in-loops.ts";
import { paramsOf } from "./rules/params.ts";

/** What a computation needs to know of all rows. */
export interface Separation {
  /** Nodes whose values over all rows are the sums of their values over the parts. */
  readonly sums: readonly Node[];
  /** The results as functions of other nodes in place of `sums`. */
  finish(replacements: ReadonlyMap<Node, Node>): Node[];
}

/** Whether row i of `node`, along its first axis, depends on row i of the inputs only. `dim` is the dimension of rows. */
export function isRowwise(node: Node, dim: string): boolean {
  const kind = kindsOf([node], dim).get(node);
  return kind?.kind === "rows" && kind.axis === 0;
}

/** Whether a row of `node` depends on other rows than its own, or all of it on all rows. */
export const mixesRows = (node: Node, dim: string): boolean => !["rows", "free"].includes((kindsOf([node], dim).get(node) as Kind).kind);

/** The sums over rows that `results` depend on, if they depend on the rows in no other way. */
export function separationOf(results: readonly Node[], dim: string): Separation | undefined {
  const kinds = kindsOf(results, dim);
  if (results.some((result) => ["rows", "mixed"].includes((kinds.get(result) as Kind).kind))) return undefined;
  const above = withoutBodies(results).filter((node) => kinds.get(node)?.kind !== "rows");
  const used = new Set([...results, ...above.filter((node) => kinds.get(node)?.kind === "total").flatMap((node) => node.inputs)]);
  const sums = above.filter((node) => kinds.get(node)?.kind === "sum" && used.has(node));
  return { sums, finish: (replacements) => substitute(results, replacements) };
}

/** The kind of each node that `roots` are made of. */
export function kindsOf(roots: readonly Node[], dim: string): Map<Node, Kind> {
  const kinds = new Map<Node, Kind>();
  const slots = new Map<Node, ReadonlyMap<Node, Kind>>();
  const byInputs = (node: Node, inputs: readonly Kind[]): Kind => {
    if (isView(node)) return viewKind(node, inputs, slots.get(loopOfView(node) as Node) as ReadonlyMap<Node, Kind>, byInputs);
    if (!isOp(node, "loop")) return kindOf(node, inputs, dim);
    const own = slotKinds(node, inputs, byInputs);
    slots.set(node as Node, own);
    return loopKind([...own.values()], inputs);
  };
  for (const node of withoutBodies(roots)) {
    const inputs = node.inputs.map((input) => kinds.get(input) as Kind);
    kinds.set(node, byInputs(node, inputs));
  }
  return kinds;
}

function kindOf(node: Node, inputs: readonly Kind[], dim: string): Kind {
  const along = (extent: Dim) => namesOf(extent).includes(dim);
  const axis = node.shape.findIndex(along);
  // What each row has for each row, or a number of such, is more than a sum of what parts have.
  const extents = node.op === "size" ? [paramsOf(node, "size").dim] : node.shape;
  if (namesOf(product(extents)).filter((name) => name === dim).length > 1) return mixed;
  const has = (kind: Kind["kind"]) => inputs.some((input) => input.kind === kind);
  if (has("mixed")) return mixed;
  if (has("rows")) {
    const result = rowKind(node, inputs);
    // A sum with an element for each row has fewer elements in a part.
    const isWhole = result.kind === "rows" ? result.axis === axis && !has("total") && !has("sum") : axis < 0;
    return isWhole ? result : mixed;
  }
  if (node.op === "size") return along(paramsOf(node, "size").dim) ? sum : free;
  if (axis < 0) return has("total") || has("sum") ? total : free;
  return has("total") || has("sum") ? mixed : sourceKind(node, axis);
}

/** A value with rows that depends on no others: an input, or equal rows. */
function sourceKind(node: Node, axis: number): Kind {
  const numbered = node.op === "iota" && paramsOf(node, "iota").axis === axis;
  const known = (node.op === "iota" && !numbered) || node.op === "broadcast" || (node.op === "input" && axis === 0);
  return known ? rows(axis) : mixed;
}

type Follow = (node: Node, inputs: readonly Kind[], at: number) => Kind;

/** The kind of a node some of whose inputs have rows. */
function rowKind(node: Node, inputs: readonly Kind[]): Kind {
  const axes = new Set(inputs.filter((input): input is Rows => input.kind === "rows").map((input) => input.axis));
  const [at] = axes as Set<number>;
  if (node.op !== "contract" && axes.size > 1) return mixed;
  const op = opOf(node);
  return isElementwise(op) ? rows(at as number) : follow[op](node, inputs, at as number);
}

/** The axis that `axis` becomes when `dropped` axes go. */
const after = (axis: number, dropped: readonly number[]) => axis - dropped.filter((other) => other < axis).length;
const kept: Follow = (_, __, at) => rows(at);
const never: Follow = () => mixed;

/** Where the rows of an operand go, for every op that is not elementwise. */
const follow: Record<Exclude<OpName, keyof typeof elementwise>, Follow> = {
  input: never,
  parameter: never,
  state: never,
  constant: never,
  iota: never,
  size: never,
  training: never,
  random: never,
  contract: contractKind,
  sum(node, _, at) {
    const { axes } = paramsOf(node, "sum");
    return axes.includes(at) ? sum : rows(after(at, axes));
  },
  max(node, _, at) {
    const { axes } = paramsOf(node, "max");
    return axes.includes(at) ? mixed : rows(after(at, axes));
  },
  argmax(node, _, at) {
    const { axis } = paramsOf(node, "argmax");
    return axis === at ? mixed : rows(after(at, [axis]));
  },
  // Rows stay whole where they come first in row-major order.
  reshape: (_, __, at) => (at === 0 ? rows(0) : mixed),
  permute: (node, _, at) => rows(paramsOf(node, "permute").order.indexOf(at)),
  broadcast: (node, _, at) => rows(paramsOf(node, "broadcast").axes[at] as number),
  slice: kept,
  pad: (node, _, at) => (paramsOf(node, "pad").low[at] === 0 && paramsOf(node, "pad").high[at] === 0 ? rows(at) : mixed),
  flip: (node, _, at) => (paramsOf(node, "flip").axes.includes(at) ? mixed : rows(at)),
  concat: (node, inputs, at) => (paramsOf(node, "concat").axis === at || inputs.some(({ kind }) => kind !== "rows") ? mixed : rows(at)),
  window: (node, _, at) => (paramsOf(node, "window").axis === at ? mixed : rows(at)),
  fold: (node, _, at) => (paramsOf(node, "fold").axis === at ? mixed : rows(at)),
  // What is taken of the axes behind the first is taken of each row.
  gather: ({ inputs: [, index] }, [table, places], at) =>
    table?.kind === "free" ? rows(at) : places?.kind === "free" && at > 0 ? rows(at - 1 + (index as Node).shape.length) : mixed,
  scatterAdd: (node, inputs, at) => (inputs.every(({ kind }) => kind === "rows") && at < (node.inputs[1] as Node).shape.length ? sum : mixed),
  oneHot: kept,
  stopGradient: kept,
  slot: never,
  loop: never,
  stack: never,
  last: never,
  recompute: kept,
  barrier: kept,
  withGradient: kept,
};

function contractKind(node: Node, [x, y]: readonly Kind[]): Kind {
  const labels = parseLabels(paramsOf(node, "contract").spec);
  const letterOf = (kind: Kind | undefined, letters: string) => (kind?.kind === "rows" ? letters[kind.axis] : undefined);
  const [left, right] = [letterOf(x, labels.x), letterOf(y, labels.y)];
  const letter = left ?? right;
  if (letter === undefined || (left !== undefined && right !== undefined && left !== right)) return mixed;
  return labels.summed.includes(letter) ? sum : rows(labels.result.indexOf(letter));
}
