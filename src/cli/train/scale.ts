import type { Assignment } from "../../../data/columns.ts";
import type { Manifest } from "../../../runtime/program.ts";

/** A mean further than this from 0, in deviations of 1, or a deviation this many times off 1, slows training down. */
const far = 5;

/** Columns that a warning names. */
const mostNamed = 3;

/** Warnings about columns of inputs that the model does not standardize and whose mean or deviation is far from 0 and 1. */
export function unscaledColumns(
  { inputs, targets, standardize }: Manifest,
  assignment: Assignment,
  data: Readonly<Record<string, ArrayLike<number>>>,
): string[] {
  const scaled = new Set([...targets, ...standardize.map(({ input }) => input)]);
  return inputs.flatMap(({ name, dtype }) => {
    const columns = assignment[name] ?? [];
    const values = data[name];
    if (dtype !== "f32" || scaled.has(name) || !values) return [];
    const unscaled = columns.flatMap((column, at) => describeScale(column, statistics(values, at, columns.length)) ?? []);
    if (unscaled.length === 0) return [];
    const more = unscaled.length > mostNamed ? [`${unscaled.length - mostNamed} columns more`] : [];
    const columnsText = [...unscaled.slice(0, mostNamed), ...more].join(", ");
    return `the input "${name}" is not standardized, which slows training down: ${columnsText}\n  help: const scaled = nn.standardize(${name});`;
  });
}

function statistics(values: ArrayLike<number>, first: number, stride: number): { readonly mean: number; readonly deviation: number } {
  const count = values.length / stride;
  const average = (term: (value: number) => number) => {
    let sum = 0;
    for (let at = first; at < values.length; at += stride) sum += term(values[at] as number);
    return sum / count;
  };
  const mean = average((value) => value);
  return { mean, deviation: Math.sqrt(average((value) => (value - mean) * (value - mean))) };
}

function describeScale(column: string, { mean, deviation }: { readonly mean: number; readonly deviation: number }): string | undefined {
  const isFar = Math.abs(mean) > far || deviation > far || (deviation > 0 && deviation < 1 / far ** 2);
  return isFar ? `"${column}" has mean ${mean.toPrecision(3)}, deviation ${deviation.toPrecision(3)}` : undefined;
}
