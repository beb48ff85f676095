// Formulas as MathML: LaTeX set by Temml, in which every symbol can be found.
import temml from "temml";
import { leftOf } from "../../compiler/formula/equation.ts";
import { escaped } from "../../compiler/formula/html.ts";
import { latex } from "../../compiler/formula/latex.ts";
import { levels, type Notation, print } from "../../compiler/formula/notation.ts";
import type { Formula } from "../../compiler/formula/tree.ts";
import { inPieces } from "./breaks.ts";
import { formulaOf } from "./terms.ts";
import type { Term } from "./types.ts";

/** The number of a symbol of the page by its name, of an element by its name and indices. */
export type Numbered = (name: string, isElement?: boolean) => number | undefined;

/** What is higher than a line. Brackets grow around that alone: without a font for mathematics browsers stretch them too far. */
const isHigh = (inner: string): boolean => /\\(frac|begin|sum_)/.test(inner);

const within = (inner: string): string => (isHigh(inner) ? `\\left(${inner}\\right)` : `(${inner})`);

const indicator = (body: string): string => (isHigh(body) ? latex.indicator(body) : `[${body}]`);

/** As the text writes it, and not as an index of an index. */
const indexed: Notation["indexed"] = (base, places) => `${base}[${places.map(latex.place).join(",")}]`;

/** Names of which LaTeX and Temml can do what is meant. */
const isPlain = (name: string): boolean => /^[\p{L}\p{N}_.′⁺ᵀ]+$/u.test(name);

const nameOf: Notation["name"] = (raw, step) => (isPlain(raw) ? latex.name(raw, step) : encoded(step === undefined ? raw : `${raw}_${step}`));

/** A thin space is hardly seen between names of several letters. */
const infix: Notation["infix"] = (sign, next) => {
  const written = latex.infix(sign, next);
  return sign === "·" && written.trim() === "\\," ? " \\; " : written;
};

/** LaTeX in which a symbol carries its number, and derivatives those of both of theirs. */
function marking(numberOf: Numbered): Notation {
  const name: Notation["name"] = (raw, step) => {
    const number = numberOf(raw);
    return number === undefined ? nameOf(raw, step) : `\\data{symbol=${number}}{${nameOf(raw, step)}}`;
  };
  const partial: Notation["partial"] = (of, by) => `\\frac{\\partial ${name(of)}}{\\partial ${by}}`;
  const element: Notation["element"] = (base, index, layer) => {
    const number = numberOf([base, ...index, layer ?? ""].join(" "), true);
    const written = latex.element(base, index, layer);
    return number === undefined ? written : `\\data{symbol=${number}}{${written}}`;
  };
  return { ...latex, infix, name, element, partial, derivative: (of, by) => partial(of, name(by)), call, group: within, indicator, indexed };
}

/** A word that Temml takes for a text without reading it: it would set its letters apart, and act on its signs. */
const encoded = (word: string): string =>
  `\\class{word}{\\text{w${Array.from(word, (letter) => `x${letter.codePointAt(0)?.toString(16)}`).join("")}}}`;

const decoded = (code: string): string => String.fromCodePoint(...Array.from(code.matchAll(/[0-9a-f]+/g), ([digits]) => Number.parseInt(digits, 16)));

const isFunction = (name: string): boolean => /^[\p{L}\p{N}]+[′ᵀ]*$/u.test(name);

function call(...[callee, args, subscript]: Parameters<Notation["call"]>): ReturnType<Notation["call"]> {
  const inner = args.join(", ");
  if (!isFunction(callee)) return { text: `${encoded(callee)}${within(inner)}`, level: levels.atom };
  const written = latex.call(callee, args, subscript);
  const brackets = `\\left(${inner}\\right)`;
  return written.text.endsWith(brackets) ? { ...written, text: written.text.slice(0, -brackets.length) + within(inner) } : written;
}

const printed: Readonly<Record<string, string>> = {
  ...{ "\\backslash{}": "\\", "\\wedge{}": "^", "\\sim{}": "~" },
  ...{ "\\textbackslash{}": "\\", "\\textasciicircum{}": "^", "\\textasciitilde{}": "~" },
};

/** What LaTeX sets as words. */
const italics = /\\(?:mathit|textit)\{((?:[^{}\\]|\\[^a-z]|\\[a-z]+\{\})*)\}/g;

const withCodes = (text: string): string =>
  text.replace(italics, (_, word: string) => encoded(word.replace(/\\[a-z]+\{\}|\\./g, (part) => printed[part] ?? part.slice(1))));

/** Encoded words in MathML. */
const words = /<mtext((?: (?:data-symbol|scriptlevel)="\d+")*)(?: class="word")?>w((?:x[0-9a-f]+)+)<\/mtext>/g;

/** Letters with a prime, which is high as it is: fonts that are not for mathematics make next to nothing of it as an exponent. */
const primes = /<msup>(<mi[^>]*>[^<]*<\/mi><mo [^>]*class="tml-prime[^>]*>[^<]*<\/mo>)<\/msup>/g;

/** LaTeX as MathML in a line of text, in which words are names: beside a text an operator would lose its room. @throws Error of Temml where it is none */
export function set(text: string): string {
  const math = temml.renderToString(withCodes(text), { displayMode: true, throwOnError: true, trust: true, maxExpand: 100_000 });
  const named = math.replace(words, (_, attributes: string, code: string) => `<mi${attributes} class="word">${escaped(decoded(code))}</mi>`);
  return named.replace(/^<math[^>]*>/, '<math displaystyle="true">').replace(primes, "<mrow>$1</mrow>");
}

/** A line by its formulas, or by terms. */
interface Sides<F> {
  readonly left: F;
  readonly letters?: readonly string[];
  readonly sign?: "=" | "←";
  readonly right: F;
  readonly also?: F;
}

/** `left = right` in pieces, each of which may begin a row; with another form of it behind that. */
export function lineMath({ left, letters, sign = "=", right, also }: Sides<Formula>, numberOf: Numbered = () => undefined): string[] {
  const notation = marking(numberOf);
  const sides = [leftOf({ left, ...(letters && { letters }) }), right, ...(also ? [also] : [])].map((side) => print(side, notation));
  return inPieces(set(sides.join(notation.infix(sign))));
}

/** The same of terms. */
export const termsMath = ({ left, right, also, ...line }: Sides<Term>, numberOf: Numbered): string[] =>
  lineMath({ ...line, left: formulaOf(left), right: formulaOf(right), ...(also && { also: formulaOf(also) }) }, numberOf);

/** A formula in a line of words. */
export const termMath = (term: Term, numberOf: Numbered): string => inPieces(set(print(formulaOf(term), marking(numberOf)))).join(" ");

/** A symbol alone. */
export const symbol = (name: string): string => set(nameOf(name));
