// Arithmetic on affine indices: sums of loop variables (and computed i32 values) with constant or run-time coefficients.
import { coefficientOf, type Dim, divide, multiply } from "../ir/dim.ts";
import { type Affine, type Axis, type Bound, type Expr, isAxis } from "./kernel.ts";

type Term = Affine["terms"][number];

export const fixed = (offset: number): Affine => ({ offset, terms: [] });
export const along = (atom: Axis | Expr, coefficient: Dim = 1): Affine => ({ offset: 0, terms: [{ atom, coefficient }] });
export const shift = (index: Affine, by: number): Affine => (by === 0 ? index : { ...index, offset: index.offset + by });

// Coefficients add up only when they are multiples of one monomial: a·n + b·n.
function addCoefficients(a: Dim, b: Dim): Dim | undefined {
  if (typeof a === "number" && typeof b === "number") return a + b;
  const [first, second] = [divide(a, b), divide(b, a)];
  if (typeof first === "number") return multiply(b, first + 1);
  return typeof second === "number" ? multiply(a, second + 1) : undefined;
}

function addTerm(terms: readonly Term[], { atom, coefficient }: Term): Term[] {
  const at = terms.findIndex((term) => term.atom === atom);
  const sum = at < 0 ? undefined : addCoefficients((terms[at] as Term).coefficient, coefficient);
  if (sum === undefined) return [...terms, { atom, coefficient }];
  return terms.flatMap((term, i) => (i !== at ? [term] : sum === 0 ? [] : [{ atom, coefficient: sum }]));
}

export function plus(a: Affine, b: Affine): Affine {
  return { offset: a.offset + b.offset, terms: b.terms.reduce<readonly Term[]>(addTerm, a.terms) };
}

// Stands for an offset that is known at run time only: 3·n is a term of this atom.
const one: Expr = { kind: "constant", dtype: "i32", value: 1 };

/** `index · factor`. */
export function scale(index: Affine, factor: Dim): Affine {
  if (factor === 1) return index;
  if (factor === 0) return fixed(0);
  const terms = index.terms.map(({ atom, coefficient }) => ({ atom, coefficient: multiply(coefficient, factor) }));
  if (typeof factor === "number") return { offset: index.offset * factor, terms };
  return { offset: 0, terms: index.offset === 0 ? terms : addTerm(terms, { atom: one, coefficient: multiply(factor, index.offset) }) };
}

/** The loop variable that `index` is, when it is nothing else. */
export function soleAxis(index: Affine): Axis | undefined {
  const [term, more] = index.terms;
  if (!term || more || index.offset !== 0 || term.coefficient !== 1) return undefined;
  return isAxis(term.atom) ? term.atom : undefined;
}

/** Smallest and largest value of an index; undefined unless it is a sum of axes with number coefficients and extents. */
export function rangeOf({ offset, terms }: Affine): { least: number; most: number } | undefined {
  let [least, most] = [offset, offset];
  for (const { atom, coefficient } of terms) {
    if (!isAxis(atom) || typeof atom.extent !== "number" || typeof coefficient !== "number") return undefined;
    const far = coefficient * Math.max(atom.extent - 1, 0);
    least += Math.min(far, 0);
    most += Math.max(far, 0);
  }
  return { least, most };
}

// A mixed-radix number c1·a1 + c1·e1·a2 + ... is below c·e of its last digit; holds for dynamic extents, too.
function isMixedRadixBelow(terms: readonly Term[], limit: Dim): boolean {
  const rest = [...terms];
  let unit: Dim = 1;
  while (rest.length > 0) {
    const at = rest.findIndex(({ atom, coefficient }) => isAxis(atom) && divide(coefficient, unit) !== undefined && coefficient === unit);
    const [term] = at < 0 ? [] : rest.splice(at, 1);
    if (!term || !isAxis(term.atom)) return false;
    unit = multiply(term.coefficient, term.atom.extent);
  }
  return divide(limit, unit) !== undefined;
}

/** `index` with one axis in place of a multiple of the sum that `rest` bounds, if all of that is a part of it. */
function gathered(index: Affine, rest: Bound): Affine {
  const [first] = rest.index.terms;
  const own = index.terms.find(({ atom }) => atom === first?.atom);
  const factor = first && own && divide(own.coefficient, first.coefficient);
  if (factor === undefined) return index;
  const others = plus(index, scale(rest.index, multiply(factor, -1)));
  const isWhole = others.terms.length === index.terms.length - rest.index.terms.length;
  return isWhole ? plus(others, along({ name: "rest", extent: rest.upper }, factor)) : index;
}

/** Whether `0 <= index < limit` for every point where `rests`, bounds from 0, hold, as far as can be told at compile time. */
export function isWithin(whole: Affine, limit: Dim, rests: readonly Bound[] = []): boolean {
  const index = rests.reduce(gathered, whole);
  const range = rangeOf(index);
  if (range && typeof limit === "number") return range.least >= 0 && range.most < limit;
  return index.offset === 0 && isMixedRadixBelow(index.terms, limit);
}

/** Quotient and remainder of division by `divisor`. */
export interface Division {
  readonly quotient: Affine;
  readonly remainder: Affine;
}

/** The terms that are multiples of `divisor`, divided, and the rest. */
function separate(index: Affine, divisor: Dim): Division {
  const quotient: Term[] = [];
  const remainder: Term[] = [];
  let whole = typeof divisor === "number" ? Math.floor(index.offset / divisor) : 0;
  const left = typeof divisor === "number" ? index.offset - whole * divisor : index.offset;
  for (const { atom, coefficient } of index.terms) {
    const part = divide(coefficient, divisor);
    if (part === undefined) remainder.push({ atom, coefficient });
    else if (atom === one && typeof part === "number") whole += part;
    else quotient.push({ atom, coefficient: part });
  }
  return { quotient: { offset: whole, terms: quotient }, remainder: { offset: left, terms: remainder } };
}

const affineExpr = (index: Affine): Expr => ({ kind: "index", dtype: "i32", index });

function divideAtRunTime(index: Affine, divisor: Dim): Division {
  const by: Expr = typeof divisor === "number" ? { kind: "constant", dtype: "i32", value: divisor } : { kind: "extent", dtype: "i32", dim: divisor };
  const args = [affineExpr(index), by];
  return {
    quotient: along({ kind: "op", dtype: "i32", op: "quotient", args }),
    remainder: along({ kind: "op", dtype: "i32", op: "remainder", args }),
  };
}

/** Asks for the loop of an axis to be two, the inner of extent `inner`. */
export type Split = (axis: Axis, inner: Dim) => void;

/**
 * `index` divided by `divisor` (index >= 0). Affine where the terms separate; else i32 division at run time, and `split` is told of
 * axes whose extent is a multiple, two loops of which would do without. `rests` are bounds from 0 that hold there.
 */
export function divideIndex(index: Affine, divisor: Dim, split?: Split, rests?: readonly Bound[]): Division {
  if (divisor === 1) return { quotient: index, remainder: fixed(0) };
  const parts = separate(index, divisor);
  if (isWithin(parts.remainder, divisor, rests)) return parts;
  for (const { atom, coefficient } of parts.remainder.terms) {
    if (!isAxis(atom)) continue;
    const inner = divide(divisor, coefficientOf(coefficient) < 0 ? multiply(coefficient, -1) : coefficient);
    if (inner !== undefined && inner !== atom.extent && divide(atom.extent, inner) !== undefined) split?.(atom, inner);
  }
  return divideAtRunTime(index, divisor);
}

const identities = new WeakMap<object, number>();
let identityCount = 0;
function identity(object: object): number {
  const known = identities.get(object) ?? ++identityCount;
  identities.set(object, known);
  return known;
}

/** Text that is equal exactly for equal indices over the same atoms. */
export function affineKey(index: Affine): string {
  const terms = index.terms.map(({ atom, coefficient }) => `${coefficient}@${identity(atom)}`);
  return `${index.offset}+${terms.sort().join("+")}`;
}
