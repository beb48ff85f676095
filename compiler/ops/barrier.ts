import type { Formula } from "../formula/tree.ts";
import type { TensorType } from "../ir/type.ts";
import type { Op, Value } from "./op.ts";

const stopGradient: Op = {
  type: ([x]) => x as TensorType,
  evaluate: ([x]) => x as Value,
  gradient: null,
  formula: ([x]) => x as Formula,
  samples: [
    { inputs: [{ shape: [2], data: [1, -2] }], params: {} },
    { inputs: [{ dtype: "i32", shape: [], data: [3] }], params: {} },
  ],
};

/** Ops that end differentiation. */
export const barrier = { stopGradient };
