// Polynomials over values that are not looked into: what equal values over the reals are brought to, as far as sums and products tell.
//
//   x·2 - (x + y) + y   =>   x        (x + y)·z/(y + x)   =>   z
import { elementAt } from "../ir/element.ts";

/** Coefficients by monomial, which are numbered; 1 is the first. Equal polynomials have equal entries; without entries it is 0. */
export type Polynomial = ReadonlyMap<number, number>;

/** A product of powers: exponents by atom. */
type Powers = ReadonlyMap<number, number>;

export const number = (value: number): Polynomial => new Map(value === 0 ? [] : [[0, value]]);

export const scaled = (p: Polynomial, by: number): Polynomial => new Map([...p].map(([monomial, factor]) => [monomial, factor * by]));

/** Equal for equal polynomials. */
export const textOf = (p: Polynomial): string => [...p].sort(([a], [b]) => a - b).join(";");

/** A factor of all that are multiples of one polynomial, other than the number that they may have beside. */
export const leadOf = (p: Polynomial): number => [...p].sort(([a], [b]) => (a || Infinity) - (b || Infinity))[0]?.[1] ?? 0;

/** `p + factor·q`. */
export function sumOf(p: Polynomial, q: Polynomial, factor = 1): Polynomial {
  const sum = new Map(p);
  for (const [monomial, each] of q) {
    const [before, more] = [sum.get(monomial) ?? 0, factor * each];
    // What is left of 0.1 + 0.2 - 0.3 is rounding.
    if (Math.abs(before + more) > 1e-12 * Math.abs(more)) sum.set(monomial, before + more);
    else sum.delete(monomial);
  }
  return sum;
}

/** Atoms and monomials, numbered. */
export function ring() {
  const numbers = new Map<string, number>();
  const fixed = new Set<number>();
  const powersOf: Powers[] = [new Map()];
  const monomials = new Map([["", 0]]);
  /** What an atom is to a power, where that is a sum: itself, where it stands for one; the square of a cosine. */
  const known = new Map<string, Polynomial>();

  const atom = (text: string, isFixed: boolean): number => {
    const id = numbers.get(text) ?? numbers.size;
    numbers.set(text, id);
    if (isFixed) fixed.add(id);
    return id;
  };
  const monomial = (powers: Powers): Polynomial => {
    const text = textOf(powers);
    const id = monomials.get(text) ?? monomials.size;
    monomials.set(text, id);
    powersOf[id] = powers;
    return known.get(text) ?? new Map([[id, 1]]);
  };
  const isFixed = (p: Polynomial): boolean => [...p.keys()].every((id) => [...elementAt(powersOf, id).keys()].every((each) => fixed.has(each)));
  const factorsOf = (p: Polynomial): readonly [scale: number, Powers] => {
    const [[id, scale] = [0, 0], ...more] = p;
    if (more.length === 0) return [scale, elementAt(powersOf, id)];
    const lead = leadOf(p);
    const sum = scaled(p, 1 / lead);
    const powers = new Map([[atom(`(${textOf(sum)})`, isFixed(p)), 1]]);
    known.set(textOf(powers), sum);
    return [lead, powers];
  };
  return {
    /** A value that is not looked into, by a text that says which; `isFixed` where nothing changes it that is of interest. */
    opaque: (text: string, isFixed: boolean): Polynomial => monomial(new Map([[atom(text, isFixed), 1]])),
    /** Whether all is fixed that is left in a polynomial. */
    isFixed,
    /** `p·q^exponent`, for a whole exponent. */
    product(p: Polynomial, q: Polynomial, exponent = 1): Polynomial {
      const [[scale, powers], [other, more]] = [factorsOf(p), factorsOf(q)];
      const all = new Map(powers);
      for (const [id, each] of more) all.set(id, (all.get(id) ?? 0) + each * exponent);
      for (const [id, each] of all) if (each === 0) all.delete(id);
      const factor = scale * other ** exponent;
      return factor === 0 ? number(0) : scaled(monomial(all), factor);
    },
    /** Says what the square of an opaque value is. */
    square(p: Polynomial, is: Polynomial): void {
      const [, powers] = factorsOf(p);
      known.set(textOf(new Map([...powers].map(([id, each]) => [id, 2 * each]))), is);
    },
  };
}
