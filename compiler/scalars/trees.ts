// Formulas of scalars as trees: parts replaced, letters put in, values.
import { InternalError } from "../../runtime/error.ts";
import { type Call, call, type Element, element, type Formula, type Operator, operator } from "../formula/tree.ts";
import { elementAt } from "../ir/element.ts";
import { cancelled } from "../ops/cancelled.ts";
import { scalarNamed } from "../ops/elementwise.ts";

/** `formula` with each part that `image` has something for replaced by that; the outermost part comes first. */
export function replaced(formula: Formula, image: (part: Formula) => Formula | undefined): Formula {
  const own = image(formula);
  if (own) return own;
  const go = (part: Formula): Formula => replaced(part, image);
  switch (formula.kind) {
    case "operator":
    case "call":
      return { ...formula, args: formula.args.map(go) };
    case "cases":
      return { ...formula, condition: go(formula.condition), value: go(formula.value), otherwise: go(formula.otherwise) };
    case "indicator":
    case "group":
    case "series":
    case "view":
      return { ...formula, body: go(formula.body) };
    case "partial":
      return { ...formula, by: go(formula.by) as Element };
    default:
      return formula;
  }
}

/** The index with a number in place of a letter: j is 3 where it is, 2+j is 5. */
function indexAt(index: string, letter: string, value: number): string {
  if (index === letter) return String(value);
  return index.endsWith(`+${letter}`) ? String(Number(index.slice(0, -letter.length - 1)) + value) : index;
}

/** `formula` for one number that `letter` stands for. */
export const withLetter = (formula: Formula, letter: string, value: number): Formula =>
  replaced(formula, (part) => {
    if (part.kind !== "element") return undefined;
    const { name, index, layer } = part;
    return element(
      name,
      index.map((each) => indexAt(each, letter, value)),
      layer,
    );
  });

/** A text that tells elements apart. */
export const keyOf = ({ name, index, layer }: Element): string => `${name} ${index.join(",")} ${layer ?? ""}`;

/** The numbers that each letter of a line stands for. */
export type Ranges = Readonly<Record<string, readonly number[]>>;

/** What a value is read off. */
export interface Known {
  valueOf(element: Element): number;
  readonly ranges: Ranges;
}

const truth = (condition: boolean): number => (condition ? 1 : 0);

const sumOf = (...terms: readonly number[]): number =>
  cancelled(
    terms.reduce((a, b) => a + b, 0),
    terms.reduce((size, term) => size + Math.abs(term), 0),
  );

const operators: Readonly<Partial<Record<Operator, (...xs: readonly number[]) => number>>> = {
  "+": sumOf,
  "*": (...xs) => xs.reduce((a, b) => a * b),
  "-": (x = 0, y = 0) => sumOf(x, -y),
  "/": (x = 0, y = 0) => x / y,
  "^": (x = 0, y = 0) => x ** y,
  neg: (x = 0) => -x,
  not: (x = 0) => 1 - x,
  "=": (x, y) => truth(x === y),
  "≠": (x, y) => truth(x !== y),
  "<": (x = 0, y = 0) => truth(x < y),
  "≤": (x = 0, y = 0) => truth(x <= y),
  ">": (x = 0, y = 0) => truth(x > y),
  "≥": (x = 0, y = 0) => truth(x >= y),
};

/** Ops by another name than theirs in formulas. */
const opNames: Readonly<Record<string, string>> = { min: "minimum", max: "maximum" };

const opOf = ({ name, subscript = "" }: Call) => scalarNamed(opNames[name] ?? `${name}${subscript}`);

/** Whether the value of the function is known. */
export const isFunction = (formula: Call): boolean => opOf(formula) !== undefined;

function called(call: Call, args: readonly number[]): number {
  const record = opOf(call);
  if (!record) throw new InternalError(`"${call.name}" is no function of numbers`);
  const [x = Number.NaN, y = x] = args;
  return record.f32.value(x, y, y);
}

/** The value of `formula` in f64. */
export function valueAt(formula: Formula, known: Known): number {
  const go = (part: Formula): number => valueAt(part, known);
  switch (formula.kind) {
    case "number":
      return formula.value;
    case "element":
      return known.valueOf(formula);
    case "call":
      return called(formula, formula.args.map(go));
    case "operator":
      return (operators[formula.op] as (...xs: readonly number[]) => number)(...formula.args.map(go));
    case "cases":
      return go(go(formula.condition) === 1 ? formula.value : formula.otherwise);
    case "series":
      return sumOf(...(known.ranges[formula.over] ?? []).map((value) => go(withLetter(formula.body, formula.over, value))));
    case "indicator":
    case "group":
    case "view":
      return go(formula.body);
    default:
      throw new InternalError(`A scalar formula has no ${formula.kind}`);
  }
}

/** A product without factors 1; a whole that is one factor is that. */
export function product(...factors: readonly (Formula | undefined)[]): Formula {
  const some = factors.flatMap((factor) => (factor === undefined || (factor.kind === "number" && factor.value === 1) ? [] : [factor]));
  const [first, ...rest] = some;
  if (first === undefined) return { kind: "number", value: 1, scalar: true };
  if (first.kind === "operator" && first.op === "neg") return operator("neg", product(...first.args, ...rest));
  return rest.length === 0 ? first : operator("*", ...some);
}

/** The sum of the terms. */
export const total = (terms: readonly Formula[]): Formula => (terms.length === 1 ? elementAt(terms, 0) : operator("+", ...terms));

/** A function of scalars: `tanh(a₁)`. */
export const applied = (name: string, ...args: readonly Formula[]): Formula => ({ ...call(name, args), scalar: true });
