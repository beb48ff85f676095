import type { Manifest } from "../../../runtime/index.ts";
import { shuffle } from "../../../runtime/shuffle.ts";
import { holdOut } from "../../../runtime/training/batches.ts";
import type { Rows } from "../../constant/rows.ts";
import type { Settings } from "./settings.ts";

/** Rows to train on, and rows that are held out. */
export interface Split {
  readonly training: Rows;
  readonly held: Rows | undefined;
  /** The numbers of those to train on. */
  readonly rows: Int32Array;
  /** The number of rows of each. */
  readonly counts: { readonly training: number; readonly held: number };
}

/** Holds out the rows that `fit` would hold out. @throws GradcError `bad-option` */
export function splitRows(data: Rows, count: number, { inputs }: Manifest, { validation, seed }: Settings): Split {
  const { rows, held } = holdOut(count, validation, seed);
  const dynamic = new Set(inputs.flatMap(({ name, shape }) => (typeof shape[0] === "string" ? [name] : [])));
  const pick = (chosen: Int32Array): Rows =>
    Object.fromEntries(Object.entries(data).map(([name, values]) => [name, dynamic.has(name) ? pickRows(values, count, chosen) : values]));
  return {
    training: held.length > 0 ? pick(rows) : data,
    held: held.length > 0 ? pick(held) : undefined,
    rows,
    counts: { training: rows.length, held: held.length },
  };
}

function pickRows<A extends Float32Array | Int32Array>(values: A, count: number, chosen: Int32Array): A {
  const width = values.length / count;
  const picked = new (values.constructor as new (length: number) => A)(chosen.length * width);
  for (const [at, row] of chosen.entries()) picked.set(values.subarray(row * width, (row + 1) * width), at * width);
  return picked;
}

/** The numbers of the training rows that `fit` takes in a step, in order. */
export function rowsOfStep({ counts }: Split, { batch, seed }: Pick<Settings, "batch" | "seed">, epoch: number, step: number): Int32Array {
  const order = shuffle(
    new Int32Array(counts.training).map((_, row) => row),
    seed,
    epoch,
  );
  return order.subarray((step - 1) * batch, step * batch);
}
