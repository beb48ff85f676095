// Which row of the table, and which of its cells, made a step go wrong.

import type { Node } from "../../../../compiler/ir/node.ts";
import { isOp } from "../../../../compiler/ops/table.ts";
import type { Assignment } from "../../../../data/assign.ts";
import type { Manifest } from "../../../../runtime/index.ts";
import type { Rows } from "../../../constant/rows.ts";
import { isElementwise, type Origin, valueIn } from "../../../divergence/origin.ts";

/** A cell by the number of its training row, its input and the number of its column there. */
export interface OddCell {
  readonly row: number;
  readonly input: string;
  readonly element: number;
  readonly value: number;
}

const isBatch = (extent: unknown): boolean => typeof extent === "string";

/** The places in the batch of the rows in which the origin is not finite; undefined where it is of no single rows. */
export function badRowsOf({ node, frame }: Origin): number[] | undefined {
  const axis = node.shape.findIndex(isBatch);
  if (axis < 0) return undefined;
  const { shape, data } = valueIn(frame, node);
  const stride = shape.slice(axis + 1).reduce((product, extent) => product * extent, 1);
  const rows = new Set<number>();
  data.forEach((value, at) => {
    if (!Number.isFinite(value)) rows.add(Math.floor(at / stride) % (shape[axis] as number));
  });
  return [...rows];
}

/** The input, none of `targets`, whose elements the origin is computed from one by one, and the number of the first that was not finite. */
export function inputBehind({ node, frame, at }: Origin, targets: readonly string[]): { readonly input: string; readonly at: number } | undefined {
  const size = valueIn(frame, node).data.length;
  const look = (each: Node): string | undefined => {
    if (isOp(each, "input")) return targets.includes(each.params.name) ? undefined : each.params.name;
    if (!isElementwise(each)) return undefined;
    for (const input of each.inputs) {
      const found = valueIn(frame, input).data.length === size ? look(input) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const input = look(node);
  return input === undefined ? undefined : { input, at };
}

/** A number is odd that is so many times the mean size of the others of its column, and of this size: in most columns of counts and flags most are 0. */
const [odd, large] = [100, 1000];

/** The cell of `rows` that is furthest from what its column is like in all training rows; undefined where none is far. */
export function oddestCell(data: Rows, rows: ArrayLike<number>, { inputs }: Manifest, columns: Assignment): OddCell | undefined {
  let found: OddCell | undefined;
  let most = odd;
  for (const { name, dtype } of inputs) {
    const values = data[name];
    const width = columns[name]?.length ?? 0;
    if (dtype !== "f32" || !values || width === 0) continue;
    for (let element = 0; element < width; element++) {
      const total = sizeOf(values, element, width);
      const others = values.length / width - 1;
      for (const row of Array.from(rows)) {
        const value = values[row * width + element] as number;
        const ratio = Math.abs(value) / ((total - Math.abs(value)) / others);
        if (Math.abs(value) > large && ratio > most) [found, most] = [{ row, input: name, element, value }, ratio];
      }
    }
  }
  return found;
}

function sizeOf(values: ArrayLike<number>, first: number, stride: number): number {
  let sum = 0;
  for (let at = first; at < values.length; at += stride) sum += Math.abs(values[at] as number);
  return sum;
}
