// Numbers that are fractions or roots: 0.22222222 is 2/9, 0.70710677 is 1/√2.
import { shortest } from "./decimals.ts";
import { call, type Formula, number, operator } from "./tree.ts";

/** Denominators and roots up to here are looked for. */
const most = { denominator: 64, root: 32 };

/** Decimals of so few digits are read as they are. */
const shortDigits = 6;

const isSame = (a: number, b: number): boolean => Math.fround(a) === Math.fround(b);

const root = (of: Formula): Formula => ({ ...call("sqrt", [of]), scalar: true });

/** p/q of whole numbers that rounds to `value`, q as small as may be. */
function fractionOf(value: number): readonly [number, number] | undefined {
  for (let q = 1; q <= most.denominator; q++) {
    const p = Math.round(value * q);
    if (p > 0 && p <= 1024 && isSame(p / q, value)) return [p, q];
  }
  return undefined;
}

/** The positive `value`, of more digits than one reads, as a fraction, or with a root in it; undefined if it is none. */
export function exactOf(value: number): Formula | undefined {
  if (!Number.isFinite(value) || Number.isInteger(value) || significantDigits(value) <= shortDigits) return undefined;
  const plain = fractionOf(value);
  if (plain) return operator("/", number(plain[0]), number(plain[1]));
  return rootOf(value);
}

const significantDigits = (value: number): number => shortest(value).replace(/e.*$|^0?\.?0*|\./g, "").length;

/** √p, √p/q or q/√p of whole numbers. */
function rootOf(value: number): Formula | undefined {
  const radicands = Array.from({ length: most.root - 1 }, (_, i) => i + 2).filter((of) => !Number.isInteger(Math.sqrt(of)));
  const whole = radicands.find((of) => isSame(Math.sqrt(of), value));
  if (whole !== undefined) return root(number(whole));
  for (const of of radicands) {
    const [below, above] = [fractionOf(value * Math.sqrt(of)), fractionOf(value / Math.sqrt(of))];
    if (below && below[0] <= 16 && below[1] === 1) return operator("/", number(below[0]), root(number(of)));
    if (above?.[0] === 1) return operator("/", root(number(of)), number(above[1]));
  }
  return undefined;
}
