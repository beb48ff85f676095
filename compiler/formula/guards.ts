// Choices that keep a step from 0, where it has no number or no slope: {1 if a = 0, else a}³ ⊙ [a ≠ 0] is a³.
import { elementAt } from "../ir/element.ts";
import { type Formula, isScalar, mapParts } from "./tree.ts";

/** What `formula` says without the views around it. */
export const unviewed = (formula: Formula): Formula => (formula.kind === "view" ? unviewed(formula.body) : formula);

export const isNumber = (formula: Formula, value: number): boolean => {
  const bare = unviewed(formula);
  return bare.kind === "number" && Object.is(bare.value, value);
};

/** What is 0 where `condition` holds. */
function zeroIn(condition: Formula): Formula | undefined {
  const bare = unviewed(condition);
  return bare.kind === "operator" && bare.op === "=" && isNumber(elementAt(bare.args, 1), 0) ? bare.args[0] : undefined;
}

/** Whether two formulas are of the same parts, or the same name. */
function isSame(x: Formula, y: Formula): boolean {
  const [a, b] = [unviewed(x), unviewed(y)];
  if (a === b) return true;
  if (a.kind === "variable" && b.kind === "variable") return a.name === b.name && a.step === b.step;
  return a.kind === "call" && b.kind === "call" && a.name === "abs" && b.name === "abs" && isSame(elementAt(a.args, 0), elementAt(b.args, 0));
}

/** Whether `formula` is what keeps a step from 0, which is only read together with that step: {1 if a = 0, else a}, or a power of that. */
export function isGuard(formula: Formula): boolean {
  const bare = unviewed(formula);
  if (bare.kind === "operator" && bare.op === "^") return isGuard(elementAt(bare.args, 0));
  const zero = bare.kind === "cases" && unviewed(bare.value).kind === "number" ? zeroIn(bare.condition) : undefined;
  return zero !== undefined && isSame((bare as Cases).otherwise, zero);
}

const steps: ReadonlySet<string> = new Set(["*", "/", "^", "neg"]);

/** `formula` where `zero` is not 0. */
function elsewhere(formula: Formula, zero: Formula): Formula {
  if (formula.kind === "cases") {
    const other = zeroIn(formula.condition);
    return other && isSame(other, zero) ? elsewhere(formula.otherwise, zero) : formula;
  }
  if (formula.kind === "view" || (formula.kind === "operator" && steps.has(formula.op))) {
    const image = mapParts(formula, (part) => elsewhere(part, zero));
    return isChanged(formula, image) ? image : formula;
  }
  return formula;
}

function isChanged(before: Formula, after: Formula): boolean {
  if (before.kind === "view" && after.kind === "view") return before.body !== after.body;
  return before.kind === "operator" && after.kind === "operator" && before.args.some((arg, i) => arg !== after.args[i]);
}

const exponentOf = (formula: Formula): number | undefined => {
  const bare = unviewed(formula);
  return bare.kind === "number" ? bare.value : undefined;
};

/** Whether `formula` is 0 where `zero` is. */
function vanishes(formula: Formula, zero: Formula): boolean {
  const bare = unviewed(formula);
  if (isSame(bare, zero)) return true;
  if (bare.kind !== "operator") return false;
  if (bare.op === "^") return vanishes(elementAt(bare.args, 0), zero) && (exponentOf(elementAt(bare.args, 1)) ?? 0) > 0;
  if (bare.op === "neg") return vanishes(elementAt(bare.args, 0), zero);
  return bare.op === "*" && bare.args.some((factor) => vanishes(factor, zero)) && bare.args.every(isPlain);
}

const kept: ReadonlySet<string> = new Set(["sign", "step", "abs", "reshape"]);
const whole: ReadonlySet<string> = new Set(["+", "-", "*", "neg"]);

/** Whether `formula` has a number wherever its names have one. */
function isPlain(formula: Formula): boolean {
  const bare = unviewed(formula);
  if (bare.kind === "number") return Number.isFinite(bare.value);
  if (bare.kind === "variable" || bare.kind === "indicator") return true;
  if (bare.kind === "call") return kept.has(bare.name) && isPlain(elementAt(bare.args, 0));
  if (bare.kind === "cases") return isPlain(bare.value) && isGuarded(bare.otherwise, zeroIn(bare.condition));
  if (bare.kind !== "operator") return false;
  if (whole.has(bare.op)) return bare.args.every(isPlain);
  const [x, y] = bare.args as readonly [Formula, Formula];
  if (bare.op === "^") return isPlain(x) && (exponentOf(y) ?? -1) >= 0;
  return bare.op === "/" && isPlain(x) && isCounted(y);
}

/** Whether `formula` has a number where `zero` is not 0. */
function isGuarded(formula: Formula, zero: Formula | undefined): boolean {
  const bare = unviewed(formula);
  if (isPlain(bare)) return true;
  if (zero === undefined || bare.kind !== "operator") return false;
  const [x, y] = bare.args as readonly [Formula, Formula];
  if (bare.op === "*") return bare.args.every((factor) => isGuarded(factor, zero));
  if (bare.op === "^") return isSame(x, zero) && exponentOf(y) !== undefined;
  return bare.op === "/" && isGuarded(x, zero) && isSame(y, zero);
}

/** Whether it is a number, or how many there are of something. */
function isCounted(formula: Formula): boolean {
  const bare = unviewed(formula);
  if (bare.kind === "number") return bare.value !== 0;
  if (bare.kind === "variable") return isScalar(bare) && bare.name === "batch";
  return bare.kind === "operator" && bare.op === "*" && bare.args.every(isCounted);
}

/** Whether `formula` divides by `zero`, or by a power of it. */
function dividesBy(formula: Formula, zero: Formula): boolean {
  const bare = unviewed(formula);
  if (bare.kind !== "operator") return false;
  const [x, y] = bare.args as readonly [Formula, Formula];
  if (bare.op === "^") return isSame(x, zero) ? (exponentOf(y) ?? -1) < 0 : dividesBy(x, zero);
  if (bare.op === "/") return isSame(y, zero) || isPowerOf(y, zero) || dividesBy(x, zero);
  return (bare.op === "*" || bare.op === "neg") && bare.args.some((arg) => dividesBy(arg, zero));
}

function isPowerOf(formula: Formula, zero: Formula): boolean {
  const bare = unviewed(formula);
  if (bare.kind !== "operator") return false;
  if (bare.op === "*") return bare.args.some((factor) => isSame(factor, zero) || isPowerOf(factor, zero));
  return bare.op === "^" && isSame(elementAt(bare.args, 0), zero);
}

/** Whether `formula` divides by what `condition` says is 0: a product with [condition] would not be 0 there. */
export function dividesBy0(formula: Formula, condition: Formula): boolean {
  const zero = zeroIn(condition);
  return zero !== undefined && dividesBy(formula, zero);
}

type Cases = Extract<Formula, { kind: "cases" }>;

/** A choice by what is 0 without choices by the same in it: {1 if a = 0, else {1 if a = 0, else a}^q} => {1 if a = 0, else a^q}, {0 if a = 0, else a^3} => a^3. */
export function unguarded(formula: Cases): Formula {
  const zero = zeroIn(formula.condition);
  if (zero === undefined) return formula;
  const otherwise = elsewhere(formula.otherwise, zero);
  const isZero = isNumber(formula.value, 0) || isSame(formula.value, zero);
  if (isZero && !isSame(otherwise, zero) && vanishes(otherwise, zero)) return otherwise;
  return otherwise === formula.otherwise ? formula : { ...formula, otherwise };
}
