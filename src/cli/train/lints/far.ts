// Numbers that are far from what an optimizer's steps are made for.
import { counted } from "../../../../data/diagnostics.ts";
import { mostNamed } from "./lint.ts";

type Values = ArrayLike<number>;

/** The columns whose mean is further than `far` from 0, or whose deviation is many times off 1; undefined for none. */
export function describeFar(columns: readonly string[], values: Values, far: number): string | undefined {
  const texts = columns.flatMap((column, at) => {
    const { mean, deviation } = statistics(values, at, columns.length);
    const isFar = Math.abs(mean) > far || deviation > far || (deviation > 0 && deviation < 1 / far ** 2);
    return isFar ? [`"${column}" has mean ${mean.toPrecision(3)}, deviation ${deviation.toPrecision(3)}`] : [];
  });
  const more = texts.length > mostNamed ? [`${counted(texts.length - mostNamed, "column")} more`] : [];
  return texts.length > 0 ? [...texts.slice(0, mostNamed), ...more].join(", ") : undefined;
}

function statistics(values: Values, first: number, stride: number): { readonly mean: number; readonly deviation: number } {
  const count = values.length / stride;
  const average = (term: (value: number) => number) => {
    let sum = 0;
    for (let at = first; at < values.length; at += stride) sum += term(values[at] as number);
    return sum / count;
  };
  const mean = average((value) => value);
  return { mean, deviation: Math.sqrt(average((value) => (value - mean) * (value - mean))) };
}
