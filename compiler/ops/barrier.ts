// Values that differ from others in what becomes of their gradients, or in when they are computed.
//
//   recompute     marks a part of a graph, from values at its beginning to one at its end: what the gradient needs of the values between is computed
//                 again. A composition has no such edges: all equal nodes are one, and a value is kept until its last use.
//   barrier       what such a part begins with when it is computed again: no node over it is one of those that were there before. No other op can
//                 tell equal values apart. `fuse` gives what is computed again the kernels that computed it first, so that no bit differs, and lets it
//                 wait for the second input, the gradient at the part's end.
import { type Formula, variable } from "../formula/tree.ts";
import type { Node, Params } from "../ir/node.ts";
import type { TensorType } from "../ir/type.ts";
import type { Op, Value } from "./op.ts";
import type { OpParams } from "./params.ts";

const value: Sample = { shape: [2], data: [1, -2] };
const number: Sample = { dtype: "i32", shape: [], data: [3] };
type Sample = { readonly dtype?: "i32"; readonly shape: readonly number[]; readonly data: readonly number[] };

/** An op whose value is its first input; what stands beside that only says where or when. */
const same = <P extends Params>(gradient: Op<P>["gradient"], params: P): Op<P> => ({
  type: ([x]) => x as TensorType,
  evaluate: ([x]) => x as Value,
  gradient,
  formula: ([x]) => x as Formula,
  samples: [
    { inputs: [value], params },
    { inputs: [number], params },
  ],
});

const passes = (g: Node, [, ...others]: readonly Node[]): (Node | null)[] => [g, ...others.map(() => null)];

/** `held(x)` is x, of which nothing is derived. */
const held = (x: Formula): Formula => ({ kind: "call", name: "held", args: [x], meaning: { formal: [variable("x")], body: variable("x") } });

const stopGradient: Op<OpParams["stopGradient"]> = {
  ...same<OpParams["stopGradient"]>(null, {}),
  formula: ([x], { stated }) => (stated ? held(x as Formula) : (x as Formula)),
};

/** Ops that end differentiation, or order it. */
export const barrier = { stopGradient, recompute: same(passes, { part: 0 }), barrier: same(passes, { part: 0 }) };
