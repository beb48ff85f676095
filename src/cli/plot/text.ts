// Curves in a terminal.
import { shortNumber } from "../terminal.ts";
import type { Point, Segment } from "./curve.ts";

const columns = 61;
const rows = 21;

/** The box that the curves lie in; it holds 0. */
export interface Box {
  readonly from: number;
  readonly to: number;
  readonly least: number;
  readonly most: number;
}

export interface Drawing {
  readonly mark: string;
  readonly segments: readonly Segment[];
}

/** The drawings, the first above the others, with the axes and the numbers at their ends. */
export function textPlot({ from, to, least, most }: Box, drawings: readonly Drawing[]): string {
  const column = (x: number) => Math.round(((x - from) / (to - from)) * (columns - 1));
  const row = (y: number) => Math.round(((most - y) / (most - least)) * (rows - 1));
  const [zero, origin] = [row(0), column(0)];
  const cells = Array.from({ length: rows }, (_, at) =>
    Array.from({ length: columns }, (_, x): string => (at === zero ? (x === origin ? "┼" : "─") : x === origin ? "│" : " ")),
  );
  const put = (x: number, at: number, mark: string) => {
    const line = cells[at];
    if (line && x >= 0 && x < columns) line[x] = mark;
  };
  for (const { mark, segments } of [...drawings].reverse())
    for (const segment of segments)
      for (const [i, point] of segment.entries()) for (const [x, at] of between(segment[i - 1] ?? point, point, column, row)) put(x, at, mark);
  const names = new Map([
    [0, shortNumber(most)],
    [rows - 1, shortNumber(least)],
    [zero, "0"],
  ]);
  const width = Math.max(...[...names.values()].map((name) => name.length));
  const lines = cells.map((line, at) => `  ${(names.get(at) ?? "").padStart(width)} ${line.join("")}`.trimEnd());
  const [left, right] = [shortNumber(from), shortNumber(to)];
  return [...lines, `  ${" ".repeat(width)} ${left}${right.padStart(columns - left.length)}`].join("\n");
}

/** The cells on the way to a point: all rows between, so that a steep line has no gaps. */
function between([x, y]: Point, [nextX, nextY]: Point, column: (x: number) => number, row: (y: number) => number): [number, number][] {
  const [first, last] = [row(y), row(nextY)];
  const count = Math.abs(last - first) || 1;
  return Array.from({ length: count + 1 }, (_, i) => [i * 2 < count ? column(x) : column(nextX), first + Math.round(((last - first) * i) / count)]);
}
