// Formulas as MathML: LaTeX set by Temml, in which every symbol can be found.
import temml from "temml";
import { latex } from "../../compiler/formula/latex.ts";
import { type Notation, print } from "../../compiler/formula/notation.ts";
import { inPieces } from "./breaks.ts";
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

const indicator = (body: string): string => (isHigh(body) ? latex.indicator(body) : `[${body}]`);

/** As the text writes it, and not as an index of an index. */
const indexed = (base: string, letters: string): string => `${base}[${[...letters].join(",")}]`;

/** LaTeX in which a symbol carries its number, and derivatives those of both of theirs. */
function marking(numberOf: Numbered): Notation {
  const name: Notation["name"] = (raw, step) => {
    const number = numberOf(raw);
    return number === undefined ? latex.name(raw, step) : `\\data{symbol=${number}}{${latex.name(raw, step)}}`;
  };
  return { ...latex, name, derivative: (of, by) => `\\frac{\\partial ${name(of)}}{\\partial ${name(by)}}`, call, group: within, indicator, indexed };
}

/** Words as texts in italics; Temml would set their letters apart. */
const asText = (text: string): string => text.replace(/\\mathit\{((?:[^{}\\]|\\[^a-z]|\\[a-z]+\{\})*)\}/g, "\\class{word}{\\text{$1}}");

/** Texts that are words of a formula. */
const words = /<mtext(?= [dc])( data-symbol="\d+")?( class="word")?>([^<]*)<\/mtext>/g;

/** LaTeX as MathML in a line of text, in which words are names: beside a text an operator would lose its room. @throws Error of Temml where it is none */
export function set(text: string): string {
  const math = temml.renderToString(asText(text), { displayMode: true, throwOnError: true, trust: true, maxExpand: 100_000 });
  return math.replace(/^<math[^>]*>/, '<math displaystyle="true">').replace(words, '<mi$1 class="word">$3</mi>');
}

/** `left = right` in pieces, each of which may begin a row; with another form of it behind that. */
export function lineMath({ left, sign = "=", right, also }: Sides, numberOf: Numbered): string[] {
  const notation = marking(numberOf);
  const sides = [left, right, ...(also ? [also] : [])].map((side) => print(formulaOf(side), notation));
  return inPieces(set(sides.join(notation.infix(sign))));
}

interface Sides {
  readonly left: Term;
  readonly sign?: "=" | "←";
  readonly right: Term;
  readonly also?: Term;
}

/** A symbol alone. */
export const symbol = (name: string): string => set(latex.name(name));
