// Numbers that are the best constant prediction for one loss or another.

/** The values of one element of a target over the rows. */
interface Summary {
  readonly mean: number;
  readonly median: number;
  readonly rows: number;
}

/** A constant prediction, made for each element of a row by itself. */
export interface Guess {
  /** The number of the target that it stands for. */
  readonly kind: "mean" | "median";
  /** Predictions that say no, undecided and yes, where the target is 0 or 1. */
  readonly answers: readonly [number, number, number];
  of(summary: Summary): number;
}

const probabilities = [0.1, 0.5, 0.9] as const;
const logits = [-2, 0, 2] as const;

/** At least half a row, so that a logarithm ends. */
const positive = (mean: number, rows: number): number => Math.max(mean, 0.5 / rows);

/** The mean is best for squares, the median for absolute values, logarithms of shares for cross-entropies of logits. */
export const guesses: readonly Guess[] = [
  { kind: "mean", answers: probabilities, of: ({ mean }) => mean },
  { kind: "median", answers: probabilities, of: ({ median }) => median },
  { kind: "mean", answers: probabilities.map(Math.log) as [number, number, number], of: ({ mean, rows }) => Math.log(positive(mean, rows)) },
  { kind: "mean", answers: logits, of: ({ mean, rows }) => Math.log(positive(mean, rows) / positive(1 - mean, rows)) },
];

/** Summaries of the elements of a row, of row-major values. */
export function summariesOf(values: ArrayLike<number>, width: number): Summary[] {
  const rows = values.length / width;
  return Array.from({ length: width }, (_, column) => {
    const sorted = Float64Array.from({ length: rows }, (_, row) => values[row * width + column] as number).sort();
    const sum = sorted.reduce((total, value) => total + value, 0);
    const median = ((sorted[(rows - 1) >> 1] as number) + (sorted[rows >> 1] as number)) / 2;
    return { mean: sum / rows, median, rows };
  });
}
