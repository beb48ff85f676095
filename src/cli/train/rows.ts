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

type Values = Rows[string];

/** Takes the rows of an array apart: those to train on, and those that are held out. */
type Take = (values: Values, width: number, rows: Int32Array, held: Int32Array) => readonly [training: Values, held: Values];

/** Holds out the rows that `fit` would hold out; the data stays as it is. @throws GradcError `bad-option` */
export function splitRows(data: Rows, count: number, manifest: Manifest, settings: HoldingOut): Split {
  return split(data, count, manifest, settings, (values, width, rows, held) => [pickRows(values, width, rows), pickRows(values, width, held)]);
}

/** The same in the memory of the data, which holds the rows to train on and behind them the others afterwards. @throws GradcError `bad-option` */
export function divideRows(data: Rows, count: number, manifest: Manifest, settings: HoldingOut): Split {
  return split(data, count, manifest, settings, (values, width, rows, held) => {
    const behind = rows.length * width;
    const last = pickRows(values, width, held);
    // The rows to train on stay in order, so that none is written to before it is read.
    for (const [at, row] of rows.entries()) if (at !== row) values.copyWithin(at * width, row * width, (row + 1) * width);
    values.set(last, behind);
    return [values.subarray(0, behind), values.subarray(behind)];
  });
}

type HoldingOut = Pick<Settings, "validation" | "seed">;

function split(data: Rows, count: number, { inputs }: Manifest, { validation, seed }: HoldingOut, take: Take): Split {
  const { rows, held } = holdOut(count, validation, seed);
  const counts = { training: rows.length, held: held.length };
  if (held.length === 0) return { training: data, held: undefined, rows, counts };
  const dynamic = new Set(inputs.flatMap(({ name, shape }) => (typeof shape[0] === "string" ? [name] : [])));
  const parts = Object.entries(data).map(([name, values]) => ({
    name,
    parts: dynamic.has(name) ? take(values, values.length / count, rows, held) : ([values, values] as const),
  }));
  const part = (which: 0 | 1): Rows => Object.fromEntries(parts.map(({ name, parts }) => [name, parts[which]]));
  return { training: part(0), held: part(1), rows, counts };
}

function pickRows(values: Values, width: number, chosen: Int32Array): Values {
  const picked = new (values.constructor as new (length: number) => Values)(chosen.length * width);
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
