import * as build from "../compiler/ops/build.ts";
import { checkSetting, type Kind } from "./settings.ts";
import { definingGraph, read, type Tensor } from "./tensor.ts";
import type { TensorFunction } from "./with-gradient.ts";

const attempt = 'Cannot apply "recompute"';

const aFunction: Kind = { fits: (value) => typeof value === "function", expected: "a function of tensors, such as a layer" };

/**
 * The function `f`, of which a step keeps no values for its gradient but the inputs: what the gradient needs of those in between is computed again
 * when it is needed (Chen et al. 2016; `torch.utils.checkpoint`). It takes less memory and more time, and gives the same values and gradients.
 *
 * `f` is any function of tensors, or a layer: `const block = recompute(nn.sequential(nn.linear(64), nn.tanh))`. What it makes of other tensors alone,
 * and its masks of dropout, is kept; so is what has a loop in it (`ops.scan`, recurrent layers), and what comes
 * behind one.
 * @throws GradcError `setting-out-of-range`, `not-a-tensor`
 */
export function recompute<X extends readonly Tensor[]>(f: TensorFunction<X>): TensorFunction<X> {
  checkSetting(attempt, "f", f, aFunction);
  return (...given) => {
    const part = definingGraph(attempt).nodes.length;
    const starts = given.map((input) => build.recomputed(part, read(attempt, input)));
    const inputs = starts as readonly Tensor[] as X;
    return build.recomputed(part, read(attempt, f(...inputs)), starts);
  };
}
