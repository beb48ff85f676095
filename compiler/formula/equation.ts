import { settingOutOfRange, shown } from "../diagnostics/settings.ts";
import { words } from "../words/words.ts";
import { html } from "./html.ts";
import { latex } from "./latex.ts";
import { type Notation, print, printTerms } from "./notation.ts";
import { letter } from "./sliding.ts";
import { text } from "./text.ts";
import { type Formula, indexed } from "./tree.ts";

/** How formulas are written. */
export type Format = "text" | "latex" | "html" | "json";

/** A line of mathematics, and below it what is defined there. */
export interface Line {
  readonly left: Formula;
  /** The letters of the axes of what is on the left, where the right-hand side is an element: `c[n,o] = …`. */
  readonly letters?: readonly string[];
  readonly sign: "=" | "←";
  readonly right: Formula;
  /** The same in another form. */
  readonly also?: Formula;
  readonly where: readonly Definition[];
  /** Of a line of a rule: names that stand for what each parameter has of its own, a list that the lines of one rule share. */
  readonly general?: readonly string[];
  /** Of the last line of a rule. */
  readonly rule?: RuleOf;
}

/** What a rule is for. */
export interface RuleOf {
  /** The parameters. */
  readonly of: readonly string[];
  /** What they are trained by. */
  readonly loss: string;
  /** What the rule calls a parameter and its gradient. */
  readonly w: string;
  readonly g: string;
  /** What counts steps, and from where, if it stands there. */
  readonly t?: string;
  readonly from?: 0 | 1;
}

/** A line that stands alone: what its right-hand side uses beside the user's names is defined below it. */
export interface Equation extends Line {
  /** Whether more definitions would follow than are worth reading here; they stand with the equations of other layers. */
  readonly more: boolean;
}

export interface Definition {
  readonly left: Formula;
  /** As of a line. */
  readonly letters?: readonly string[];
  readonly right: Formula;
}

/** The formulas of a line and of what is defined below it. */
export const sidesOf = ({ left, right, also, where }: Line): Formula[] => [
  left,
  right,
  ...(also ? [also] : []),
  ...where.flatMap((definition) => [definition.left, definition.right]),
];

/** What stands on the left: `c[n,o]`. */
export const leftOf = ({ left, letters }: Pick<Definition, "left" | "letters">): Formula => (letters ? indexed(left, letters.map(letter)) : left);

const side = (definition: Definition, sign: "=" | "←", notation: Notation): string => {
  const { right } = definition;
  return `${print(leftOf(definition), notation)}${notation.infix(sign)}${print(right, notation)}`;
};

/** What stands below a rule: `with g = ∂loss/∂w for each w of W_z, b_z`. */
export function ruleText({ of, loss, w, g, t, from }: RuleOf, notation: Notation, say: (words: string) => string): string {
  const equal = notation.infix("=");
  const names = of.map((name) => notation.name(name)).join(", ");
  const counted = t === undefined || from === undefined ? "" : `, ${notation.name(t)}${equal}${from}, ${from + 1}, ${from + 2} …`;
  const gradient = `${notation.name(g)}${equal}${notation.derivative(loss, w)}${counted}`;
  return words.ruleOf(gradient, notation.name(w), names, say);
}

function asText({ where, more, sign, also, rule, ...main }: Equation): string {
  const lines = [...where.map((definition) => side(definition, "=", text)), ...(more ? ["…"] : [])];
  const first = `\n  ${words.where} `;
  const again = also ? `\n${" ".repeat(print(leftOf(main), text).length)}${text.infix(sign)}${print(also, text)}` : "";
  const below = rule ? `\n${ruleText(rule, text, (said) => said)}` : "";
  return side(main, sign, text) + again + lines.map((line, at) => (at === 0 ? first : `\n${" ".repeat(first.length - 1)}`) + line).join("") + below;
}

/** Characters of the text of a line beyond which LaTeX breaks it. */
const widest = 100;

/** The arguments of a call in rows, within brackets that each row closes. */
function brokenCall(right: Formula): string[] | undefined {
  if (right.kind !== "call" || right.args.length < 2 || print(right, text).length <= widest) return undefined;
  const args = right.args.map((arg) => print(arg, latex));
  const [callee, rest] = print(right, latex).split(`\\left(${args.join(", ")}\\right)`);
  if (callee === undefined || rest !== "") return undefined;
  return args.map((arg, i) => `${i === 0 ? `${callee}\\left(` : "&\\quad \\left."}${arg}${i === args.length - 1 ? "\\right)" : ",\\right."}`);
}

/** The right-hand side in rows that are no wider than a line where its terms, factors or arguments are not. */
function broken(right: Formula): string[] {
  const call = brokenCall(right);
  if (call) return call;
  const terms = printTerms(right, latex);
  const widths = printTerms(right, text).map((term) => term.length);
  const rows: { row: string; width: number }[] = [];
  for (const [i, term] of terms.entries()) {
    const [last, width] = [rows.at(-1), widths[i] as number];
    if (last && last.width + width <= widest) rows[rows.length - 1] = { row: last.row + term, width: last.width + width };
    else rows.push({ row: term, width });
  }
  return rows.map(({ row }, i) => (i === 0 ? row : `&\\quad {}${row}`));
}

function rowsOf(definition: Definition, sign: Line["sign"]): string[] {
  const [first, ...others] = broken(definition.right);
  return [`${print(leftOf(definition), latex)} &${latex.infix(sign)}${first}`, ...others];
}

/** The rows of a line in an `aligned`. */
export function latexRows({ where, sign, also, rule, ...main }: Line): string[] {
  const [again, ...others] = also ? broken(also) : [];
  const second = again === undefined ? [] : [` &${latex.infix(sign)}${again}`, ...others];
  const below = rule ? [`& ${ruleText(rule, latex, (said) => `\\text{${said}}`).replace("…", "\\dots")}`] : [];
  return [...rowsOf(main, sign), ...below, ...second, ...where.flatMap((definition) => rowsOf(definition, "="))];
}

export const aligned = (rows: readonly string[], between: string): string =>
  `\\begin{aligned}${between}${rows.join(` \\\\${between}`)}${between}\\end{aligned}`;

function asLatex({ more, ...line }: Equation): string {
  const rows = latexRows(line);
  return rows.length === 1 ? side(line, line.sign, latex) : aligned([...rows, ...(more ? ["& \\dots"] : [])], " ");
}

function asHtml({ where, more, sign, also, rule, ...main }: Equation): string {
  const lines = [...where.map((definition) => side(definition, "=", html)), ...(more ? ["…"] : [])].map((line) => `<dd>${line}</dd>`);
  const again = also ? `${html.infix(sign)}${print(also, html)}` : "";
  const below = rule ? `<dd>${ruleText(rule, html, (said) => said)}</dd>` : "";
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
