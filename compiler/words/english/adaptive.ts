// What pools over equal parts of axes are: `adaptiveAvgPool_4×4(x)`.

import { extents } from "../windows.ts";

/** `where x has A×B cells along its last axes`. */
export const hasCells = (x: string, names: readonly string[]): string => `where ${x} has ${names.join("×")} cells along its last axes`;

/** The letters of parts and of cells along each axis. */
interface Letters {
  readonly parts: readonly string[];
  readonly cells: readonly string[];
}

const lettersFor = (rank: number): Letters => ({ parts: ["p", "q", "r"].slice(0, rank), cells: ["a", "b", "d"].slice(0, rank) });

const begins: readonly string[] = ["s", "s′", "s″"];
const ends: readonly string[] = ["e", "e′", "e″"];

/** Whether cells lie in their parts: `[s ≤ a]·[a < e]`. */
const isWithin = ({ cells }: Letters): string => cells.map((cell, axis) => `[${begins[axis]} ≤ ${cell}]·[${cell} < ${ends[axis]}]`).join("·");

/** Where parts begin and end: `where x has A cells along its last axes, s = ⌊p·A/3⌋, e = ⌈(p + 1)·A/3⌉`. */
function bounds(counts: readonly string[], { parts }: Letters, of: readonly string[], x: string): string {
  const along = parts.map((part, axis) => {
    const each = `${of[axis]}/${counts[axis]}`;
    return `${begins[axis]} = ⌊${part}·${each}⌋, ${ends[axis]} = ⌈(${part} + 1)·${each}⌉`;
  });
  const names = of.slice(0, parts.length).filter((name) => extents.includes(name));
  return [...(names.length > 0 ? [hasCells(x, names)] : ["where"]), along.join(", ")].join(names.length > 0 ? ", " : " ");
}

type Said = (settings: readonly string[]) => string;

/** Of a pool: what it takes of the cells of a part. */
const pool =
  (name: string, taken: (cells: string, isIn: string, count: string) => string): Said =>
  ([size = "1"]) => {
    const counts = size.split("×");
    const letters = lettersFor(counts.length);
    const count = counts.map((_, axis) => `(${ends[axis]} − ${begins[axis]})`).join("·");
    const is = taken(String(letters.cells), isWithin(letters), count);
    return `${name}_${size}(x)[n,c,${letters.parts}] is ${is}, for ${size} cells ${letters.parts}, ${bounds(counts, letters, extents, "x")}`;
  };

const largest = (cells: string, isIn: string): string => `max_${cells} {x[n,c,${cells}] if ${isIn} = 1, else −∞}`;

/** What each cell gets of its parts. */
function maxPoolBack([size = "1"]: readonly string[]): string {
  const counts = size.split("×");
  const letters = lettersFor(counts.length);
  const { parts, cells } = letters;
  const isFirst = `[(${cells}) = arg${largest(String(cells), isWithin(letters))}]`;
  return `adaptiveMaxPoolᵀ_${size}(g, x)[n,c,${cells}] is Σ_${parts} g[n,c,${parts}]·${isFirst}, for all cells of x ${cells}, ${bounds(counts, letters, extents, "x")}`;
}

function sumPoolBack(settings: readonly string[]): string {
  const counts = (settings[0] ?? "1").split("×");
  const letters = lettersFor(counts.length);
  const { parts, cells } = letters;
  const given = (settings[1] ?? "").replace("cells=", "").split("×");
  const all = cells.map((_, axis) => given[axis] ?? (given[0] as string));
  return `adaptiveSumPoolᵀ_${settings}(g)[n,c,${cells}] is Σ_${parts} g[n,c,${parts}]·${isWithin(letters)}, for ${all.join("×")} cells ${cells}, ${bounds(counts, letters, all, "g")}`;
}

export const adaptiveFunctions: Readonly<Record<string, Said>> = {
  adaptiveMaxPool: pool("adaptiveMaxPool", largest),
  adaptiveAvgPool: pool("adaptiveAvgPool", (cells, isIn, count) => `(Σ_${cells} x[n,c,${cells}]·${isIn}) / (${count})`),
  adaptiveMaxPoolᵀ: maxPoolBack,
  adaptiveSumPoolᵀ: sumPoolBack,
};
