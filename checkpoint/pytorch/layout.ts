// How PyTorch has the variables of a net. The table is beside each layer's parts: what is not `upright` there multiplies the last axis.
import type { Net } from "../../runtime/index.ts";
import type { VariableSlot } from "../../runtime/program.ts";
import type { TensorDtype } from "../dtypes.ts";

/** What of a net is read and written here. */
export type NetOfWeights = Pick<Net, "manifest" | "read" | "write">;

/** A variable with the shape and the element type that it has in PyTorch. */
export interface Twin {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: TensorDtype;
  /** Whether its axes are in the other order there. */
  readonly isTransposed: boolean;
  /** Whether files of PyTorch may be without: statistics that it has no layer for, and the count that old versions did not keep. */
  readonly isOptional: boolean;
}

const isCount = (name: string): boolean => /(^|\.)num_batches_tracked$/.test(name);

function twinOf({ name, role, shape, upright, dtype }: VariableSlot, standardized: ReadonlySet<string>): Twin {
  const isTransposed = role === "parameter" && shape.length === 2 && !upright;
  return {
    name,
    shape: isTransposed ? [...shape].reverse() : shape,
    dtype: isCount(name) ? "I64" : dtype === "f32" ? "F32" : "I32",
    isTransposed,
    isOptional: isCount(name) || standardized.has(name),
  };
}

/** Parameters and states of layers, as PyTorch has them. */
export function twinsOf({ manifest }: NetOfWeights): Twin[] {
  const standardized = new Set(manifest.standardize.flatMap(({ mean, deviation }) => [mean, deviation]));
  return manifest.variables.filter(({ role }) => role === "parameter" || role === "layer").map((slot) => twinOf(slot, standardized));
}

/** A matrix of `shape` with its axes in the other order. */
export function transposed(data: ArrayLike<number>, [rows = 0, columns = 0]: readonly number[]): Float32Array {
  const result = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) result[column * rows + row] = data[row * columns + column] as number;
  return result;
}
