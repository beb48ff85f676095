import { optim } from "gradc";
import { compile } from "gradc/compiler";
import { fromCsv } from "gradc/data";
import { fit, load, type Net } from "gradc/runtime";

/** Digits as rows of 64 grey levels from 0 to 16, and which they are. */
export interface Digits {
  readonly pixels: readonly number[][];
  readonly digit: readonly number[];
}

/** The digits of `../digits`, of which every fifth is held out. */
export async function readDigits(): Promise<{ train: Digits; held: Digits }> {
  const { columns, length } = await fromCsv(new URL("../digits/digits.csv", import.meta.url), { stream: false });
  const all = [...columns.values()];
  const cells = Array.from({ length }, (_, row) => all.map((column) => column.at(row)));
  const part = (isHeld: boolean): Digits => {
    const rows = cells.filter((_, row) => (row % 5 === 4) === isHeld);
    return { pixels: rows.map((row) => row.slice(0, -1)), digit: rows.map((row) => row.at(-1) ?? 0) };
  };
  return { train: part(false), held: part(true) };
}

/** The network after so many epochs. */
export async function train({ pixels }: Digits, epochs: number): Promise<Net> {
  const definition = new URL("autoencoder.model.ts", import.meta.url);
  const net = await load(await compile(definition, { batch: 32, optimizer: optim.adam({ lr: 0.005 }) }), { seed: 0 });
  await fit(net, { pixels: [...pixels] }, { epochs });
  return net;
}

/** The mean squared error, in grey levels from 0 to 1, of giving the mean picture of `train` for each of `held`: what there is to beat. */
export function errorOfMean(train: Digits, held: Digits): number {
  const mean = Array.from({ length: 64 }, (_, at) => train.pixels.reduce((sum, row) => sum + (row[at] ?? 0), 0) / train.pixels.length);
  const squares = held.pixels.map((row) => row.reduce((sum, level, at) => sum + ((level - (mean[at] ?? 0)) / 16) ** 2, 0) / 64);
  return squares.reduce((sum, square) => sum + square, 0) / squares.length;
}

/** Rows of `width` numbers. */
export const rowsOf = (values: ArrayLike<number>, width: number): number[][] =>
  Array.from({ length: values.length / width }, (_, row) => Array.from({ length: width }, (_, at) => values[row * width + at] ?? 0));

const distance = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, at) => sum + (value - (b[at] ?? 0)) ** 2, 0);

/** The share of digits of `held` whose nearest neighbour in `train` is the same digit, where each is told by its numbers. */
export function neighboursAgree(train: readonly number[][], held: readonly number[][], digits: { train: Digits; held: Digits }): number {
  const right = held.filter((row, at) => {
    const distances = train.map((other) => distance(row, other));
    const nearest = distances.indexOf(Math.min(...distances));
    return digits.train.digit[nearest] === digits.held.digit[at];
  });
  return right.length / held.length;
}
