// A function from scalars to a scalar, before it becomes a graph: what both notations, JavaScript and formula text, are read into.
import type { ScalarOperation } from "./operations.ts";

/** A scalar expression. Trees share sub-trees, so traversals keep what they have seen. */
export type Scalar =
  | { readonly kind: "literal"; readonly value: number | boolean }
  | { readonly kind: "parameter"; readonly index: number }
  | { readonly kind: "apply"; readonly operation: ScalarOperation; readonly operands: readonly Scalar[] };

/** A scalar function: `body` refers to `parameters` by index. */
export interface ScalarFunction {
  readonly parameters: readonly string[];
  readonly body: Scalar;
}

/** Values of names that a scalar function uses and that are not its parameters: numbers and booleans count, the rest is refused on use. */
export type Constants = Readonly<Record<string, unknown>>;

/** Deepest nesting of a scalar function, in its text and in its tree. */
export const deepest = 500;

/** A number or boolean. */
export const literal = (value: number | boolean): Scalar => ({ kind: "literal", value });

const folded: { readonly [K in ScalarOperation]?: (x: number, y: number) => number } = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  div: (x, y) => x / y,
  neg: (x) => -x,
  sqrt: Math.sqrt,
};

const numberIn = (scalar: Scalar | undefined): number | undefined =>
  scalar?.kind === "literal" && typeof scalar.value === "number" ? scalar.value : undefined;

const powers: ReadonlySet<ScalarOperation> = new Set<ScalarOperation>(["pow", "power"]);

/** The c of a base e^c: the number e, and exp of a number. */
function exponentOf(base: Scalar | undefined): number | undefined {
  if (numberIn(base) === Math.E) return 1;
  return base?.kind === "apply" && base.operation === "exp" ? numberIn(base.operands[0]) : undefined;
}

/** `base^exponent` where base is a power of e: exp has neither the rounding of e nor the slope of a power. */
function exponential([base, exponent]: readonly Scalar[]): Scalar | undefined {
  const factor = exponentOf(base);
  if (factor === undefined || exponent === undefined) return undefined;
  return apply("exp", [factor === 1 ? exponent : apply("mul", [literal(factor), exponent])]);
}

/**
 * `operation` applied to `operands`, where a power of the number e is exp. Arithmetic of numbers is done here in f64, as JavaScript does it:
 * `1 - 0.999` in f32 would lose five digits. Other functions of numbers stay, because engines disagree on them.
 */
export function apply(operation: ScalarOperation, operands: readonly Scalar[]): Scalar {
  const [x, y] = operands.map(numberIn);
  const fold = folded[operation];
  if (fold && x !== undefined && (fold.length === 1 || y !== undefined)) return literal(fold(x, y as number));
  const known = powers.has(operation) ? exponential(operands) : undefined;
  if (known) return known;
  return { kind: "apply", operation, operands };
}
