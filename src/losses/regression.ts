import { abs, square, sub } from "../ops/scalar.ts";
import type { Operand, Tensor } from "../tensor.ts";
import { pairOf, type Reduction, reduceLoss } from "./reduction.ts";

/** The mean of `(prediction - target)²`. @throws GradcError `loss-shape` */
export function mse(prediction: Tensor, target: Operand, options: Reduction = {}): Tensor {
  const [p, y] = pairOf("mse", prediction, target);
  return reduceLoss("mse", square(sub(p, y)), options);
}

/** The mean of `|prediction - target|`; gradient 0 where they are equal. @throws GradcError `loss-shape` */
export function l1(prediction: Tensor, target: Operand, options: Reduction = {}): Tensor {
  const [p, y] = pairOf("l1", prediction, target);
  return reduceLoss("l1", abs(sub(p, y)), options);
}
