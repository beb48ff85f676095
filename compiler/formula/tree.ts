/**
 * Mathematics as a small tree: what an op's `formula` returns and what the printers of `text.ts` and `latex.ts` read.
 * Trees are built from the formulas of the inputs; a named value is a `variable`, so that formulas stop at the user's names.
 */
export type Formula =
  | { readonly kind: "number"; readonly value: number }
  /** A value by its mathematical name: `hidden`, `W_hidden`, `batch`. `index` are the letters of an indexed variable. */
  | { readonly kind: "variable"; readonly name: string; readonly index?: readonly string[] }
  /** A function or a named form: `tanh(x)`, `softmax(z)`, `onehot(y)`. `subscript` is printed at the name: an axis, a window. */
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Formula[]; readonly subscript?: string }
  /** Arithmetic on equal shapes; `*` of tensors prints as ⊙, of scalars as ·. `neg` and `not` have one argument. */
  | { readonly kind: "operator"; readonly op: Operator; readonly args: readonly Formula[] }
  /** `condition ? x : y`. */
  | { readonly kind: "cases"; readonly condition: Formula; readonly then: Formula; readonly otherwise: Formula }
  /** A contraction; prints as a product of matrices with transposes where it is one, else with indices. `spec` as in `contract`. */
  | { readonly kind: "contraction"; readonly spec: string; readonly args: readonly [Formula, Formula] }
  /** The sum over the named axes: `Σ_batch x`. */
  | { readonly kind: "sum"; readonly over: readonly string[]; readonly body: Formula }
  | { readonly kind: "transpose"; readonly body: Formula };

export type Operator = "+" | "-" | "*" | "/" | "^" | "neg" | "not" | "=" | "≠" | "<" | "≤" | ">" | "≥";

export const number = (value: number): Formula => ({ kind: "number", value });
export const variable = (name: string): Formula => ({ kind: "variable", name });
export const call = (name: string, args: readonly Formula[], subscript?: string): Formula =>
  subscript === undefined ? { kind: "call", name, args } : { kind: "call", name, args, subscript };
export const operator = (op: Operator, ...args: readonly Formula[]): Formula => ({ kind: "operator", op, args });
