// A page of mathematics in writing.
import { words } from "../words/words.ts";
import { aligned, type Format, type Line, latexRows, writeEquation } from "./equation.ts";
import type { PageSymbol } from "./symbol.ts";

/** What is read from top to bottom: each line once, behind those of the names that it uses. */
export interface Lines {
  readonly forward: readonly Line[];
  /** Values of the forward part in the form in which they run. */
  readonly stable: readonly Line[];
  /** What no training computes, as prediction gives it, where a training would give another. */
  readonly predicted: readonly Line[];
  /** How the loss changes with what a layer computes, in the order in which that is found. */
  readonly errors: readonly Line[];
  readonly gradients: readonly Line[];
  readonly updates: readonly Line[];
}

/** Lines with all that is needed to read them. */
export interface Page extends Lines {
  /** In the order in which they are met. */
  readonly symbols: readonly PageSymbol[];
  /** What the signs and functions mean that occur. */
  readonly conventions: readonly string[];
}

/** All lines of a page, in their order. */
export const linesOf = (lines: Lines): Line[] => partNames.flatMap((part) => lines[part]);

export const partNames = ["forward", "stable", "predicted", "errors", "gradients", "updates"] as const satisfies readonly (keyof Lines)[];

/** `lines` with what `image` makes of each part. */
export const mapParts = (lines: Lines, image: (part: readonly Line[]) => readonly Line[]): Lines =>
  Object.fromEntries(partNames.map((part) => [part, image(lines[part])])) as unknown as Lines;

/** The parts that hold something, with their titles. */
export const partsOf = (page: Lines): (readonly [title: string, lines: readonly Line[]])[] =>
  partNames.flatMap((part) => (page[part].length > 0 ? [[words.titles[part], page[part]] as const] : []));

/** One `aligned`, to be pasted as it is, with some room between the parts. */
function asLatex(page: Lines): string {
  const rows = partsOf(page).map(([, lines]) => lines.flatMap(latexRows).join(" \\\\\n"));
  return aligned([rows.join(" \\\\[4pt]\n")], "\n");
}

/** `page` in `format`; `heading` writes a title, of which LaTeX has none. */
export function writePage(page: Lines, format: Exclude<Format, "json">, heading = (title: string): string => title): string {
  if (format === "latex") return asLatex(page);
  const written = (lines: readonly Line[]) => lines.map((line) => writeEquation({ ...line, more: false }, format)).join("\n");
  return partsOf(page)
    .map(([title, lines]) => `${heading(title)}\n\n${written(lines)}`)
    .join("\n\n");
}
