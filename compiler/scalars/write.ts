// A page of scalars in writing.
import { aligned, type Format, latexRows, writeEquation } from "../formula/equation.ts";
import type { ScalarPage } from "./page.ts";
import { titles } from "./words.ts";

type Written = Extract<Format, "text" | "latex">;

/** One `aligned`, to be pasted as it is; the conventions stand before it as comments. */
function asLatex({ conventions, parts }: ScalarPage): string {
  const rows = parts.map(({ lines }) => lines.flatMap(latexRows).join(" \\\\\n"));
  return [...conventions.map((line) => `% ${line}`), aligned([rows.join(" \\\\[4pt]\n")], "\n")].join("\n");
}

/** `page` in `format`; `heading` writes a title, of which LaTeX has none. */
export function writeScalars(page: ScalarPage, format: Written, heading = (title: string): string => title): string {
  if (format === "latex") return asLatex(page);
  const conventions = page.conventions.length > 0 ? [`${heading(titles.conventions)}\n\n${page.conventions.join("\n")}`] : [];
  const parts = page.parts.map(({ title, lines }) => {
    const written = lines.map((line) => writeEquation({ ...line, more: false }, format));
    return `${heading(title)}\n\n${written.join("\n")}`;
  });
  return [...conventions, ...parts].join("\n\n");
}
