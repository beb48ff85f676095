// Every operation of scalar functions as a composition of primitives, with JavaScript's meaning.
import { make } from "../../ir/graph.ts";
import type { Node } from "../../ir/node.ts";
import * as build from "../../ops/build.ts";
import { type ScalarName, scalars } from "../../ops/elementwise.ts";
import type { Relation } from "../../ops/params.ts";

/** One operation of scalar functions. */
export interface Operation {
  /** Fewest and most operands. */
  readonly arity: readonly [number, number];
  /** What operands are converted to: `number` makes booleans 0 and 1, `boolean` asks whether a number is neither 0 nor NaN. */
  readonly takes: "number" | "boolean" | "any";
  readonly build: (...xs: Node[]) => Node;
}

const unary = (build: (x: Node) => Node): Operation => ({ arity: [1, 1], takes: "number", build });
const binary = (build: (x: Node, y: Node) => Node): Operation => ({ arity: [2, 2], takes: "number", build });
const relation = (relation: Relation) => binary((x, y) => build.compare(x, y, relation));

/** A boolean as 0 or 1, an integer as f32. */
export const toNumber = (x: Node): Node => (x.dtype === "f32" ? x : build.cast(x, "f32"));

/** JavaScript's truth of a number: false for 0 and NaN. */
export const toBoolean = (x: Node): Node => (x.dtype === "bool" ? x : build.compare(build.abs(x), build.fill(x, 0), "gt"));

const sameKind = (x: Node, y: Node): [Node, Node] => (x.dtype === y.dtype ? [x, y] : [toNumber(x), toNumber(y)]);
const select = (condition: Node, x: Node, y: Node) => build.where(toBoolean(condition), ...sameKind(x, y));
const compareAny = (relation: Relation) => (x: Node, y: Node) => build.compare(...sameKind(x, y), relation);

/** Operators, by names of our own. */
const operators = {
  add: binary(build.add),
  sub: binary(build.sub),
  mul: binary(build.mul),
  div: binary(build.div),
  // x^y as mathematics has it; JavaScript's own is `pow`.
  power: binary(build.pow),
  neg: unary(build.neg),
  number: unary((x) => x),
  lt: relation("lt"),
  le: relation("le"),
  gt: relation("gt"),
  ge: relation("ge"),
  eq: { arity: [2, 2], takes: "any", build: compareAny("eq") },
  ne: { arity: [2, 2], takes: "any", build: compareAny("ne") },
  // `x && y` is y where x is true, else x itself.
  and: { arity: [2, 2], takes: "any", build: (x, y) => select(x, y, x) },
  or: { arity: [2, 2], takes: "any", build: (x, y) => select(x, x, y) },
  not: { arity: [1, 1], takes: "boolean", build: (x) => build.compare(x, build.fill(x, 0), "eq") },
  select: { arity: [3, 3], takes: "any", build: select },
} as const satisfies Record<string, Operation>;

const times = (x: Node, factor: number) => build.mul(x, build.fill(x, factor));
const fold = (combine: (x: Node, y: Node) => Node, xs: readonly Node[]) => xs.reduce((x, y) => combine(x, y));
const isInfinite = (x: Node) => build.compare(build.abs(x), build.fill(x, Infinity), "eq");

// Half goes up, and a negative number that rounds to zero gives -0: x + 0.5 would round where x is just below a half, or large.
function round(x: Node): Node {
  const below = build.floor(x);
  const half = build.compare(build.sub(x, below), build.fill(x, 0.5), "ge");
  return build.where(half, build.ceil(x), below);
}

// ±0 and NaN stay what they are.
function sign(x: Node): Node {
  return build.where(build.compare(build.abs(x), build.fill(x, 0), "gt"), build.sign(x), build.stopGradient(x));
}

// C's pow gives 1 for 1^y and for (-1)^±Infinity; in JavaScript, |x| = 1 with an exponent that is not finite is NaN.
function pow(x: Node, y: Node): Node {
  const power = build.pow(x, y);
  const base = build.constantOf(x);
  if (Number.isFinite(build.constantOf(y)) || (base !== undefined && Math.abs(base) !== 1)) return power;
  const unit = build.compare(build.abs(x), build.fill(x, 1), "eq");
  const finite = build.compare(build.abs(y), build.fill(y, Infinity), "lt");
  const defined = build.where(unit, finite, build.compare(unit, unit, "eq"));
  return build.where(defined, power, build.fill(x, NaN));
}

// Scaled by the largest operand, so that squares neither overflow nor vanish. The scale has no gradient, and its cancels; at 0 the gradient is 0.
function hypot(...xs: Node[]): Node {
  const sizes = xs.map(build.abs);
  const largest = build.stopGradient(fold(build.maximum, sizes));
  const one = build.fill(largest, 1);
  const positive = build.compare(largest, build.fill(largest, 0), "gt");
  const scale = build.where(positive, largest, one);
  const squares = xs.map((x) => build.div(x, scale)).map((ratio) => build.mul(ratio, ratio));
  const length = build.mul(scale, build.sqrt(build.where(positive, fold(build.add, squares), one)));
  const infinite = fold((x, y) => build.where(x, x, y), xs.map(isInfinite));
  return build.where(infinite, build.fill(length, Infinity), build.where(positive, length, largest));
}

const many = (build: (...xs: Node[]) => Node): Operation => ({ arity: [1, Infinity], takes: "number", build });

/** Functions that are compositions, or mean something else in JavaScript than the op of the name does. */
const compositions = {
  hypot: many(hypot),
  log10: unary((x) => times(build.log(x), Math.LOG10E)),
  max: many((...xs) => fold(build.maximum, xs)),
  min: many((...xs) => fold(build.minimum, xs)),
  pow: binary(pow),
  round: unary(round),
  sign: unary(sign),
  tan: unary((x) => build.div(build.sin(x), build.cos(x))),
} as const satisfies Record<string, Operation>;

/** The ops that `Math` has too. */
const primitives = Object.values(scalars)
  .filter(({ inMath }) => inMath)
  .map(({ name }): [string, Operation] => [name, unary((x) => make(name, [x], {}))]);

/** Functions, by their names in `Math`. */
export const functions: Readonly<Record<string, Operation>> = Object.fromEntries(
  [...Object.entries<Operation>(compositions), ...primitives].sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true })),
);

/** Numbers, by their names in `Math`. */
export const numbers = { PI: Math.PI, E: Math.E } as const;

type FunctionName = keyof typeof compositions | ScalarName;

export type ScalarOperation = keyof typeof operators | FunctionName;

const operations: Readonly<Record<string, Operation>> = { ...operators, ...functions };

/** What `name` is made of. */
export const operationNamed = (name: ScalarOperation): Operation => operations[name] as Operation;

/** The function of `Math` that has this name, if scalar functions may use it. */
export const functionNamed = (name: string): FunctionName | undefined => (Object.hasOwn(functions, name) ? (name as FunctionName) : undefined);
