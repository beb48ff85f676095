// A page of mathematics in writing.
import { aligned, type Format, type Line, latexRows, writeEquation } from "./equation.ts";

/** What is read from top to bottom: each line once, behind those of the names that it uses. */
export interface Page {
  readonly forward: readonly Line[];
  /** Values of the forward part in the form in which they run. */
  readonly stable: readonly Line[];
  /** How the loss changes with what a layer computes, in the order in which that is found. */
  readonly errors: readonly Line[];
  readonly gradients: readonly Line[];
  readonly updates: readonly Line[];
}

const titles: Readonly<Record<keyof Page, string>> = {
  forward: "Forward",
  stable: "The same, without overflow",
  errors: "Errors",
  gradients: "Gradients",
  updates: "Updates",
};

/** The parts that hold something, with their titles. */
export const partsOf = (page: Page): (readonly [title: string, lines: readonly Line[]])[] =>
  Object.entries(titles).flatMap(([part, title]) => {
    const lines = page[part as keyof Page];
    return lines.length > 0 ? [[title, lines]] : [];
  });

/** One `aligned`, to be pasted as it is, with some room between the parts. */
function asLatex(page: Page): string {
  const parts = partsOf(page).map(([, lines]) => lines.flatMap(latexRows).join(" \\\\\n"));
  return aligned([parts.join(" \\\\[4pt]\n")], "\n");
}

/** `page` in `format`; `heading` writes a title, of which LaTeX has none. */
export function writePage(page: Page, format: Exclude<Format, "json">, heading = (title: string): string => title): string {
  if (format === "latex") return asLatex(page);
  const written = (lines: readonly Line[]) => lines.map((line) => writeEquation({ ...line, more: false }, format)).join("\n");
  return partsOf(page)
    .map(([title, lines]) => `${heading(title)}\n\n${written(lines)}`)
    .join("\n\n");
}
