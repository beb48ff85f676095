// Formulas of a page as MathML, which browsers set without help: fractions with a bar, sums with their letters below.

import { type Definition, type Line, leftOf } from "../../../compiler/formula/equation.ts";
import { escaped } from "../../../compiler/formula/html.ts";
import { type Accent, type Lettered, lettered } from "../../../compiler/formula/letters.ts";
import { levels, type Notation, print } from "../../../compiler/formula/notation.ts";
import { text } from "../../../compiler/formula/text.ts";
import { words } from "../../../compiler/words/words.ts";

const word = (raw: string): string => `<mi>${escaped(raw)}</mi>`;
const sign = (raw: string): string => `<mo>${escaped(raw)}</mo>`;
const row = (...parts: readonly string[]): string => `<mrow>${parts.join("")}</mrow>`;
const comma = sign(",");

/** What is higher than a line. Brackets grow around that alone: without a font for mathematics browsers stretch them too far. */
const isHigh = (inner: string): boolean => /<m(?:frac|table)/.test(inner);

function within(open: string, inner: string, close: string): string {
  const bracket = (raw: string) => (isHigh(inner) ? sign(raw) : `<mo stretchy="false">${raw}</mo>`);
  return row(bracket(open), inner, bracket(close));
}

const accents: Readonly<Record<Accent, string>> = { hat: "^", bar: "¯", tilde: "~" };

/** A name, and what belongs below it as an index. */
const name = (raw: string, step?: string): string => set(lettered(raw), step);

function set({ base, accent, below, marks }: Lettered, step?: string): string {
  const letters = /^\d+$/.test(base) ? `<mn>${base}</mn>` : word(base);
  const symbol = accent === undefined ? letters : `<mover>${letters}${sign(accents[accent])}</mover>`;
  const marked = marks === "" ? symbol : row(symbol, sign(marks));
  const index = [...below.map((part) => set(part)), ...(step === undefined ? [] : [word(step)])];
  return index.length === 0 ? marked : `<msub>${marked}${row(index.join(comma))}</msub>`;
}

/** What a function's brackets or signs are, where it has its own. */
const special: Readonly<Record<string, (args: string) => string>> = {
  sqrt: (args) => `<msqrt>${args}</msqrt>`,
  abs: (args) => within("|", args, "|"),
  floor: (args) => within("⌊", args, "⌋"),
  ceil: (args) => within("⌈", args, "⌉"),
};

function call(callee: string, args: readonly string[], subscript: string | undefined) {
  // What stands before a semicolon and behind it is one argument to those who print.
  const all = args.map((arg) => arg.replaceAll(">; <", `>${sign(";")}<`)).join(comma);
  const called = subscript === undefined ? word(callee) : `<msub>${word(callee)}${word(subscript)}</msub>`;
  return { text: special[callee]?.(all) ?? row(called, within("(", all, ")")), level: levels.atom };
}

/** A name with its indices below and the layer above. */
function elementOf(base: string, index: readonly string[], layer: string | undefined): string {
  const below = index.length === 0 ? "" : row(index.map(word).join(index.some((each) => each.length > 1) ? comma : ""));
  const above = layer === undefined ? "" : within("(", word(layer), ")");
  const tag = `${below === "" ? "" : "sub"}${above === "" ? "" : "sup"}`;
  return tag === "" ? name(base) : `<m${tag}>${name(base)}${below}${above}</m${tag}>`;
}

const mathml: Notation = {
  number: (magnitude) => `<mn>${escaped(magnitude)}</mn>`,
  name,
  element: elementOf,
  partial: (of, by) => `<mfrac>${row(sign("∂"), name(of))}${row(sign("∂"), by)}</mfrac>`,
  derivative: (of, by) => `<mfrac>${row(sign("∂"), name(of))}${row(sign("∂"), name(by))}</mfrac>`,
  call,
  group: (inner) => within("(", inner, ")"),
  infix: (which) => sign(text.infix(which).trim()),
  negative: (inner) => row('<mo form="prefix">−</mo>', inner),
  not: (inner) => row(sign("¬"), inner),
  fraction: (above, below) => `<mfrac>${row(above)}${row(below)}</mfrac>`,
  power: (base, exponent) => `<msup>${row(base)}${row(exponent)}</msup>`,
  transpose: (base) => `<msup>${row(base)}${word("⊤")}</msup>`,
  sum: (over, body) => row(over.length === 0 ? sign("∑") : `<munder>${sign("∑")}${row(over.map(word).join(comma))}</munder>`, body),
  cases(condition, value, otherwise) {
    const line = (...cells: readonly string[]) => `<mtr>${cells.map((cell) => `<mtd style="text-align: left">${cell}</mtd>`).join("")}</mtr>`;
    return row(
      sign("{"),
      `<mtable>${line(value, row(`<mtext>${words.cases.if}</mtext>`, condition))}${line(otherwise, `<mtext>${words.cases.else}</mtext>`)}</mtable>`,
    );
  },
  series: (over, body) => row(`<munder>${sign("∑")}${word(over)}</munder>`, body),
  indicator: (body) => within("[", body, "]"),
  indexed: (base, places) => `<msub>${row(base)}${row(places.map(word).join(places.every((each) => each.length === 1) ? "" : comma))}</msub>`,
  place: word,
  largest: (name, over, body) => row(`<munder>${word(name)}${row(over.map(word).join(comma))}</munder>`, body),
};

const math = (...parts: readonly string[]): string => `<math displaystyle="true">${row(...parts)}</math>`;

const side = (definition: Definition, between: Line["sign"]): string[] => [
  print(leftOf(definition), mathml),
  mathml.infix(between),
  print(definition.right, mathml),
];

/** A line of a page, and below it what the functions in it mean. */
export function lineOf({ where, sign: between, also, ...main }: Line): string {
  const again = also ? [mathml.infix(between), print(also, mathml)] : [];
  const lines = where.map((definition) => math(...side(definition, "=")));
  return `<dl class="formula"><dt>${math(...side(main, between), ...again)}</dt>${lines.map((line) => `<dd>${line}</dd>`).join("")}</dl>`;
}
