import { lettersOf, type ProductForm, productForm } from "./contraction.ts";
import { measured, shortest } from "./decimals.ts";
import { circle, exactOf } from "./exact.ts";
import { unviewed } from "./guards.ts";
import { type Letter, letterIn, placeText } from "./sliding.ts";
import { type Formula, isScalar, type Operator } from "./tree.ts";

/** How tightly a printed formula holds together; a part of a lower level than its place asks for gets parentheses. */
export const levels = { given: 0, relation: 1, sum: 2, prefix: 3, series: 3.5, hadamard: 4, dot: 5, fraction: 6, power: 7, atom: 8 } as const;

/** A printed formula. */
export interface Printed {
  readonly text: string;
  readonly level: number;
}

/** How one format writes mathematics; `print` decides about order and parentheses. */
export interface Notation {
  number(magnitude: string): string;
  /** `h`, at a step of a loop `h_t`. */
  name(name: string, step?: string): string;
  /** An element: `w₁₁⁽²⁾`. */
  element(name: string, index: readonly string[], layer: string | undefined): string;
  derivative(of: string, by: string): string;
  /** The derivative by what is written already. */
  partial(of: string, by: string): string;
  call(name: string, args: readonly string[], subscript: string | undefined): Printed;
  group(text: string): string;
  /** `x ⊙ y`, `x = y`, with the spaces around; `next` is what stands behind it. */
  infix(sign: Sign, next?: string): string;
  negative(text: string): string;
  not(text: string): string;
  /** Undefined where a fraction has no bar: `print` value writes x/y. */
  readonly fraction: ((numerator: string, denominator: string) => string) | undefined;
  power(base: string, exponent: string): string;
  transpose(base: string): string;
  sum(over: readonly string[], body: string): string;
  /** A sum over the numbers that a letter stands for. */
  series(over: string, body: string): string;
  cases(condition: string, value: string, otherwise: string): string;
  indicator(body: string): string;
  /** `x[n,2·p+u]` */
  indexed(base: string, places: readonly string[]): string;
  /** A place where it stands alone. */
  place(text: string): string;
  /** The largest of what letters below it give, or "argmax" of which letters. */
  largest(name: "max" | "argmax", over: readonly string[], body: string): string;
}

/** `·` joins scalars and matrices, `×` numbers that would else stand side by side, `⊙` elements, `⊗` is the outer product; `/` stands between short operands, `÷` (a wider slash) between long ones, `←` is assignment. */
export type Sign = Exclude<Operator, "neg" | "not" | "*" | "^" | "/"> | "·" | "×" | "⊙" | "⊗" | "/" | "÷" | "←";

type Of<K extends Formula["kind"]> = Extract<Formula, { kind: K }>;
type Printer = (formula: Formula) => Printed;

const { given, relation, sum, prefix, series, hadamard, dot, fraction, power, atom } = levels;

/** `formula` in `notation`, with the fewest parentheses that keep its meaning. */
export function print(formula: Formula, notation: Notation): string {
  return printer(notation)(formula).text;
}

/**
 * The terms of a sum, or the factors between ⊙ of a product, each with the sign before it; joined they are what `print` writes. Of anything else the one
 * that it is.
 */
export function printTerms(formula: Formula, notation: Notation): string[] {
  const go = printer(notation);
  const signed = (sign: "+" | "-", [first, ...others]: readonly string[]) => [`${notation.infix(sign)}${first}`, ...others];
  const termsOf = (part: Formula): string[] => {
    if (part.kind === "view" && part.at === undefined) return termsOf(part.body);
    if (part.kind !== "operator" || (part.op !== "+" && part.op !== "-")) return [grouped(notation, go(part), sum)];
    const [first, ...others] = part.args as [Formula, ...Formula[]];
    const behind = (other: Formula) => (part.op === "+" ? termsOf(other) : [grouped(notation, go(other), series)]);
    return [...termsOf(first), ...others.flatMap((other) => signed(part.op as "+" | "-", behind(other)))];
  };
  const terms = termsOf(formula);
  if (terms.length > 1) return terms;
  if (formula.kind !== "operator" || formula.op !== "*") return [go(formula).text];
  return productParts(formula.args, notation, go).map(({ text }, i) => (i === 0 ? text : `${notation.infix("⊙")}${text}`));
}

function printer(n: Notation): Printer {
  const go: Printer = (formula) => printers[formula.kind](formula as never);
  const at = (level: number, formula: Formula): string => grouped(n, go(formula), level);
  const printers: { readonly [K in Formula["kind"]]: (formula: Of<K>) => Printed } = {
    number: ({ value, digits }) => {
      const exact = digits === undefined ? exactOf(Math.abs(value)) : undefined;
      if (exact) return value < 0 ? { text: n.negative(at(series, exact)), level: prefix } : asFactor(go(exact));
      const magnitude = n.number(digits === undefined ? shortest(value) : measured(value, digits));
      return value < 0 || Object.is(value, -0) ? { text: n.negative(magnitude), level: prefix } : { text: magnitude, level: atom };
    },
    variable: ({ name, index, step }) => ({ text: index ? n.indexed(n.name(name, step), index) : n.name(name, step), level: atom }),
    derivative: ({ of, by }) => ({ text: n.derivative(of, by), level: power }),
    element: ({ name, index, layer }) => ({ text: n.element(name, index, layer), level: layer === undefined ? atom : power }),
    partial: ({ of, by }) => ({ text: n.partial(of, go(by).text), level: power }),
    call: ({ name, args, subscript, leading }) =>
      n.call(
        name,
        parted(
          args.map((arg) => go(arg).text),
          leading,
        ),
        subscript,
      ),
    operator: (formula) => printOperator(formula, n, go),
    cases: ({ condition, value, otherwise }) => ({ text: n.cases(go(condition).text, go(value).text, go(otherwise).text), level: atom }),
    indicator: ({ body }) => ({ text: n.indicator(go(body).text), level: atom }),
    contraction: (formula) => printContraction(formula, n, go),
    sum: ({ over, body }) => ({ text: n.sum(over, at(series, body)), level: series }),
    series: ({ over, body }) => ({ text: n.series(over, at(series, body)), level: series }),
    // As ∂loss/∂W[i,j] is read, a derivative stands without parentheses.
    indexed: ({ body, at: places }) => ({ text: n.indexed(at(body.kind === "derivative" ? power : atom, body), places.map(placeText)), level: atom }),
    place: ({ at: place }) => ({ text: n.place(placeText(place)), level: letterIn(place) === undefined ? sum : atom }),
    ranged: ({ op, over, body }) => printRanged(op, over, at(series, body), n),
    transpose: ({ body }) => ({ text: n.transpose(at(atom, body)), level: power }),
    group: ({ body }) => ({ text: n.group(go(body).text), level: atom }),
    view: ({ body, at: letters }) => (letters === undefined ? go(body) : { text: n.indexed(at(atom, body), [...letters]), level: atom }),
  };
  return go;
}

const rangeText = ({ letter, below }: Letter): string => (below === undefined ? letter : `${letter}<${below}`);

/** `Σ_u<2 x[p+u]`, `(u,v) = argmax_u,v x[u,v]` */
function printRanged(op: Of<"ranged">["op"], over: readonly Letter[], body: string, n: Notation): Printed {
  const ranges = over.map(rangeText);
  if (op === "sum") return { text: n.sum(ranges, body), level: series };
  if (op === "max") return { text: n.largest(op, ranges, body), level: series };
  const letters = over.map(({ letter }) => n.place(letter)).join(",");
  return { text: `${over.length > 1 ? `(${letters})` : letters}${n.infix("=")}${n.largest(op, ranges, body)}`, level: relation };
}

/** `x; γ` in place of two arguments that a semicolon parts. */
function parted(args: readonly string[], leading = args.length): readonly string[] {
  return leading < args.length ? [...args.slice(0, leading - 1), `${args[leading - 1]}; ${args[leading]}`, ...args.slice(leading + 1)] : args;
}

const grouped = (n: Notation, { text, level }: Printed, least: number): string => (level < least ? n.group(text) : text);

/** Whether a number stands at its upper right already. */
const isRaised = (formula: Formula): boolean => formula.kind === "element" && formula.layer !== undefined;

function printOperator({ op, args }: Of<"operator">, n: Notation, go: Printer): Printed {
  const [x, y] = args as readonly [Formula, Formula];
  const at = (level: number, formula: Formula): string => grouped(n, go(formula), level);
  if (op === "*") return printProduct(args, n, go);
  if (op === "/") return printQuotient(x, y, n, go);
  if (op === "^") return { text: n.power(isRaised(x) ? n.group(go(x).text) : at(atom, x), go(y).text), level: power };
  if (op === "neg") return { text: n.negative(at(series, x)), level: prefix };
  if (op === "not") return { text: n.not(at(atom, x)), level: atom };
  if (op === "+") return { text: [at(sum, x), ...args.slice(1).map((arg) => at(sum, arg))].join(n.infix("+")), level: sum };
  if (op === "-") return { text: `${at(sum, x)}${n.infix("-")}${at(series, y)}`, level: sum };
  if (op === "|") return { text: `${at(relation, x)}${n.infix("|")}${at(relation, y)}`, level: given };
  return { text: `${at(sum, x)}${n.infix(op)}${at(sum, y)}`, level: relation };
}

function printProduct(args: readonly Formula[], n: Notation, go: Printer): Printed {
  const parts = productParts(args, n, go);
  return parts.length === 1 ? (parts[0] as Printed) : { text: parts.map(({ text }) => text).join(n.infix("⊙")), level: hadamard };
}

/** What ⊙ stands between: numbers in front, what has axes behind what has none, `2·lr·x ⊙ y`. Extents keep their order: `batch·3`. */
function productParts(args: readonly Formula[], n: Notation, go: Printer): Printed[] {
  const factors = args.flatMap(factorsOf);
  const tensors = factors.filter((factor) => !isScalar(factor));
  const scalars = factors.filter(isScalar);
  const front =
    factors.every(isName) && tensors.length === 0 ? scalars : [...scalars.filter(isLiteral), ...scalars.filter((factor) => !isLiteral(factor))];
  if (tensors.length < 2) return [joinFactors([...front, ...tensors].map(go), n, factors.some(isMeasured) ? "×" : "·")];
  const elements = tensors.map((factor) => ({ text: grouped(n, go(factor), power), level: power }));
  const first = front.length === 0 ? elements.slice(0, 1) : [joinFactors([...front.map(go), ...elements.slice(0, 1)], n)];
  return [...first, ...elements.slice(1)];
}

/** `2/batch·x`: the first factor may be a fraction, the last a product or a sum, which then reaches to the end. */
function joinFactors(factors: readonly Printed[], n: Notation, sign: Sign = "·"): Printed {
  const last = factors.at(-1) as Printed;
  const open = last.level === dot || last.level === series;
  const front = factors.slice(0, -1).map((factor, position) => grouped(n, factor, position === 0 ? fraction : power));
  const text = [...front, open ? last.text : grouped(n, last, power)].reduce((before, next) => `${before}${n.infix(sign, next)}${next}`);
  return { text, level: last.level === series ? series : dot };
}

/** Whether it is a number of the formula, not one that stands for a name. */
const isLiteral = (factor: Formula): boolean => factor.kind === "number" && factor.digits === undefined;
const isMeasured = (factor: Formula): boolean =>
  factor.kind === "group" ? isMeasured(factor.body) : factor.kind === "number" && factor.digits !== undefined;
const isName = (factor: Formula): boolean => isLiteral(factor) || factor.kind === "variable";

/** The factors of a product within a product. */
const factorsOf = (formula: Formula): readonly Formula[] => {
  if (formula.kind === "view") return isScalar(formula) ? factorsOf(formula.body) : [formula];
  return formula.kind === "operator" && formula.op === "*" ? formula.args.flatMap(factorsOf) : [formula];
};

function printQuotient(x: Formula, y: Formula, n: Notation, go: Printer): Printed {
  if (n.fraction) return { text: n.fraction(go(x).text, go(y).text), level: fraction };
  const below = go(y);
  // A sum over atoms after the slash reads well without parentheses: exp(z) / Σ_j exp(z).
  const lower = isPlainSum(y) ? below.text : grouped(n, below, power);
  const upper = grouped(n, go(x), power);
  const tight = isShort(x) && isShort(y);
  return { text: `${upper}${n.infix(tight ? "/" : "÷")}${lower}`, level: tight ? fraction : hadamard + 0.5 };
}

function isPlainSum(formula: Formula): boolean {
  const plain = unviewed(formula);
  return plain.kind === "sum" && ["call", "variable", "indicator"].includes(unviewed(plain.body).kind);
}

/** `2·π` in front of a product is a part of it. */
const asFactor = ({ text, level }: Printed): Printed => ({ text, level: level === dot ? fraction : level });

/** Whether it is made of numbers alone, π among them. */
function isKnown(formula: Formula): boolean {
  if (formula.kind === "variable") return formula.name === circle;
  return isLiteral(formula) || (formula.kind === "operator" && formula.args.every(isKnown));
}

function isShort(formula: Formula): boolean {
  const plain = unviewed(formula);
  if (plain.kind === "call") return (plain.name === "sqrt" || plain.name === "log") && plain.args.every(isKnown);
  return (
    plain.kind === "number" ||
    plain.kind === "variable" ||
    plain.kind === "element" ||
    (isScalar(plain) && plain.kind === "operator" && plain.args.every(isShort))
  );
}

function printContraction({ spec, args }: Of<"contraction">, n: Notation, go: Printer): Printed {
  const form = productForm(spec);
  return form ? printMatrixProduct(form, args, n, go) : printIndexed(spec, args, n, go);
}

function printMatrixProduct({ sign, factors, over }: ProductForm, args: readonly [Formula, Formula], n: Notation, go: Printer): Printed {
  const operand = (position: 0 | 1): Printed => {
    const { arg, transposed } = factors[position];
    const printed = go(args[arg]);
    return transposed ? { text: n.transpose(grouped(n, printed, atom)), level: power } : printed;
  };
  const [left, right] = [operand(0), operand(1)];
  if (sign === "matrix") return { text: `${grouped(n, left, dot)}${n.infix("·")}${grouped(n, right, power)}`, level: dot };
  const text = `${grouped(n, left, power)}${n.infix(sign === "outer" ? "⊗" : "⊙")}${grouped(n, right, power)}`;
  return over.length > 0 ? { text: n.sum(over, text), level: series } : { text, level: hadamard };
}

function printIndexed(spec: string, args: readonly [Formula, Formula], n: Notation, go: Printer): Printed {
  const { x, y, summed } = lettersOf(spec);
  const operand = (formula: Formula, letters: string): string => {
    const text = grouped(n, go(formula), atom);
    return letters === "" ? text : n.indexed(text, [...letters]);
  };
  const text = `${operand(args[0], x)}${n.infix("·")}${operand(args[1], y)}`;
  return summed.length > 0 ? { text: n.sum(summed, text), level: series } : { text, level: dot };
}
