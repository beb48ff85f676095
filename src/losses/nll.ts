import { lossShape } from "../../compiler/diagnostics/definitions.ts";
import { dynamicDimension } from "../../compiler/diagnostics/tensors.ts";
import { formatShape, sameShape } from "../../compiler/ir/type.ts";
import { ops } from "../ops/index.ts";
import { checkOptions } from "../settings.ts";
import { float, index, type Tensor } from "../tensor.ts";
import { type ClassOptions, chosen, classesLast, classKinds, overClasses, scaled } from "./classes.ts";
import { throughLogarithms } from "./passages.ts";
import { attemptOf, reductionKinds } from "./reduction.ts";

const attempt = attemptOf("nll");

/** Rows of scores, classes last, and the number of these. @throws GradcError `loss-shape`, `dynamic-dimension`, `dtype-mismatch` */
export function rowsOf(name: string, prediction: Tensor, target: Tensor, dim?: number): { x: Tensor; y: Tensor; classes: number } {
  const x = classesLast(attemptOf(name), float(attemptOf(name), prediction), dim);
  const y = index(attemptOf(name), target);
  const classes = x.shape.at(-1);
  if (typeof classes !== "number") throw dynamicDimension(attemptOf(name), x.shape.length - 1, x.shape);
  const rows = x.shape.slice(0, -1);
  if (!sameShape(rows, y.shape)) throw lossShape(name, x.shape, y.shape, `target ${formatShape(rows)} of i32 classes`);
  return { x, y, classes };
}

/**
 * The mean of `-x[target]` over the rows that are not ignored, of logarithms of probabilities `x: [..., classes]`, as `nn.logSoftmax` gives
 * them, and i32 classes `[...]`. With class weights it divides by the sum of the targets' weights. `crossEntropy` does both in one.
 * @throws GradcError `loss-shape`, `dynamic-dimension`, `dtype-mismatch`
 */
export function nll(prediction: Tensor, target: Tensor, options: ClassOptions = {}): Tensor {
  checkOptions(attempt, options, { ...reductionKinds, ...classKinds });
  const { x, y, classes } = rowsOf("nll", prediction, target, options.dim);
  return overClasses(attempt, y, classes, options, ({ truth, own }) => throughLogarithms(scaled(own, ops.neg(chosen(truth, x))), x));
}
