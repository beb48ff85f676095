// The numbers of an example: a vector in a row and a small matrix as LaTeX, what is larger as tables, of what is larger still the first elements.
import { fiveDigits } from "../../compiler/derivation/numbers.ts";
import { latex } from "../../compiler/formula/latex.ts";
import { mostElements } from "../../compiler/formula/legend.ts";
import type { JsonNumber, JsonValues } from "./types.ts";

const digits = 5;
/** Rows and columns of a matrix that stands in its line, and elements of what does else. */
const mostInLine = 6;
/** Elements that stand for the others. */
const first = 3;

/** As beside a derivation, 3.5390; of very small and very large numbers with a power of ten. */
function written(magnitude: number): string {
  const isUsual = magnitude === 0 || (magnitude >= 1e-4 && magnitude < 1e6);
  const rounded = Number(magnitude.toPrecision(digits));
  if (!isUsual) return rounded.toExponential();
  return magnitude < 10 ** digits ? fiveDigits(magnitude) : String(rounded);
}

function element(value: JsonNumber): string {
  if (typeof value !== "number") return latex.number(value.replace("-", "").replace("Infinity", "∞")).replace(/^/, value.startsWith("-") ? "-" : "");
  const magnitude = latex.number(written(Math.abs(value)));
  // In braces, so that it is no difference behind what stands before.
  return value < 0 ? `{${latex.negative(magnitude)}}` : magnitude;
}

/** An element as HTML. */
export function elementHtml(value: JsonNumber): string {
  const [mantissa, power] = written(Math.abs(Number(value))).split("e");
  const magnitude = (mantissa as string).replace("Infinity", "∞");
  const exponent = power === undefined ? "" : `·10<sup>${power.replace("+", "").replace("-", "−")}</sup>`;
  return `${Number(value) < 0 ? "−" : ""}${magnitude}${exponent}`;
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1);

/** How much of a value is shown: all of it in its line, all of it in tables, or the first elements. */
export function extentOf({ shape, elements }: JsonValues): "line" | "tables" | "first" {
  const size = sizeOf(shape);
  const isMatrix = shape.length === 2 && shape.every((extent) => extent <= mostInLine);
  if (elements.length === size && (isMatrix || size <= mostInLine)) return "line";
  return elements.length === size && size <= mostElements ? "tables" : "first";
}

/** All numbers of a value. */
export function valuesLatex({ shape, elements }: JsonValues): string {
  if (sizeOf(shape) === 1) return element(elements[0] as JsonNumber);
  if (shape.length !== 2) return `(${elements.map(element).join(",\\; ")})`;
  const rows = rowsOf(elements, shape[1] as number).map((row) => row.map(element).join(" & "));
  return `\\begin{pmatrix} ${rows.join(" \\\\ ")} \\end{pmatrix}`;
}

/** The first numbers of a value. */
export const firstHtml = ({ elements }: JsonValues): string => `(${[...elements.slice(0, first).map(elementHtml), "…"].join(", ")})`;

/** How many elements of a value are not among the first. */
export const leftOut = ({ shape }: JsonValues): number => sizeOf(shape) - first;

/** Elements by rows, of which the last may be shorter. */
export const rowsOf = (elements: readonly JsonNumber[], columns: number): JsonNumber[][] =>
  Array.from({ length: columns === 0 ? 0 : Math.ceil(elements.length / columns) }, (_, row) => elements.slice(row * columns, (row + 1) * columns));
