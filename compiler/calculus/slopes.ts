// Where the chain rule can multiply by something that is not finite: such a factor has to stay inside of the choice that it belongs to.
//
//   where(c, log(v), 0)   =>   log, v: 1/v is infinite at 0, and 0·(1/0) is NaN
//
// Requires: nodes of one graph, inputs first.
// Cost: linear in the nodes.
import type { Node } from "../ir/node.ts";
import { type OpName, opOf } from "../ops/table.ts";
import { fillOf } from "../rewrite/fill.ts";
import { isReal, type Range, rangesOf } from "./ranges.ts";

/** Whether the slope by input `i` can be NaN or infinite. */
type Steep = (i: number, xs: readonly [Range, Range], y: Range, node: Node) => boolean;

const isAbove = ({ low, nan }: Range, bound: number) => low > bound && !nan;
const isAway = ({ low, high, nan }: Range) => (low > 0 || high < 0) && !nan;

const notANumber: Steep = (_, [x]) => x.nan;
const notFinite: Steep = (_, [x]) => !isReal(x);
const overflows: Steep = (_, __, y) => !isReal(y);

const steep: { readonly [K in OpName]?: Steep } = {
  mul: (i, xs) => !isReal(xs[i === 0 ? 1 : 0]),
  div: (i, [, y], z) => !isAway(y) || (i === 1 && !isReal(z)),
  pow: (_, [x], __, { inputs }) => isSteepPower(x, fillOf(inputs[1] as Node)),
  exp: overflows,
  expm1: overflows,
  sinh: overflows,
  cosh: overflows,
  log: (_, [x]) => !isAbove(x, 0),
  sqrt: (_, [x]) => !isAbove(x, 0),
  log1p: (_, [x]) => !isAbove(x, -1),
  tanh: notANumber,
  sigmoid: notANumber,
  softplus: notANumber,
  erf: notANumber,
  sin: notFinite,
  cos: notFinite,
  max: notANumber,
};

// p·x^(p - 1): x or 1 for a square or less, a root of x below 1, what may overflow beyond.
function isSteepPower(x: Range, p: number | undefined): boolean {
  if (p === undefined || p > 2) return true;
  return p < 1 ? !isAbove(x, 0) : !isReal(x) || (p % 1 !== 0 && x.low < 0);
}

/** Whether the slope of each of `nodes` by its input `i` can be NaN or infinite. */
export function slopesOf(nodes: readonly Node[]): (node: Node, i: number) => boolean {
  const of = rangesOf(nodes);
  return (node, i) => steep[opOf(node)]?.(i, node.inputs.map(of) as unknown as readonly [Range, Range], of(node), node) ?? false;
}
