import { differentiate } from "../compiler/passes/differentiate.ts";
import { read, type Tensor } from "./tensor.ts";

/**
 * The gradients of the f32 scalar `y` with respect to each of `wrt`, as tensors that can be used and differentiated again.
 * @throws GradcError `non-scalar-loss`, `no-gradient`
 */
export const gradient = (y: Tensor, wrt: readonly Tensor[]): Tensor[] =>
  differentiate(
    read("Cannot differentiate", y),
    wrt.map((x) => read("Cannot differentiate", x)),
  );
