// What the names in a formula mean.
import type { Tensor } from "./tensor.ts";
import type { Call, Term } from "./tree.ts";

/** A function that a page says the meaning of. */
export interface Meaning {
  readonly formal: readonly string[];
  readonly body: Term;
}

/** What names mean. */
export interface Scope {
  valueOf(name: string): Tensor | undefined;
  derivative(of: string, by: string): Tensor | undefined;
  /** What a function means that is not known by itself. */
  meaningOf?(call: Call): Meaning | undefined;
  /** How many columns `onehot` of `argument` has. */
  classesOf(argument: Term): number | undefined;
  /** The numbers that were drawn under this number. */
  random?(subscript: string): Tensor | undefined;
  /** The shape of the value that the formula is of, where that is known. */
  readonly shape?: readonly number[] | undefined;
  /** What names mean at step `step` of a loop, counted from 1. */
  atStep?(step: number): Scope;
  /** In what a function means: how many groups there are. */
  readonly parts?: number | undefined;
  /** How many steps there are of what `name` is at one of them, `h_t`. */
  stepsOf?(name: string): number | undefined;
  /** The names that there are, for who mistypes one. */
  names(): Iterable<string>;
  /** Whether `*` of tables multiplies elements where a product of matrices fits too. */
  readonly elementsFirst?: boolean;
}

/** A scope with its functions as members of their own. */
export const insideOf = (scope: Scope): Scope => ({
  valueOf: (name) => scope.valueOf(name),
  derivative: (of, by) => scope.derivative(of, by),
  classesOf: (argument) => scope.classesOf(argument),
  names: () => scope.names(),
  meaningOf: (call) => scope.meaningOf?.(call),
  random: (subscript) => scope.random?.(subscript),
  stepsOf: (name) => scope.stepsOf?.(name),
  atStep: (step) => scope.atStep?.(step) ?? scope,
  shape: scope.shape,
  parts: scope.parts,
  ...(scope.elementsFirst !== undefined && { elementsFirst: scope.elementsFirst }),
});

/** The names in what a function means. */
export function insideMeaning(scope: Scope, { subscript }: Call, given: ReadonlyMap<string, Tensor>): Scope {
  const [parts] = subscript?.match(/^\d{1,4}(?=,|$)/) ?? [];
  return {
    ...insideOf(scope),
    shape: undefined,
    parts: parts === undefined ? undefined : Number(parts),
    valueOf: (formal) => given.get(formal) ?? scope.valueOf(formal),
  };
}
