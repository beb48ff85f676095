// A page in LaTeX as the page of text that says the same; symbols and conventions stand on that alone.
import { splitOutside, textOf } from "./latex.ts";
import { Names } from "./latex-names.ts";
import { titles } from "./page.ts";
import { tokensOf } from "./tokens.ts";

/** The page whose lines are those of `latex`, with the symbols and conventions of `text`. */
export function pageOfLatex(latex: string, text: string): string {
  const lines = text.split("\n");
  const parts = titles.filter((title) => lines.includes(title)).slice(0, -2);
  const legend = lines.slice(lines.indexOf("Symbols"));
  const names = new Names(namesOn(lines.slice(0, lines.indexOf("Symbols")), parts));
  const body = latex.replace("\\begin{aligned}", "").replace("\\end{aligned}", "");
  const sections = splitOutside(body, /^\\\\\[4pt\]/u).map((section, at) => `${parts[at]}\n\n${linesOf(section, names).join("\n")}`);
  return `${sections.join("\n\n")}\n\n${legend.join("\n")}`;
}

/** The names in the formulas of a page, without steps. */
function namesOn(lines: readonly string[], parts: readonly string[]): Set<string> {
  const formulas = lines
    .filter((line) => line !== "" && !parts.includes(line as never))
    .map((line) => line.replace(/^with /u, "").replaceAll("…", ""));
  const tokens = formulas.flatMap((line) => tokensOf(line.trim().replace(/^where /u, "")));
  const found = tokens.flatMap(({ kind, text }) => (kind === "name" ? text.split(/∂|\/∂/u).filter((name) => name !== "") : []));
  return new Set(found.map((name) => name.replace(/⁺$/u, "").replace(/_[tT]$/u, "")));
}

/** The rows of a section as lines, rows that go on with those that they belong to. */
function linesOf(section: string, names: Names): string[] {
  const lines: string[] = [];
  for (const row of splitOutside(section, /^\\\\/u).map((each) => each.trim())) {
    if (row.startsWith("&\\quad")) lines[lines.length - 1] += row.slice("&\\quad".length).replace(/^ \{\}/u, "");
    else lines.push(row);
  }
  return lines.map((line) => lineOf(line, names));
}

function lineOf(row: string, names: Names): string {
  if (row.startsWith("& \\text{with }")) return ruleOf(row, names);
  const [left = "", right = ""] = splitOutside(row, /^&/u);
  const name = textOf(left, names);
  const text = `${name}${textOf(right, names).replace(/^([=←]) ?/u, " $1 ")}`;
  if (name === "") return `   ${text}`;
  return /\)$/u.test(name) ? `  where ${text}` : text;
}

/** `with g = …, for each w of …`. */
const ruleOf = (row: string, names: Names): string =>
  row
    .slice(2)
    .split(/(\\text\{[^}]*\})/u)
    .map((part) => (part.startsWith("\\text{") ? part.slice("\\text{".length, -1) : textOf(part, names)))
    .join("");
