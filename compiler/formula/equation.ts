import { settingOutOfRange, shown } from "../diagnostics/settings.ts";
import { english } from "./english.ts";
import { html } from "./html.ts";
import { latex } from "./latex.ts";
import { type Notation, print } from "./notation.ts";
import { text } from "./text.ts";
import type { Formula } from "./tree.ts";

/** How formulas are written. */
export type Format = "text" | "latex" | "html" | "json";

/** A line of mathematics, and below it what is defined there. */
export interface Line {
  readonly left: Formula;
  readonly sign: "=" | "←";
  readonly right: Formula;
  /** The same in another form. */
  readonly also?: Formula;
  readonly where: readonly Definition[];
  /** The last line of a rule for parameters w: which they are, what loss they are trained by, and from where t counts steps if it stands there. */
  readonly rule?: { readonly of: readonly string[]; readonly loss: string; readonly from?: 0 | 1 };
}

/** A line that stands alone: what its right-hand side uses beside the user's names is defined below it. */
export interface Equation extends Line {
  /** Whether more definitions would follow than are worth reading here; they stand with the equations of other layers. */
  readonly more: boolean;
}

export interface Definition {
  readonly left: Formula;
  readonly right: Formula;
}

/** The formulas of a line and of what is defined below it. */
export const sidesOf = ({ left, right, also, where }: Line): Formula[] => [
  left,
  right,
  ...(also ? [also] : []),
  ...where.flatMap((definition) => [definition.left, definition.right]),
];

const side = ({ left, right }: Definition, sign: "=" | "←", notation: Notation, at = ""): string =>
  `${print(left, notation)}${at}${notation.infix(sign)}${print(right, notation)}`;

/** What stands below a rule: `with g = ∂loss/∂w for each w of W_z, b_z`. */
function ruleText({ of, loss, from }: NonNullable<Line["rule"]>, notation: Notation, words: (text: string) => string): string {
  const equal = notation.infix("=");
  const gradient = `${notation.name("g")}${equal}${notation.derivative(loss, "w")}`;
  const names = of.map((name) => notation.name(name)).join(", ");
  const counted = from === undefined ? "" : `, ${notation.name("t")}${equal}${from}, ${from + 1}, ${from + 2} …`;
  return `${words(english.ruleWith)}${gradient}${counted}${words(english.ruleFor)}${notation.name("w")}${words(english.ruleOf)}${names}`;
}

function asText({ where, more, sign, also, rule, ...main }: Equation): string {
  const lines = [...where.map((definition) => side(definition, "=", text)), ...(more ? ["…"] : [])];
  const first = "\n  where ";
  const again = also ? `\n${" ".repeat(print(main.left, text).length)}${text.infix(sign)}${print(also, text)}` : "";
  const below = rule ? `\n${ruleText(rule, text, (words) => words)}` : "";
  return side(main, sign, text) + again + lines.map((line, at) => (at === 0 ? first : `\n${" ".repeat(first.length - 1)}`) + line).join("") + below;
}

/** The rows of a line in an `aligned`. */
export function latexRows({ where, sign, also, rule, ...main }: Line): string[] {
  const again = also ? [` &${latex.infix(sign)}${print(also, latex)}`] : [];
  const below = rule ? [`& ${ruleText(rule, latex, (words) => `\\text{${words}}`).replace("…", "\\dots")}`] : [];
  return [side(main, sign, latex, " &"), ...below, ...again, ...where.map((definition) => side(definition, "=", latex, " &"))];
}

export const aligned = (rows: readonly string[], between: string): string =>
  `\\begin{aligned}${between}${rows.join(` \\\\${between}`)}${between}\\end{aligned}`;

function asLatex({ more, ...line }: Equation): string {
  const isAlone = line.where.length === 0 && !line.also && !line.rule;
  return isAlone ? side(line, line.sign, latex) : aligned([...latexRows(line), ...(more ? ["& \\dots"] : [])], " ");
}

function asHtml({ where, more, sign, also, rule, ...main }: Equation): string {
  const lines = [...where.map((definition) => side(definition, "=", html)), ...(more ? ["…"] : [])].map((line) => `<dd>${line}</dd>`);
  const again = also ? `${html.infix(sign)}${print(also, html)}` : "";
  const below = rule ? `<dd>${ruleText(rule, html, (words) => words)}</dd>` : "";
  return `<dl class="formula"><dt>${side(main, sign, html)}${again}</dt>${lines.join("")}${below}</dl>`;
}

const writers: Readonly<Record<Format, (equation: Equation) => string>> = {
  text: asText,
  latex: asLatex,
  html: asHtml,
  json: (equation) => JSON.stringify(equation),
};

/** `equation` in `format`: several lines where definitions follow it. @throws GradcError `setting-out-of-range` for an unknown format */
export function writeEquation(equation: Equation, format: Format): string {
  if (!Object.hasOwn(writers, format))
    throw settingOutOfRange("Cannot write formulas", "format", shown(format), `one of ${Object.keys(writers).join(", ")}`);
  return writers[format](equation);
}
