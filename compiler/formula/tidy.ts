import { elementAt } from "../ir/element.ts";
import { fractionOf, shortDigits, significantDigits, toldOf } from "./exact.ts";
import { dividesBy0, isNumber, unguarded, unviewed } from "./guards.ts";
import { type Formula, indicator, isScalar, number, type Operator, operator } from "./tree.ts";

const opposite: Partial<Record<Operator, Operator>> = { "=": "≠", "≠": "=", "<": "≥", "≥": "<", "≤": ">", ">": "≤" };

/** The condition under which `condition` fails: `z > 0` for `z ≤ 0`. NaN counts as a number here, as on paper. */
export function negated(condition: Formula): Formula {
  const bare = unviewed(condition);
  if (bare.kind === "operator" && bare.op === "not") return elementAt(bare.args, 0);
  const op = bare.kind === "operator" ? opposite[bare.op] : undefined;
  return bare.kind === "operator" && op ? operator(op, ...bare.args) : operator("not", condition);
}

/** `formula` without its sign, where it has one: -2·x gives 2·x, -x gives x, and -x - y, where that is repeated, x + y. */
function withoutSign(formula: Formula): Formula | undefined {
  if (formula.kind === "view") {
    const body = withoutSign(formula.body) ?? opposed(formula.body);
    return body && { ...formula, body };
  }
  const bare = formula;
  if (bare.kind === "number" && bare.value < 0) return number(-bare.value);
  return bare.kind === "operator" && bare.op === "neg" ? bare.args[0] : undefined;
}

/** x + y of -x - y. */
function opposed(formula: Formula): Formula | undefined {
  if (formula.kind !== "operator" || formula.op !== "-") return undefined;
  const [x, y] = formula.args as readonly [Formula, Formula];
  const positive = withoutSign(x);
  return positive && operator("+", positive, y);
}

const minus = (formula: Formula): Formula => withoutSign(formula) ?? operator("neg", formula);

/** The whole number that `formula` is. */
function wholeIn(formula: Formula): number | undefined {
  const bare = unviewed(formula);
  return bare.kind === "number" && Number.isInteger(bare.value) ? bare.value : undefined;
}

/** x + -y => x - y; x - y - y => x - 2·y; x - 1 + 1 => x; x + 1 + 1 => x + 2; A·B ⊙ x + A·B ⊙ y => A·B ⊙ (x + y) */
function tidySum(op: "+" | "-", x: Formula, y: Formula): Formula {
  const positive = withoutSign(y);
  if (positive) return tidySum(op === "+" ? "-" : "+", x, positive);
  const gathered = commonFactor(x, y);
  if (gathered) return tidyProduct(gathered[0], tidySum(op, gathered[1], gathered[2]));
  if (op === "-" && x.kind === "operator" && x.op === "-" && x.args[1] === y) return operator("-", elementAt(x.args, 0), tidyProduct(number(2), y));
  const last = wholeIn(y);
  const before = x.kind === "operator" && (x.op === "+" || x.op === "-") ? wholeIn(elementAt(x.args, 1)) : undefined;
  if (x.kind !== "operator" || last === undefined || before === undefined) return operator(op, x, y);
  const rest = elementAt(x.args, 0);
  const total = (x.op === "+" ? before : -before) + (op === "+" ? last : -last);
  if (unviewed(rest).kind === "number") return operator(op, x, y);
  return total === 0 ? rest : operator(total > 0 ? "+" : "-", rest, number(Math.abs(total)));
}

/** What `formula` divides by, where it is 1/n. */
function inverseOf(formula: Formula): Formula | undefined {
  const bare = unviewed(formula);
  return bare.kind === "operator" && bare.op === "/" && isNumber(elementAt(bare.args, 0), 1) ? bare.args[1] : undefined;
}

const isLiteral = (formula: Formula): boolean => unviewed(formula).kind === "number";

const productOf = ([first = number(1), ...others]: readonly Formula[]): Formula =>
  others.reduce((product, factor) => operator("*", product, factor), first);

/** The factors of a product; a number within a view is one beside it. */
function factorsOf(formula: Formula): readonly Formula[] {
  if (formula.kind === "operator" && formula.op === "*") return formula.args.flatMap(factorsOf);
  const inner = formula.kind === "view" ? factorsOf(formula.body) : [];
  const others = inner.filter((factor) => !isLiteral(factor));
  if (formula.kind !== "view" || others.length === inner.length || others.length === 0) return [formula];
  return [...inner.filter(isLiteral).map(unviewed), { ...formula, body: productOf(others) }];
}

/** Whether it stands for how the loss changes, or for a product of matrices. */
const isGathered = (factor: Formula): boolean =>
  factor.kind === "contraction" || (factor.kind === "variable" && factor.name.startsWith("δ_") && !isScalar(factor));

/** A factor of both products, and what is left of each. */
function commonFactor(x: Formula, y: Formula): readonly [common: Formula, x: Formula, y: Formula] | undefined {
  const [above, below] = [factorsOf(x), factorsOf(y)];
  const common = above.find((factor) => isGathered(factor) && below.includes(factor));
  if (!common) return undefined;
  const [rest, other] = [above, below].map((factors) => productOf(factors.filter((factor) => factor !== common))) as [Formula, Formula];
  return isScalar(rest) && isScalar(other) ? undefined : [common, rest, other];
}

/** 2·x·(3·y) => 6·(x·y); x·(3/n)·(2·y) => 6/n·x·y */
function withOneNumber(x: Formula, y: Formula): Formula | undefined {
  const factors = [...factorsOf(x), ...factorsOf(y)];
  const values = factors.flatMap((factor) => {
    const bare = unviewed(factor);
    return bare.kind === "number" ? [bare.value] : [];
  });
  const others = factors.filter((factor) => !isLiteral(factor));
  if (values.length > 1) return tidyProduct(number(values.reduce((product, each) => product * each)), productOf(others));
  const [only = 1] = values;
  const at = others.length > 1 && Number.isInteger(only) && only > 1 ? others.findIndex((factor) => cancelled(only, factor)) : -1;
  return at < 0 ? undefined : productOf(others.map((factor, i) => (i === at ? (cancelled(only, factor) as Formula) : factor)));
}

/** The whole number n in front of `formula`, where that divides by a multiple of it, or has another number above: 2·(x/(2·y)) => x/y; 2·(0.5/y) => 1/y; 2·(3/y) => 6/y; 4·Σ x/4 => Σ x */
function cancelled(n: number, formula: Formula): Formula | undefined {
  if (formula.kind === "view" || formula.kind === "sum") {
    const body = cancelled(n, formula.body);
    return body && { ...formula, body };
  }
  const bare = formula;
  if (bare.kind !== "operator") return undefined;
  const [x, y] = bare.args as readonly [Formula, Formula];
  if (bare.op === "*") {
    const at = bare.args.findIndex((factor) => cancelled(n, factor) !== undefined);
    if (at < 0) return undefined;
    const shorter = cancelled(n, elementAt(bare.args, at)) as Formula;
    return tidyProduct(at === 0 ? shorter : x, at === 0 ? y : shorter);
  }
  if (bare.op !== "/") return undefined;
  const inner = cancelled(n, x);
  if (inner) return operator("/", inner, y);
  const above = unviewed(x);
  if (above.kind === "number" && above.value !== 1) return tidyQuotient(number(n * above.value), y);
  const below = wholeFactorOf(y);
  if (below === undefined || below % n !== 0) return undefined;
  const denominator = dividedBy(y, n) as Formula;
  return isNumber(denominator, 1) ? x : operator("/", x, denominator);
}

/** Whether both lie along the same axes: x[i]·x[j] is no square. */
const isSameView = (x: Formula, y: Formula): boolean =>
  x.kind === "view" && y.kind === "view" ? `${x.axes} ${x.shape} ${x.at}` === `${y.axes} ${y.shape} ${y.at}` : isScalar(x) === isScalar(y);

/** Whether it is how many elements there are, which is said with the rows first: batch·3. */
const isCount = (formula: Formula): boolean =>
  factorsOf(formula).every((factor) => isLiteral(factor) || (factor.kind === "variable" && factor.name === "batch"));

/** 2·(x/n) => 2/n·x for a number of elements n */
function overCount(x: Formula, y: Formula): Formula | undefined {
  if (!isLiteral(x) || y.kind !== "operator" || y.op !== "/") return undefined;
  const [above, count] = y.args as readonly [Formula, Formula];
  return isScalar(count) && !isLiteral(count) && isCount(unviewed(count)) && !isScalar(above)
    ? tidyProduct(tidyQuotient(x, count), above)
    : undefined;
}

/** 1·x => x; -x·y => -(x·y); x·2 => 2·x; 2·x·3 => 6·x; x·(1/n) => x/n; x·x => x² */
function tidyProduct(x: Formula, y: Formula): Formula {
  if (isNumber(x, 1)) return y;
  if (isNumber(y, 1)) return x;
  const positive = [withoutSign(x), withoutSign(y)];
  if (positive[0] || positive[1]) {
    const product = tidyProduct(positive[0] ?? x, positive[1] ?? y);
    return positive[0] && positive[1] ? product : minus(product);
  }
  const [n, rest] = wholeIn(x) === undefined ? [wholeIn(y), x] : [wholeIn(x), y];
  const reduced = n !== undefined && n > 1 ? cancelled(n, rest) : undefined;
  if (reduced) return reduced;
  const merged = withOneNumber(x, y);
  if (merged) return merged;
  const quotient = overCount(x, y) ?? overCount(y, x);
  if (quotient) return quotient;
  const divisors = [inverseOf(x), inverseOf(y)];
  if (divisors[1]) return operator("/", x, divisors[1]);
  if (divisors[0]) return operator("/", y, divisors[0]);
  if (isLiteral(y) && !isLiteral(x) && !isCount(x)) return tidyProduct(y, x);
  return powered(x, y) ?? operator("*", x, y);
}

/** A formula as a power with a whole exponent, the first unless it says another. */
function powerIn(formula: Formula): readonly [base: Formula, exponent: number] {
  const [base, exponent] = formula.kind === "operator" && formula.op === "^" ? formula.args : [];
  const whole = exponent && wholeIn(exponent);
  return base && whole !== undefined && whole > 1 ? [base, whole] : [formula, 1];
}

/** The product of two powers of the same. */
function powerOf(x: Formula, y: Formula): Formula | undefined {
  const [[a, m], [b, n]] = [powerIn(x), powerIn(y)];
  return unviewed(a) === unviewed(b) && isSameView(a, b) ? operator("^", a, number(m + n)) : undefined;
}

/** x·x => x²; x²·x => x³; y·x·x => y·x² */
function powered(x: Formula, y: Formula): Formula | undefined {
  const both = powerOf(x, y);
  if (both) return both;
  if (x.kind !== "operator" || x.op !== "*" || x.args.length !== 2) return undefined;
  const power = powered(elementAt(x.args, 1), y);
  return power && operator("*", elementAt(x.args, 0), power);
}

/** k·y => k·y² for another y, or a number of them. */
function powerWithin(product: Formula, y: Formula): Formula | undefined {
  const [by, single] = numberedIn(y);
  const factors = factorsOf(product);
  const at = factors.findIndex((factor) => powerOf(factor, single) !== undefined);
  if (at < 0) return undefined;
  const others = factors.map((factor, i) => (i === at ? (powerOf(factor, single) as Formula) : factor));
  return tidyProduct(number(by), productOf(others));
}

const divisorOf = (a: number, b: number): number => (b === 0 ? a : divisorOf(b, a % b));

/** The factors of `formula` with a whole number among them divided by `divisor`. */
function dividedBy(formula: Formula, divisor: number): Formula | undefined {
  const bare = unviewed(formula);
  const whole = wholeIn(bare);
  if (whole !== undefined) return number(whole / divisor);
  if (bare.kind !== "operator" || bare.op !== "*") return undefined;
  const at = bare.args.findIndex((factor) => wholeIn(factor) !== undefined);
  const factors = bare.args
    .map((factor, i) => (i === at ? number((wholeIn(factor) as number) / divisor) : factor))
    .filter((factor) => !isNumber(factor, 1));
  return factors.length === 1 ? factors[0] : { ...bare, args: factors };
}

/** The whole number among the factors of `formula`. */
function wholeFactorOf(formula: Formula): number | undefined {
  const bare = unviewed(formula);
  const factors = bare.kind === "operator" && bare.op === "*" ? bare.args : [bare];
  return factors.map(wholeIn).find((whole) => whole !== undefined);
}

/** 0.4/(n·2) => 0.2/n; (1/3)/(n·2) => 1/(n·6) */
function shortened(x: Formula, y: Formula): Formula | undefined {
  const [bare, below] = [unviewed(x), wholeFactorOf(y)];
  if (bare.kind !== "number" || Number.isInteger(bare.value) || isLiteral(y) || !isScalar(y)) return undefined;
  if (significantDigits(bare.value) <= shortDigits) {
    const half = bare.value / 2;
    return below !== undefined && below % 2 === 0 && significantDigits(half) <= shortDigits
      ? tidyQuotient(number(half), dividedBy(y, 2) as Formula)
      : undefined;
  }
  const [p, q] = fractionOf(bare.value) ?? [];
  if (p === undefined || q === undefined) return undefined;
  return tidyQuotient(number(p), below === undefined ? operator("*", y, number(q)) : (dividedBy(y, 1 / q) as Formula));
}

const isNameOf = (x: Formula, y: Formula): boolean => x.kind === "variable" && y.kind === "variable" && x.name === y.name && x.step === y.step;

/** 0.001/(0.1/y) => 0.01·y, where that number has few digits. */
function overNumber(x: Formula, y: Formula): Formula | undefined {
  if (y.kind !== "operator" || y.op !== "/") return undefined;
  const [above, below] = [x, elementAt(y.args, 0)].map(unviewed) as [Formula, Formula];
  if (above.kind !== "number" || below.kind !== "number") return undefined;
  const ratio = Number((toldOf(above.value) / toldOf(below.value)).toPrecision(15));
  return significantDigits(ratio) <= shortDigits ? tidyProduct(number(ratio), elementAt(y.args, 1)) : undefined;
}

/** (0.5·x)/0.25 => 2·x, where that number has few digits. */
function byNumber(x: Formula, y: Formula): Formula | undefined {
  const below = unviewed(y);
  const [by, rest] = numberedIn(x);
  if (by === 1 || below.kind !== "number" || below.value === 0) return undefined;
  const ratio = Number((toldOf(by) / toldOf(below.value)).toPrecision(15));
  return significantDigits(ratio) <= shortDigits ? tidyProduct(number(ratio), rest) : undefined;
}

/** -x/y => -(x/y); n/n => 1; 2/(n·2) => 1/n; 6/(n·4) => 3/(n·2) */
function tidyQuotient(x: Formula, y: Formula): Formula {
  const positive = withoutSign(x);
  if (positive) return minus(tidyQuotient(positive, y));
  const shorter = shortened(x, y);
  if (shorter) return shorter;
  if (isScalar(unviewed(x)) && isNameOf(unviewed(x), unviewed(y))) return number(1);
  // (x/n)/y => x/(n·y) where one of the two is a number; (x/y)/y => x/y²
  const inner = isScalar(x) ? unviewed(x) : x;
  if (inner.kind === "operator" && inner.op === "/" && (isScalar(inner.args[1] as Formula) || isScalar(y))) {
    const [above, n] = inner.args as readonly [Formula, Formula];
    return tidyQuotient(above, isScalar(n) ? tidyProduct(n, y) : tidyProduct(y, n));
  }
  const turned = overNumber(x, y) ?? byNumber(x, y);
  if (turned) return turned;
  const power = inner.kind === "operator" && inner.op === "/" ? powerWithin(inner.args[1] as Formula, y) : undefined;
  if (power) return tidyQuotient((inner as Extract<Formula, { kind: "operator" }>).args[0] as Formula, power);
  const [above, below] = [wholeFactorOf(x), wholeFactorOf(y)];
  const divisor = above !== undefined && below !== undefined && above > 0 && below > 0 ? divisorOf(above, below) : 1;
  const [numerator, denominator] = divisor === 1 ? [x, y] : [dividedBy(x, divisor), dividedBy(y, divisor)];
  if (numerator === undefined || denominator === undefined) return operator("/", x, y);
  return isNumber(denominator, 1) ? numerator : operator("/", numerator, denominator);
}

/** a ≠ 0 ? x : 0 => a = 0 ? 0 : x */
function turned(choice: Extract<Formula, { kind: "cases" }>): Extract<Formula, { kind: "cases" }> {
  const bare = unviewed(choice.condition);
  const isOther = bare.kind === "operator" && bare.op === "≠" && isNumber(choice.otherwise, 0);
  return isOther ? { ...choice, condition: negated(choice.condition), value: choice.otherwise, otherwise: choice.value } : choice;
}

/** condition ? x : 0 => x ⊙ [condition]; condition ? A·B : A·B ⊙ x => A·B ⊙ (condition ? 1 : x) */
function tidyCases(choice: Extract<Formula, { kind: "cases" }>): Formula {
  const formula = unguarded(turned(choice));
  if (formula.kind !== "cases") return formula;
  const { condition, value, otherwise } = formula;
  if (dividesBy0(otherwise, condition)) return formula;
  if (isNumber(otherwise, 0)) return tidyProduct(value, indicator(condition));
  if (isNumber(value, 0)) return tidyProduct(otherwise, indicator(negated(condition)));
  const gathered = commonFactor(value, otherwise);
  return gathered ? tidyProduct(gathered[0], tidyCases({ ...formula, value: gathered[1], otherwise: gathered[2] })) : formula;
}

/** The number by which `formula` is multiplied, its sign too, and what is left of it. */
function numberedIn(formula: Formula): readonly [by: number, rest: Formula] {
  const positive = withoutSign(formula);
  if (positive && !isLiteral(formula)) {
    const [by, rest] = numberedIn(positive);
    return [-by, rest];
  }
  const factors = factorsOf(formula);
  const others = factors.filter((factor) => !isLiteral(factor));
  if (others.length === factors.length || others.length === 0) return [1, formula];
  return [factors.reduce((by, factor) => by * numberOf(factor), 1), productOf(others)];
}

/** The value of a number; 1 of anything else. */
function numberOf(factor: Formula): number {
  const bare = unviewed(factor);
  return bare.kind === "number" ? bare.value : 1;
}

/** Σ -x => -Σ x; Σ 2·x => 2·Σ x */
function tidySeries(formula: Extract<Formula, { kind: "sum" }>): Formula {
  const [by, body] = numberedIn(formula.body);
  return by === 1 ? formula : tidyProduct(number(by), { ...formula, body });
}

/** (2·A)·B => 2·(A·B); A·(-B) => -(A·B) */
function tidyContraction(formula: Extract<Formula, { kind: "contraction" }>): Formula {
  const [[a, x], [b, y]] = formula.args.map(numberedIn) as [[number, Formula], [number, Formula]];
  return a === 1 && b === 1 ? formula : tidyProduct(number(a * b), { ...formula, args: [x, y] });
}

/** Fractions up to this denominator are exponents: one step of f32 from 2/3 is that, which a root less 1 is. */
const mostOfExponents = 12;

/** x^0.66666674 => x^(2/3) */
function tidyPower(formula: Extract<Formula, { kind: "operator" }>): Formula {
  const [base, exponent] = formula.args as readonly [Formula, Formula];
  const bare = unviewed(exponent);
  if (bare.kind !== "number" || significantDigits(bare.value) <= shortDigits) return formula;
  for (let q = 2; q <= mostOfExponents; q++) {
    const near = Math.round(bare.value * q) / q;
    if (Math.abs(near - bare.value) <= 2 ** -23 * Math.abs(near)) return operator("^", base, number(near));
  }
  return formula;
}

/** The outermost step of `formula` as one writes it by hand; its parts are tidy already. Equal over the reals. */
export function tidy(formula: Formula): Formula {
  if (formula.kind === "cases") return formula.isWhole ? formula : tidyCases(formula);
  if (formula.kind === "sum") return tidySeries(formula);
  if (formula.kind === "contraction") return tidyContraction(formula);
  if (formula.kind !== "operator") return formula;
  const [x, y] = formula.args as readonly [Formula, Formula];
  if ((formula.op === "+" || formula.op === "-") && formula.args.length === 2) return tidySum(formula.op, x, y);
  if (formula.op === "*" && formula.args.length === 2) return tidyProduct(x, y);
  if (formula.op === "/") return tidyQuotient(x, y);
  if (formula.op === "^") return tidyPower(formula);
  return formula.op === "neg" ? minus(x) : formula;
}
