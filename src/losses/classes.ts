// What losses of classes have in common: rows of scores with the classes last, i32 targets, ignored rows, a weight for each class.
import { shapeMismatch } from "../../compiler/diagnostics/tensors.ts";
import { formatShape, sameShape } from "../../compiler/ir/type.ts";
import * as build from "../../compiler/ops/build.ts";
import { nameInFormulas } from "../definition.ts";
import { isTensor } from "../is-tensor.ts";
import { axisOf } from "../ops/axes.ts";
import { ops } from "../ops/index.ts";
import { axis, type Kind, type Kinds } from "../settings.ts";
import { type Data, isList, type Tensor } from "../tensor.ts";
import { type Reduction, reduceLoss } from "./reduction.ts";
import { weightOf } from "./weight.ts";

/** Settings of losses of classes. */
export interface ClassOptions extends Reduction {
  /** Rows with this class count nothing; -100 unless stated. */
  readonly ignoreIndex?: number;
  /** A weight for each class. */
  readonly weight?: Tensor | Data;
  /** The axis of the classes; the last unless stated. */
  readonly dim?: number;
}

export const classWeightKind: Kind = {
  fits: (value) => isTensor(value) || isList(value),
  expected: "a tensor or a list of numbers, one for each class",
};

export const classKinds: Kinds<Omit<ClassOptions, "reduction">> = {
  ignoreIndex: {
    fits: (value) => Number.isInteger(value) && (value as number) === ((value as number) | 0),
    expected: "a whole number within the range of i32",
  },
  weight: classWeightKind,
  dim: axis,
};

/** `x` with the axis `dim` last. */
export function classesLast(attempt: string, x: Tensor, dim = -1): Tensor {
  if (x.shape.length === 0) throw shapeMismatch(attempt, [x.shape], "a last axis of classes");
  const axis = axisOf(attempt, x.shape, dim);
  const others = x.shape.map((_, each) => each).filter((each) => each !== axis);
  return axis === x.shape.length - 1 ? x : build.permute(x, [...others, axis]);
}

/** What is known of the targets of one loss. */
interface Truth {
  /** One-hot rows. */
  readonly truth: Tensor;
  /** The weight of each class, and that of each row's class. */
  readonly weight: Tensor | undefined;
  readonly own: Tensor | undefined;
}

/** The losses of `rows` reduced: ignored rows count nothing, and the mean divides by the weights of the others' classes. */
export function overClasses(attempt: string, y: Tensor, classes: number, options: ClassOptions, rowsOf: (truth: Truth) => Tensor): Tensor {
  const valid = nameInFormulas(ops.compare(y, options.ignoreIndex ?? -100, "ne"), "counted");
  const truth = ops.oneHot(y, classes);
  const weight = classWeights(attempt, options.weight, classes);
  const own = weight && lastSum(ops.mul(truth, weight));
  const rows = rowsOf({ truth, weight, own });
  const count = own ? ops.where(valid, own, 0) : ops.cast(valid, "f32");
  return reduceLoss(ops.where(valid, rows, 0), options, nameInFormulas(ops.sum(count), "N"));
}

/** The element of each row where the one-hot row `truth` is 1. The others have no part in it, not even where they are -infinity. */
export const chosen = (truth: Tensor, x: Tensor): Tensor => lastSum(ops.where(ops.compare(truth, 0, "ne"), x, 0));

export const lastSum = (x: Tensor): Tensor => ops.sum(x, { dim: -1 });

export const scaled = (factor: Tensor | undefined, x: Tensor): Tensor => (factor ? ops.mul(factor, x) : x);

/** @throws GradcError `shape-mismatch` for another number of classes */
export function classWeights(attempt: string, weight: ClassOptions["weight"], classes: number): Tensor | undefined {
  if (weight === undefined) return undefined;
  const node = weightOf(attempt, "weight", weight);
  if (!sameShape(node.shape, [classes])) throw shapeMismatch(`${attempt} with class weights`, [node.shape], formatShape([classes]));
  return node;
}
