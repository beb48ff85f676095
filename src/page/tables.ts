// All numbers of a value as tables: a vector in rows of sixteen, a matrix by its rows, what has more axes as its matrices.
import { elementHtml, rowsOf, sizeOf } from "./numbers.ts";
import type { JsonNumber, JsonValues } from "./types.ts";

/** Elements of a vector in a row. */
const inRow = 16;

/** Columns that fit on paper side by side. */
const mostOnPaper = 8;

/** The tables of a value, with the places of rows and columns, from 0. */
export function tablesHtml({ shape, elements }: JsonValues): string {
  if (shape.length === 1) return tableHtml(elements, Math.min(inRow, elements.length), inRow, "");
  const [matrix, outer] = [shape.slice(-2), shape.slice(0, -2)];
  const size = sizeOf(matrix);
  const parts = Array.from({ length: sizeOf(outer) }, (_, at) => elements.slice(at * size, (at + 1) * size));
  return parts.map((part, at) => tableHtml(part, matrix[1] as number, 1, outer.length === 0 ? "" : captionOf(at, outer))).join("");
}

/** Where a matrix is along the axes before its own. */
function captionOf(at: number, outer: readonly number[]): string {
  const places = outer.map((extent, axis) => Math.floor(at / sizeOf(outer.slice(axis + 1))) % extent);
  return `<caption>[${[...places, "·", "·"].join(",")}]</caption>`;
}

/** A table of which each row is `step` further than the one above. */
function tableHtml(elements: readonly JsonNumber[], columns: number, step: number, caption: string): string {
  const head = Array.from({ length: columns }, (_, column) => `<th scope="col">${column}</th>`).join("");
  const rows = rowsOf(elements, columns).map(
    (row, at) => `<tr><th scope="row">${at * step}</th>${row.map((value) => `<td>${elementHtml(value)}</td>`).join("")}</tr>`,
  );
  const name = columns > mostOnPaper ? ` class="broad"` : "";
  return `<table${name}>${caption}<thead><tr><td></td>${head}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
}
