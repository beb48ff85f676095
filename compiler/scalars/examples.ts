// The examples that a page is of: one, so many, or a batch of any size.
import { type Element, element, type Formula, number, operator } from "../formula/tree.ts";
import { product } from "./trees.ts";

/** The examples of a batch. */
export interface Examples {
  /** The numbers of those that count; undefined where that is not known. */
  readonly numbers: readonly number[] | undefined;
  /** The class of an example, counted from 1; undefined where that is not known. */
  readonly classOf: ((n: number) => number) | undefined;
}

/** The one example of a page without an index for it. */
export const alone: Examples = { numbers: undefined, classOf: undefined };

const divisorOf = (a: number, b: number): number => (b === 0 ? a : divisorOf(b, a % b));

const isShort = (value: number): boolean => Number(value.toPrecision(5)) === value;

/** A fraction in lowest terms, `below` a factor of what it is divided by; undefined for 1. */
function fraction(above: number, below: number, by: Formula | undefined): Formula | undefined {
  if (by === undefined && isShort(above / below)) return above === below ? undefined : number(above / below);
  if (!Number.isInteger(above)) return fraction(1, below, by) ? operator("/", number(above), product(by, number(below))) : number(above);
  const common = divisorOf(above, below);
  return operator("/", number(above / common), product(by, number(below / common)));
}

/** above/below times the factors; of N examples, N divides too. */
export function scaled(above: number, below: number, by: Formula | undefined, ...factors: readonly Formula[]): Formula {
  const size = product(
    by?.kind === "number" ? fraction(Math.abs(above), below * by.value, undefined) : fraction(Math.abs(above), below, by),
    ...factors,
  );
  return above < 0 ? operator("neg", size) : size;
}

/** How many examples there are, where that is no number. */
export const count: Element = element("N", []);
