// Places of an axis that are known when the model is compiled.

import * as build from "../../compiler/ops/build.ts";
import type { Tensor } from "../tensor.ts";

/** x with the cells `places` of `axis`, some perhaps more than once, in their order. */
export function taken(x: Tensor, axis: number, places: readonly number[]): Tensor {
  const others = x.shape.map((_, each) => each).filter((each) => each !== axis);
  const rows = build.gather(build.permute(x, [axis, ...others]), build.constant(x.graph, places, [places.length], "i32"));
  return build.permute(
    rows,
    x.shape.map((_, each) => (each === axis ? 0 : each < axis ? each + 1 : each)),
  );
}
