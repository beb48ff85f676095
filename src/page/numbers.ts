// The numbers of an example as LaTeX: a vector in a row, a small matrix as one, of anything larger the first elements.
import { latex } from "../../compiler/formula/latex.ts";
import type { JsonNumber, JsonValues } from "./types.ts";

const digits = 5;
/** Rows and columns of a matrix that is written out, and elements of what is larger. */
const most = { side: 6, elements: 5 };

/** Of very small and very large numbers with a power of ten. */
function written(magnitude: number): string {
  const isUsual = magnitude === 0 || (magnitude >= 1e-4 && magnitude < 1e6);
  const rounded = Number(magnitude.toPrecision(digits));
  return isUsual ? String(rounded) : rounded.toExponential();
}

function element(value: JsonNumber): string {
  if (typeof value !== "number") return latex.number(value.replace("-", "").replace("Infinity", "∞")).replace(/^/, value.startsWith("-") ? "-" : "");
  const magnitude = latex.number(written(Math.abs(value)));
  // In braces, so that it is no difference behind what stands before.
  return value < 0 ? `{${latex.negative(magnitude)}}` : magnitude;
}

const size = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1);

const isMatrix = ({ shape, elements }: JsonValues): boolean =>
  shape.length === 2 && shape.every((extent) => extent <= most.side) && elements.length === size(shape);

/** Whether elements are left out. */
export const isCut = (values: JsonValues): boolean => !isMatrix(values) && size(values.shape) > most.elements;

/** The numbers of a value. */
export function valuesLatex(values: JsonValues): string {
  const { shape, elements } = values;
  if (size(shape) === 1) return element(elements[0] as JsonNumber);
  if (isMatrix(values)) {
    const columns = shape[1] as number;
    const rows = Array.from({ length: shape[0] as number }, (_, row) =>
      elements
        .slice(row * columns, (row + 1) * columns)
        .map(element)
        .join(" & "),
    );
    return `\\begin{pmatrix} ${rows.join(" \\\\ ")} \\end{pmatrix}`;
  }
  const shown = elements.slice(0, most.elements).map(element);
  return `(${[...shown, ...(isCut(values) ? ["\\dots"] : [])].join(",\\; ")})`;
}
