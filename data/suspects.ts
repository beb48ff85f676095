// Numbers of a table that may be a mistake, which is seen before they are numbers of f32.
import type { InputSlot } from "../runtime/program.ts";
import type { Assignment } from "./assign.ts";

/** Numbers of a column by row. */
export interface Cells {
  readonly length: number;
  at(row: number): number | undefined;
}

/** A column whose numbers become equal in f32: how many different ones it has, how many of them f32 tells apart, and the least. */
export interface Collapsed {
  readonly name: string;
  readonly exact: number;
  readonly rounded: number;
  readonly least: number;
}

export interface Suspects {
  /** Columns that count the rows: 1 more in each. */
  readonly counting: ReadonlySet<string>;
  readonly collapsed: readonly Collapsed[];
}

/** Looks at the columns of numbers that f32 inputs take, and for those that count the rows at all of them. */
export function suspectsIn(inputs: readonly InputSlot[], plain: Assignment, cellsOf: (name: string) => Cells): Suspects {
  const namesOf = (slots: readonly InputSlot[]) => slots.flatMap(({ name }) => plain[name] ?? []);
  return {
    counting: new Set(namesOf(inputs).filter((name) => counts(cellsOf(name)))),
    collapsed: namesOf(inputs.filter(({ dtype }) => dtype === "f32")).flatMap((name) => collapsedIn(name, cellsOf(name)) ?? []),
  };
}

/** Fewer rows may be in steps of 1 by chance. */
const fewest = 10;

function counts(cells: Cells): boolean {
  const first = cells.at(0) as number;
  for (let row = 0; row < cells.length; row++) if (cells.at(row) !== first + row) return false;
  return cells.length >= fewest;
}

/** A column loses so many of its different values in f32, or more, before it is told. */
const lost = 2;

function collapsedIn(name: string, cells: Cells): Collapsed | undefined {
  const { least, most } = boundsOf(cells);
  // Values this far apart are different in f32 for the most part.
  if (most - least > (2 * cells.length * Math.max(Math.abs(least), Math.abs(most))) / 2 ** 23) return undefined;
  if (isCoarse(cells)) return undefined;
  const sorted = Float64Array.from({ length: cells.length }, (_, row) => cells.at(row) as number).sort();
  const [exact, rounded] = [differentIn(sorted, (value) => value), differentIn(sorted, Math.fround)];
  return exact >= lost * rounded ? { name, exact, rounded, least } : undefined;
}

/** Whether all cells are few steps of a power of ten, as decimals of six digits are: each is another number of f32 then. */
function isCoarse(cells: Cells): boolean {
  // Numbers below 2^22 steps stand at least two numbers of f32 apart.
  const most = 2 ** 22;
  const isStep = (value: number, power: number): boolean => {
    const whole = Math.round(value * power);
    return Number.isNaN(value) || (Math.abs(whole) < most && whole / power === value);
  };
  for (let power = 1; power < most; power *= 10) if (everyCell(cells, (value) => isStep(value, power))) return true;
  return false;
}

function everyCell(cells: Cells, holds: (value: number) => boolean): boolean {
  for (let row = 0; row < cells.length; row++) if (!holds(cells.at(row) as number)) return false;
  return true;
}

/** How many different numbers there are of what `of` makes of sorted ones; those that are missing are one. */
function differentIn(sorted: Float64Array, of: (value: number) => number): number {
  const isSame = (a: number, b: number) => a === b || Object.is(a, b);
  return sorted.reduce((count, value, at) => count + Number(at === 0 || !isSame(of(value), of(sorted[at - 1] as number))), 0);
}

function boundsOf(cells: Cells): { readonly least: number; readonly most: number } {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let row = 0; row < cells.length; row++) {
    const cell = cells.at(row) as number;
    if (cell < least) least = cell;
    if (cell > most) most = cell;
  }
  return { least, most };
}
