// Formulas as MathML: LaTeX set by Temml, in which every symbol can be found.
import temml from "temml";
import { escaped } from "../../compiler/formula/html.ts";
import { latex } from "../../compiler/formula/latex.ts";
import { type Notation, print, printTerms } from "../../compiler/formula/notation.ts";
import { formulaOf } from "./terms.ts";
import type { Term } from "./types.ts";

/** The number of a symbol of the page by its name. */
export type Numbered = (name: string) => number | undefined;

/** What is higher than a line. Brackets grow around that alone: without a font for mathematics browsers stretch them too far. */
const isHigh = (inner: string): boolean => /\\(frac|begin|sum_)/.test(inner);

const within = (inner: string): string => (isHigh(inner) ? `\\left(${inner}\\right)` : `(${inner})`);

function call(...[callee, args, subscript]: Parameters<Notation["call"]>): ReturnType<Notation["call"]> {
  const written = latex.call(callee, args, subscript);
  const inner = args.join(", ");
  const brackets = `\\left(${inner}\\right)`;
  return written.text.endsWith(brackets) ? { ...written, text: written.text.slice(0, -brackets.length) + within(inner) } : written;
}

/** LaTeX in which a symbol carries its number, and derivatives those of both of theirs. */
function marking(numberOf: Numbered): Notation {
  const name: Notation["name"] = (raw, step) => {
    const number = numberOf(raw);
    return number === undefined ? latex.name(raw, step) : `\\data{symbol=${number}}{${latex.name(raw, step)}}`;
  };
  return { ...latex, name, derivative: (of, by) => `\\frac{\\partial ${name(of)}}{\\partial ${name(by)}}`, call, group: within };
}

/** Words as texts in italics; Temml would set their letters apart. */
const asText = (text: string): string => text.replace(/\\mathit\{((?:[^{}\\]|\\[^a-z]|\\[a-z]+\{\})*)\}/g, "\\class{word}{\\text{$1}}");

/** LaTeX as MathML in a line of text, that `said` says for those who cannot see it. @throws Error of Temml where it is none */
export function set(text: string, said?: string): string {
  const math = temml.renderToString(asText(text), { displayMode: true, throwOnError: true, trust: true, maxExpand: 100_000 });
  const alt = said === undefined ? "" : ` alttext="${escaped(said)}"`;
  return math.replace(/^<math[^>]*>/, () => `<math displaystyle="true"${alt}>`);
}

/** Terms of a formula, each of which may begin a line: `z =`, `tanh(x)`, `+ b`. */
export function pieces(left: Term, sign: "=" | "←", right: Term, numberOf: Numbered): string[] {
  const notation = marking(numberOf);
  const [first, ...others] = termsOf(right, notation);
  return [`${print(formulaOf(left), notation)} ${notation.infix(sign)} {}`, first as string, ...others].map((piece) => set(piece));
}

/** `= x + y` of another form. */
export function again(right: Term, numberOf: Numbered): string[] {
  const [first, ...others] = termsOf(right, marking(numberOf));
  return [`{} = ${first}`, ...others].map((piece) => set(piece));
}

const termsOf = (right: Term, notation: Notation): string[] =>
  printTerms(formulaOf(right), notation).map((term, i) => (i === 0 ? term : `{}${term}`));

/** A symbol alone. */
export const symbol = (name: string): string => set(latex.name(name));
