// The functions of scalar ops, one for each record: operands broadcast as in NumPy, dtypes are promoted (bool < i32 < f32).

import { make } from "../../compiler/ir/graph.ts";
import { fromScalars, type scalars } from "../../compiler/ops/elementwise.ts";
import type { ScalarRecord } from "../../compiler/ops/scalar.ts";
import { isTensor } from "../is-tensor.ts";
import { align, type Operand, type Tensor } from "../tensor.ts";
import { attempt } from "./attempt.ts";

/** How a scalar op is applied, by the number of its operands. */
interface Application {
  readonly 1: (x: Operand) => Tensor;
  readonly 2: (x: Operand, y: Operand) => Tensor;
}

/** A function for each scalar op, which has the doc comment of the op's record. */
export type ScalarOps = { readonly [K in keyof typeof scalars]: Application[(typeof scalars)[K]["arity"]] };

/** Ops that refuse bools; all others that take whole numbers count them. */
const ordered: ReadonlySet<string> = new Set(["minimum", "maximum"]);

function operands({ name, i32 }: ScalarRecord, xs: readonly Operand[]): Tensor[] {
  const counted = !ordered.has(name) && xs.every((x) => isTensor(x) && x.dtype === "bool");
  return align(attempt(name), xs, !i32 ? "f32" : counted ? "i32" : undefined);
}

export const scalar: ScalarOps = fromScalars(
  (record) =>
    (...xs: readonly Operand[]) =>
      make(record.name, operands(record, xs.slice(0, record.arity)), {}),
);

/** `x · x` */
export const square = (x: Operand): Tensor => scalar.mul(x, x);
