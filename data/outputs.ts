// Which class an output chooses, of which column.

import type { EntryPoint, Manifest, TensorSlot } from "../runtime/program.ts";
import { given } from "../runtime/record.ts";
import type { Learned } from "../runtime/rows.ts";

/** The values of an output for one row; undefined where it has no rows. */
export function widthOfOutput({ shape }: TensorSlot): number | undefined {
  const [rows, ...others] = shape;
  return rows === "batch" ? others.reduce<number>((product, dim) => product * Number(dim), 1) : undefined;
}

/** The results of `predict`. */
export const predicted = ({ entries }: Manifest): readonly TensorSlot[] => (entries.find(({ name }) => name === "predict") as EntryPoint).results;

/**
 * For each output that tells classes apart: the column of the target that they are of, and the bound above which one number means the second of two.
 * An output is told to by the loss that compares it with a target, or else by the number of its values where one target has classes. A table may have
 * fewer classes than a loss compares: the others are in no row.
 */
export function labelsOf(manifest: Manifest, { columns, classes }: Pick<Learned, "columns" | "classes">): NonNullable<Learned["labels"]> {
  // An output tells nothing of one column among several.
  const labelled = (target: string): string[] => {
    const [column, ...others] = given(columns, target) ?? [];
    return column !== undefined && others.length === 0 && given(classes, column) ? [column] : [];
  };
  const all = manifest.targets.flatMap(labelled);
  const found = predicted(manifest).flatMap((slot): [string, readonly [string, number?]][] => {
    const head = manifest.heads?.find(({ output }) => output === slot.name);
    const [column, ...others] = head ? labelled(head.target) : all;
    if (column === undefined || others.length > 0) return [];
    const count = given(classes, column)?.length;
    const width = widthOfOutput(slot);
    if (width === 1 && slot.dtype === "i32") return [[slot.name, [column]]];
    if (width === 1 && count === 2 && head) return [[slot.name, [column, head.link === "sigmoid" ? 0 : 0.5]]];
    const [, ...values] = slot.shape;
    const hasUnused = head && head.link !== "sigmoid" && values.length === 1 && Number(count) < Number(width);
    return (width === count || hasUnused) && slot.dtype === "f32" && width !== 1 ? [[slot.name, [column]]] : [];
  });
  return Object.fromEntries(found);
}
