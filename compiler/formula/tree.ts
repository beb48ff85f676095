import { formatShape, type Shape } from "../ir/type.ts";
import type { Letter, Place, Sliding } from "./sliding.ts";

/**
 * Mathematics as a small tree: what an op's `formula` returns and what the notations of `text.ts`, `latex.ts` and `html.ts` print.
 * Trees are built from the formulas of the inputs; a named value is a `variable`, so that formulas stop at the user's names.
 */
export type Formula = Mark &
  /** With `digits`, so many significant ones are written. */
  (
    | { readonly kind: "number"; readonly value: number; readonly digits?: number }
    /** A value by its mathematical name: `hidden`, `W_hidden`, `batch`. `index` are the letters of an indexed variable, `step` says at which step: `t−1`. */
    | { readonly kind: "variable"; readonly name: string; readonly index?: readonly string[]; readonly step?: string }
    /** The derivative of `of` by `by`, both mathematical names: `∂loss/∂W_hidden`. */
    | { readonly kind: "derivative"; readonly of: string; readonly by: string }
    /** An element of a value by its indices, numbers or letters: `w₁₁⁽²⁾`, `zₙₖ`, of the layer or module `layer` where there are several. */
    | Element
    /** The derivative of `of` by one element: `∂L/∂w₁₁⁽²⁾`. */
    | { readonly kind: "partial"; readonly of: string; readonly by: Element }
    | Call
    /** Arithmetic on equal shapes; `*` of tensors prints as ⊙, of scalars as ·. `neg` and `not` have one argument. */
    | { readonly kind: "operator"; readonly op: Operator; readonly args: readonly Formula[] }
    /** `condition ? x : y`; `isWhole` where x may be no number when y is meant, so that it is no product with `[condition]`. */
    | { readonly kind: "cases"; readonly condition: Formula; readonly value: Formula; readonly otherwise: Formula; readonly isWhole?: boolean }
    /** 1 where the condition holds, else 0: Iverson's bracket, `[z > 0]`. */
    | { readonly kind: "indicator"; readonly body: Formula }
    /** A contraction; prints as a product of matrices with transposes where it is one, else with indices. `spec` as in `contract`. */
    | { readonly kind: "contraction"; readonly spec: string; readonly args: readonly [Formula, Formula] }
    /** The sum over the named axes, numbered in `axes`: `Σ_batch x`. */
    | { readonly kind: "sum"; readonly over: readonly string[]; readonly axes?: readonly number[]; readonly body: Formula }
    /** The sum over the numbers that a letter stands for: `Σₖ wⱼₖ·δₖ`. */
    | { readonly kind: "series"; readonly over: string; readonly body: Formula }
    /** The element of `body` at a place along each axis: `x[n,i,2·p+u]`; 0 outside of its axes, and nothing to a maximum. */
    | { readonly kind: "indexed"; readonly body: Formula; readonly at: readonly Place[]; readonly scalar: true }
    /** A place as a number: `2·p+u` in `[2·p+u = a]`. */
    | { readonly kind: "place"; readonly at: Place; readonly scalar: true }
    /** Over all values of letters the sum of `body`, its maximum, or with "argmax" whether these are the letters of the first largest. */
    | {
        readonly kind: "ranged";
        readonly op: "sum" | "max" | "argmax";
        readonly over: readonly Letter[];
        readonly body: Formula;
        readonly scalar: true;
      }
    /** Parentheses that only show what belongs together. */
    | { readonly kind: "group"; readonly body: Formula }
    /** The last two axes exchanged. */
    | { readonly kind: "transpose"; readonly body: Formula }
    /** The same values under another shape, which mathematics does not write: prints as its body. With `axes` as in `broadcast`, else as in `reshape`; with the letters `at` of the axes that it goes along, where a reader would not see these. `from` is the shape of the body, where that is known. */
    | {
        readonly kind: "view";
        readonly body: Formula;
        readonly shape: Shape;
        readonly axes?: readonly number[];
        readonly at?: string;
        readonly from?: Shape;
      }
  );

/** A function or a named form: `tanh(x)`, `softmax(z)`, `onehot(y)`. `subscript` is printed at the name: an axis, a window. */
export interface Call {
  readonly kind: "call";
  readonly name: string;
  readonly args: readonly Formula[];
  readonly subscript?: string;
  /** What the function is said to be below an equation that calls it, of variables `formal` of its own. */
  readonly meaning?: { readonly formal: readonly Formula[]; readonly body: Formula };
  /** How many arguments stand before a semicolon, after which come those that are learnt, or conditions. */
  readonly leading?: number;
  /** Of a function of windows how they lie and what is made of them. */
  readonly sliding?: Sliding;
  /** Of `onehot` how many classes there are. */
  readonly classes?: number;
}

/** See `Formula`. An index is a number, a letter, or a number and a letter: `2+j`. */
export interface Element {
  readonly kind: "element";
  readonly name: string;
  readonly index: readonly string[];
  readonly layer?: string;
  readonly scalar: true;
}

/** What must be known about shapes: `scalar` where the value has no axes. */
export interface Mark {
  readonly scalar?: true;
  /** Where the value is the place along an axis: the shape that it has, and which axis. */
  readonly along?: { readonly shape: Shape; readonly axis: number };
}

/** `|` reads "given": the mean of x over the elements where a condition holds. */
export type Operator = "+" | "-" | "*" | "/" | "^" | "neg" | "not" | "=" | "≠" | "<" | "≤" | ">" | "≥" | "|";

export const number = (value: number): Formula => ({ kind: "number", value, scalar: true });
export const variable = (name: string, step?: string): Formula =>
  step === undefined ? { kind: "variable", name } : { kind: "variable", name, step };
export const call = (name: string, args: readonly Formula[], subscript?: string): Formula =>
  subscript === undefined || subscript === "" ? { kind: "call", name, args } : { kind: "call", name, args, subscript };
export const element = (name: string, index: readonly string[], layer?: string): Element =>
  layer === undefined ? { kind: "element", name, index, scalar: true } : { kind: "element", name, index, layer, scalar: true };
export const operator = (op: Operator, ...args: readonly Formula[]): Formula => ({ kind: "operator", op, args });
export const sum = (over: readonly string[], body: Formula, axes?: readonly number[]): Formula =>
  axes === undefined ? { kind: "sum", over, body } : { kind: "sum", over, body, axes };
/** An element of `body`, which is told in the shape that it has there. */
export const indexed = (body: Formula, at: readonly Place[]): Formula => ({ kind: "indexed", body: shaped(body), at, scalar: true });
const shaped = (body: Formula): Formula => (isReshaped(body) ? inShape("reshape", body.body, body.shape) : body);

/** Whether `formula` is its body in another shape, of which nothing is written. */
export const isReshaped = (formula: Formula): formula is Extract<Formula, { kind: "view" }> =>
  formula.kind === "view" && formula.axes === undefined && formula.at === undefined;

/** `reshape(x, [batch, 6])`, or the same of a broadcast. */
export const inShape = (name: "reshape" | "broadcast", x: Formula, shape: Shape): Formula => call(name, [x, variable(formatShape(shape))]);
export const ranged = (op: "sum" | "max" | "argmax", over: readonly Letter[], body: Formula): Formula =>
  over.length === 0 ? body : { kind: "ranged", op, over, body, scalar: true };
export const transpose = (body: Formula): Formula => ({ kind: "transpose", body });
/** 1 where `body` holds. A name that stands for a condition is so already, and a choice of conditions is one of what they say. */
export function indicator(body: Formula): Formula {
  if (body.kind === "variable" || body.kind === "number") return body;
  if (body.kind === "view" && indicator(body.body) === body.body) return body;
  return body.kind === "cases" ? { ...body, value: indicator(body.value), otherwise: indicator(body.otherwise) } : { kind: "indicator", body };
}
export const view = (body: Formula, shape: Shape, axes?: readonly number[]): Formula =>
  axes === undefined ? { kind: "view", body, shape } : { kind: "view", body, shape, axes };

/** The formulas that `formula` is made of. */
export function partsOf(formula: Formula): readonly Formula[] {
  if ("args" in formula) return formula.args;
  if ("body" in formula) return [formula.body];
  return formula.kind === "cases" ? [formula.condition, formula.value, formula.otherwise] : [];
}

/** `formula` with `image` of each of its parts. */
export function mapParts(formula: Formula, image: (part: Formula) => Formula): Formula {
  if ("args" in formula) return { ...formula, args: formula.args.map(image) } as Formula;
  if ("body" in formula) return { ...formula, body: image(formula.body) };
  if (formula.kind !== "cases") return formula;
  return { ...formula, condition: image(formula.condition), value: image(formula.value), otherwise: image(formula.otherwise) };
}

/** `formula` and all that it is made of, from left to right. */
export function partsIn(formula: Formula): Formula[] {
  const found: Formula[] = [];
  const stack = [formula];
  for (let part = stack.pop(); part; part = stack.pop()) {
    found.push(part);
    stack.push(...[...partsOf(part)].reverse());
  }
  return found;
}

/** Whether the value has no axes: marked so, or arithmetic on such values. */
export function isScalar(formula: Formula): boolean {
  if (formula.scalar) return true;
  if (formula.kind === "view") return isScalar(formula.body);
  const elementwise = formula.kind === "operator" || formula.kind === "cases" || formula.kind === "indicator";
  return elementwise && partsOf(formula).every(isScalar);
}
