// A value whose gradient the user says. No composition has it: a value made of stopped parts and a surrogate, as `s + stop(y - s)`, has other bits
// than y, its gradient can only be that of some other function, so neither clipped nor reversed, and second derivatives lose what is stopped.
//
//   withGradient(y, x..){g..}     y is an ordinary value of x.., each g a value over two slots, which stand for the gradient of y and for y
//
// The gradients are a body, so that who asks what a value depends on never comes to them, while names, rewriting, printing and reading do.
import type { Formula } from "../formula/tree.ts";
import type { TensorType } from "../ir/type.ts";
import { substitute } from "../ir/walk.ts";
import { slot } from "./build.ts";
import type { Op, Value } from "./op.ts";
import type { OpParams } from "./params.ts";

const withGradient: Op<OpParams["withGradient"]> = {
  type: ([y]) => y as TensorType,
  evaluate: ([y]) => y as Value,
  // ∂x = g(∂y, y): a gradient that is differentiated again is one more value.
  gradient: (g, _, y, params) => {
    const given = new Map([
      [slot("delta", params.slot, y), g],
      [slot("value", params.slot, y), y],
    ]);
    return [null, ...substitute(y.body, given)];
  },
  formula: ([y]) => y as Formula,
  samples: [{ inputs: [{ shape: [2], data: [1, -2] }], params: { slot: 0 }, note: "of nothing", smooth: false }],
};

/** Ops that say what their gradient is. */
export const ownGradient = { withGradient };
