// Numbers that are fractions or roots, or have π in them: 0.22222222 is 2/9, 0.70710677 is 1/√2, 0.3989423 is 1/√(2·π).
import { shortest } from "./decimals.ts";
import { call, type Formula, number, operator, partsIn, variable } from "./tree.ts";

/** Denominators and roots up to here are looked for. */
const most = { denominator: 64, root: 32 };

/** Decimals of so few digits are read as they are. */
export const shortDigits = 6;

const isSame = (a: number, b: number): boolean => Math.fround(a) === Math.fround(b);

/** The number π on a page, where no value has that name. */
export const circle = "π";

const root = (of: Formula): Formula => ({ ...call("sqrt", [of]), scalar: true });

const pi: Formula = { ...variable(circle), scalar: true };

/** `x` alone where `p` is 1. */
const times = (p: number, x: Formula): Formula => (p === 1 ? x : { ...operator("*", number(p), x), scalar: true });
const over = (x: Formula, q: number): Formula => (q === 1 ? x : operator("/", x, number(q)));
const log = (of: Formula): Formula => ({ ...call("log", [of]), scalar: true });

/** Multiples p/q of π, what they are below the line, their roots, and log(2·π): what angles, the normal distribution and erf have. */
const ofPi: readonly (readonly [value: number, formula: Formula])[] = [1, 2, 3, 4].flatMap((p) =>
  [1, 2, 3, 4].flatMap((q) => {
    const [above, below] = [p * Math.PI, q * Math.PI];
    return [
      [above / q, over(times(p, pi), q)],
      [p / below, operator("/", number(p), times(q, pi))],
      [Math.sqrt(above) / q, over(root(times(p, pi)), q)],
      [p / Math.sqrt(below), operator("/", number(p), root(times(q, pi)))],
      [Math.sqrt(p / below), root(operator("/", number(p), times(q, pi)))],
      [Math.sqrt(above / q), root(over(times(p, pi), q))],
      [Math.log(above) / q, over(log(times(p, pi)), q)],
    ] as const;
  }),
);

/** p/q of whole numbers that rounds to `value`, q as small as may be. */
export function fractionOf(value: number): readonly [number, number] | undefined {
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
  if (isSame(value, Math.LN2)) return log(number(2));
  return rootOf(value) ?? ofPi.find(([exact]) => isSame(exact, value))?.[1];
}

/** The number that a page tells for `value`: 2/3 itself for the f32 nearest to it, and 0.1 for the f32 nearest to that. */
export function toldOf(value: number): number {
  if (!Number.isFinite(value) || Number.isInteger(value)) return value;
  const told = exactOf(Math.abs(value));
  return Math.sign(value) * (told ? numberIn(told) : Number(shortest(value)));
}

/** The value of a formula of numbers, π, their quotients, roots and logarithms. */
function numberIn(formula: Formula): number {
  if (formula.kind === "number") return formula.value;
  if (formula.kind === "variable") return Math.PI;
  const [x, y] = ("args" in formula ? formula.args : []).map(numberIn) as [number, number];
  if (formula.kind === "call") return formula.name === "sqrt" ? Math.sqrt(x) : Math.log(x);
  return formula.kind === "operator" && formula.op === "*" ? x * y : x / y;
}

/** Whether π stands in what `value` is told as. */
export function hasPi(value: number): boolean {
  const exact = exactOf(Math.abs(value));
  return exact !== undefined && [...partsIn(exact)].includes(pi);
}

/** Whether `part` is a number that is written with π. */
export const isOfPi = (part: Formula): boolean => part.kind === "number" && part.digits === undefined && hasPi(part.value);

export const significantDigits = (value: number): number => shortest(value).replace(/e.*$|^0?\.?0*|\./g, "").length;

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
