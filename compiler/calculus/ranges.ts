// Between which numbers values lie, and whether they can be NaN or infinite: known without running anything.
//
//   sqrt(add(mul(d, d), 1e-5))   =>   at least 0.00316, infinite where d·d is, NaN where d is
//
// Requires: all that the nodes depend on is among them, inputs first.
// Ensures: the bounds hold for every element that is not NaN. Sums of finite values and contractions count as finite: they overflow
//   only where training has failed anyway. A product does not, unless one factor is bounded. Indices count as valid.
// Cost: linear in the nodes.

import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { fromScalars, type ScalarName, scalars } from "../ops/elementwise.ts";
import { anything, isReal, type Range, type Ranges, range, real, square, union } from "../ops/range.ts";
import { isOp, type OpName, type OpNode, opOf } from "../ops/table.ts";

const unit = range(0, 1);
const nonNegative = range(0, Infinity);

/** A sum of many of them, or of none. */
const sumOf = (x: Range) =>
  range(x.low >= 0 ? 0 : -Infinity, x.high <= 0 ? 0 : Infinity, x.nan || (x.infinite && x.low < 0 && x.high > 0), x.infinite);

const same = ([x]: Ranges) => x;

const movers: ReadonlySet<string> = new Set<OpName>(["broadcast", "reshape", "stopGradient", "recompute", "barrier"]);

/** Whether `node` is x less the largest x of each row, x finite. */
function isShifted(node: Node, x: Range): boolean {
  let shift = node.inputs[1];
  if (node.op !== "sub" || !shift || !isReal(x)) return false;
  while (movers.has(shift.op) || isOp(shift, "where")) shift = shift.inputs.at(-1) as Node;
  return isOp(shift, "max") && shift.inputs[0] === node.inputs[0];
}

/** An op that works element by element, whose operands may be the same value or belong together. */
function scalarRange(name: ScalarName, xs: Ranges, node: Node): Range {
  if (isShifted(node, xs[0])) return range(-Infinity, 0);
  return name === "mul" && node.inputs[0] === node.inputs[1] ? square(xs[0]) : scalars[name].range(xs);
}

const rules: Record<OpName, (xs: Ranges, node: Node, of: (node: Node) => Range) => Range> = {
  input: (_, { dtype }) => (dtype === "f32" ? anything : real),
  // A parameter that is not finite is a training that has failed.
  parameter: () => real,
  // A state may begin with infinity, as a minimum that is kept does.
  state: () => anything,
  constant: (_, node) => valuesOf((node as OpNode<"constant">).params.data),
  iota: () => nonNegative,
  size: () => range(1, Infinity),
  training: () => unit,
  random: () => unit,
  ...fromScalars((_, name) => (xs: Ranges, node: Node) => scalarRange(name, xs, node)),
  compare: () => unit,
  where: ([, x, y]) => union(x, y),
  cast: ([x], { inputs, dtype }) => (dtype === "f32" && inputs[0]?.dtype === "f32" ? x : inputs[0]?.dtype === "bool" ? unit : real),
  // Finite by assumption.
  contract: () => real,
  // The largest of each row is exp(0).
  sum([x], { inputs: [terms] }, of) {
    const shifted = terms?.op === "exp" && isShifted(elementAt(terms.inputs, 0), of(terms.inputs[0]?.inputs[0] as Node));
    return shifted ? range(1, Infinity) : sumOf(x);
  },
  max: same,
  argmax: () => nonNegative,
  fold: ([x]) => sumOf(x),
  scatterAdd: ([x]) => sumOf(x),
  gather: same,
  oneHot: () => unit,
  reshape: same,
  permute: same,
  broadcast: same,
  slice: same,
  flip: same,
  window: same,
  stopGradient: same,
  slot: () => anything,
  loop: () => real,
  stack: () => anything,
  last: () => anything,
  recompute: same,
  barrier: same,
  withGradient: same,
  pad: ([x], node) => union(x, valuesOf([(node as OpNode<"pad">).params.value])),
  concat: (xs) => union(...xs),
};

function valuesOf(data: readonly number[]): Range {
  const numbers = data.filter((value) => !Number.isNaN(value));
  const low = numbers.reduce((least, value) => Math.min(least, value), Infinity);
  const high = numbers.reduce((most, value) => Math.max(most, value), -Infinity);
  if (low > high) return { ...range(0, 0), nan: data.length > 0 };
  return range(low, high, numbers.length < data.length, Math.max(-low, high) === Infinity);
}

/** The range of each of `nodes`, inputs before users; `adjust` says otherwise for some of them. */
export function rangesOf(nodes: readonly Node[], adjust: (range: Range, node: Node) => Range = (range) => range): (node: Node) => Range {
  const known = new Map<Node, Range>();
  const of = (node: Node) => known.get(node) as Range;
  for (const node of nodes) known.set(node, adjust(rules[opOf(node)](node.inputs.map(of) as unknown as Ranges, node, of), node));
  return of;
}
