import { words } from "../words/words.ts";
import { greekNames, isLetter, type Lettered, lettered } from "./letters.ts";
import { levels, type Notation, type Sign } from "./notation.ts";

const signs: Readonly<Record<Sign, string>> = {
  "+": " + ",
  "-": " - ",
  "=": " = ",
  "≠": " \\neq ",
  "<": " < ",
  "≤": " \\leq ",
  ">": " > ",
  "≥": " \\geq ",
  "|": " \\mid ",
  "·": " \\, ",
  "×": " \\cdot ",
  "⊙": " \\odot ",
  "⊗": " \\otimes ",
  "/": " / ",
  "÷": " / ",
  "←": " \\leftarrow ",
};

/** Letters stand in italics, words too, and what belongs below a name is its subscript: `W_{\mathit{hidden}}`. */
const name = (text: string, step?: string): string => set(lettered(text), step);

function set({ below, marks, ...letters }: Lettered, step?: string): string {
  const subscript = [...below.map((part) => set(part)), ...(step === undefined ? [] : [step.replace("−", "-")])];
  const indexed = `${symbol(letters)}${subscript.length > 0 ? `_{${subscript.join(",")}}` : ""}`;
  // What is raised may be raised once more.
  return /[⁺ᵀ]/.test(marks) ? `{${indexed}${written(marks)}}` : indexed + written(marks);
}

const symbol = ({ base, accent }: Pick<Lettered, "base" | "accent">): string => (accent === undefined ? word(base) : `\\${accent}{${word(base)}}`);

const written = (marks: string): string => marks.replace(/′/g, "'").replace("⁺", "^{+}").replace("ᵀ", "^{\\top}");

const printed: Readonly<Record<string, string>> = { "\\": "\\backslash{}", "^": "\\wedge{}", "~": "\\sim{}" };

/** The characters that LaTeX acts on as what prints them. */
const inert = (text: string, signs = printed): string => text.replace(/[\\^~_#$%&{} ]/g, (character) => signs[character] ?? `\\${character}`);

const greek = (letter: string): string | undefined => {
  const command = greekNames.get(letter);
  if (command === undefined) return undefined;
  return command === "epsilon" ? "\\varepsilon" : `\\${command}`;
};

/** Letters that mathematics does not have, which stand in italics of the text. */
const foreign = /(?![\p{ASCII}\p{Script=Greek}\u2100-\u214f\u{1d400}-\u{1d7ff}])[\p{Lu}\p{Ll}\p{Lo}\p{M}]/u;

const printedInText: Readonly<Record<string, string>> = { "\\": "\\textbackslash{}", "^": "\\textasciicircum{}", "~": "\\textasciitilde{}" };

/** A place along an axis: `2 p+u-1`. */
const place = (text: string): string => text.replace(/·/g, " \\, ").replace(/−/g, "-").replace(/⌊/g, "\\lfloor ").replace(/⌋/g, "\\rfloor ");

function word(text: string): string {
  if (/^[a-z]<\d+$/.test(text)) return text;
  if (foreign.test(text)) return `\\textit{${inert(text, printedInText)}}`;
  return isLetter(text) || /^\d+$/.test(text) ? (greek(text) ?? inert(text)) : `\\mathit{${inert(text)}}`;
}

/** Functions with a command or brackets of their own. */
const special: Readonly<Record<string, (args: readonly string[]) => string>> = {
  sqrt: ([x]) => `\\sqrt{${x}}`,
  abs: ([x]) => `\\left|${x}\\right|`,
  floor: ([x]) => `\\left\\lfloor ${x}\\right\\rfloor`,
  ceil: ([x]) => `\\left\\lceil ${x}\\right\\rceil`,
};
const commands = new Set(["exp", "log", "sin", "cos", "tanh", "max", "min"]);

/** Digits below the line. */
const below = (digits: string): string => (digits === "" ? "" : `_{${digits.replace(/./g, (digit) => String("₀₁₂₃₄₅₆₇₈₉".indexOf(digit)))}}`);

/** Functions of one letter stand in italics, g with its number; the others in roman type. */
function call(callee: string, args: readonly string[], subscript: string | undefined) {
  const [, letter, digits = "", primes = ""] = callee.match(/^([a-z])([₀-₉]*)(′*)$/) ?? [];
  if (letter !== undefined) return { text: `${letter}${below(digits)}${written(primes)}\\left(${args.join(", ")}\\right)`, level: levels.atom };
  const marks = callee.match(/[′ᵀ]+$/)?.[0] ?? "";
  const bare = callee.slice(0, callee.length - marks.length);
  const operator = (commands.has(bare) ? `\\${bare}` : `\\operatorname{${inert(bare)}}`) + written(marks);
  const at = subscript === undefined ? "" : `_{${word(subscript)}}`;
  return { text: special[callee]?.(args) ?? `${operator}${at}\\left(${args.join(", ")}\\right)`, level: levels.atom };
}

/** Mathematics as LaTeX, in the commands that KaTeX and MathJax know. */
export const latex: Notation = {
  number: (magnitude) =>
    magnitude
      .replace("∞", "\\infty")
      .replace("NaN", "\\mathrm{NaN}")
      .replace(/e([+-]?)(\d+)$/, (_, sign, digits) => ` \\cdot 10^{${sign === "-" ? "-" : ""}${digits}}`),
  name,
  element: (base, index, layer) => {
    const below = index.join(index.some((each) => each.length > 1) ? "," : "");
    const letter = lettered(base).below.length > 0 ? `{${name(base)}}` : name(base);
    return `${letter}${below === "" ? "" : `_{${below}}`}${layer === undefined ? "" : `^{(${layer})}`}`;
  },
  partial: (of, by) => `\\frac{\\partial ${name(of)}}{\\partial ${by}}`,
  derivative: (of, by) => `\\frac{\\partial ${name(of)}}{\\partial ${name(by)}}`,
  call,
  group: (inner) => `\\left(${inner}\\right)`,
  // A number behind a name or another number would be read as a part of that.
  infix: (sign, next = "") => (sign === "·" && /^\d/.test(next) ? " \\cdot " : signs[sign]),
  negative: (inner) => `-${inner}`,
  not: (inner) => `\\lnot ${inner}`,
  fraction: (numerator, denominator) => `\\frac{${numerator}}{${denominator}}`,
  power: (base, exponent) => `${base}^{${exponent}}`,
  transpose: (base) => `${base}^{\\top}`,
  sum: (over, body) => `\\sum${over.length === 0 ? "" : `_{${over.map(word).join(", ")}}`} ${body}`,
  series: (over, body) => `\\sum_{${over}} ${body}`,
  cases: (condition, value, otherwise) =>
    `\\begin{cases} ${value} & \\text{${words.cases.if}} ${condition} \\\\ ${otherwise} & \\text{${words.cases.else}} \\end{cases}`,
  indicator: (body) => `\\left[${body}\\right]`,
  indexed: (base, places) => `{${base}}_{${places.map(place).join(places.every((each) => each.length === 1) ? "" : ",")}}`,
  place,
  largest: (name, over, body) => `${name === "max" ? "\\max" : "\\operatorname*{argmax}"}_{${over.map(word).join(", ")}} ${body}`,
};
