// What may go wrong at one part of a formula: a factor that is missing, a sign, a name that stands for another.
import { isFunction } from "../../compiler/reading/functions.ts";
import { scalarNames } from "../../compiler/reading/scalars.ts";
import { type Product, partsOf, type Sum, type Term } from "../../compiler/reading/tree.ts";
import { write } from "../../compiler/reading/write.ts";
import { type Words, words } from "../../compiler/words/words.ts";

/** What sort of mistake it is. */
export type Kind = keyof Words["marking"]["kinds"];

const { mistakes, parts } = words.marking;

/** A number in place of another. */
export interface SignSlip {
  readonly part: Term;
  /** Whether it is that with its indices exchanged. */
  readonly isTransposed: boolean;
}

/** What a line may be confused with. */
export interface Confusable {
  /** Other names of about the same shape. */
  namesLike(name: string): readonly string[];
  /** What may stand for a number that has a sign of its own, where `letters` mean something. */
  signsLike(term: Term, letters: readonly string[]): readonly SignSlip[];
  /** What the value of a name is the activation of. */
  beforeActivation(name: string): Term | undefined;
  readonly hasRows: boolean;
  /** What counts the rows, and what stands below a sum over them. */
  readonly rows: string;
  readonly rowAxis: string;
}

/** A part in place of another, and what is said of that. */
export interface Slip {
  readonly kind: Kind;
  readonly says: string;
  readonly part: Term;
  /** Likelier ones are tried first. */
  readonly rank: number;
}

const missing = (part: Term, what: string, rank = 0): Slip => ({ kind: "missing", says: mistakes.missing(what), part, rank });
/** `given` where `right` belongs. */
export const instead = (part: Term, given: string, right: string, rank = 2): Slip => ({
  kind: "exchanged",
  says: mistakes.instead(given, right),
  part,
  rank,
});
const wrongSign = (part: Term, of: string): Slip => ({ kind: "sign", says: mistakes.sign(of), part, rank: 1 });

const numberAt = ({ at }: Term, value: number): Term => ({ kind: "number", value, at });
export const times = (first: Term, factor: Term): Term => ({ kind: "product", first, rest: [{ sign: "⊙", factor }], at: first.at });
export const over = (first: Term, factor: Term): Term => ({ kind: "product", first, rest: [{ sign: "/", factor }], at: first.at });
const minus = (left: Term, right: Term): Term => ({
  kind: "sum",
  at: left.at,
  terms: [
    { negative: false, term: left },
    { negative: true, term: right },
  ],
});
export const nameAt = ({ at }: Term, name: string): Term => ({ kind: "name", name, at });
const squareOf = (base: Term): Term => ({ kind: "power", base, exponent: numberAt(base, 2), at: base.at });
export const transpose = (base: Term): Term => ({ kind: "transpose", base, at: base.at });

const isNumber = (term: Term, value: number): boolean => term.kind === "number" && term.value === value;

/** The product without one factor. */
function withoutFactor(product: Product & Pick<Term, "at">, i: number): Term {
  const factors = partsOf({ ...product } as Term);
  const rest = product.rest.filter((_, at) => at !== i - 1);
  if (i > 0) return rest.length === 0 ? product.first : { ...product, rest };
  const [second, ...others] = product.rest as [Product["rest"][number], ...Product["rest"]];
  if (second.sign === "/") return { ...product, first: numberAt(factors[0] as Term, 1) };
  return others.length === 0 ? second.factor : { ...product, first: second.factor, rest: others };
}

function slipsOfProduct(product: Product & Pick<Term, "at">): Slip[] {
  const factors = partsOf({ ...product } as Term);
  const dropped = factors.map((factor, i): Slip => {
    const sign = i === 0 ? product.rest[0]?.sign : product.rest[i - 1]?.sign;
    const part = withoutFactor(product, i);
    if (sign === "⊗") return missing(part, parts.outer);
    if (sign === "/" && i > 0) return missing(part, parts.division(write(factor)));
    return missing(part, parts.factor(write(factor)));
  });
  const swapped = product.rest.flatMap(({ sign, factor }, i): Slip[] => {
    if (i > 0 || sign === "⊙" || sign === "*") return [];
    const [right, ...others] = product.rest as [Product["rest"][number], ...Product["rest"]];
    const part: Term = { ...product, first: factor, rest: [{ ...right, factor: product.first }, ...others] };
    const says = sign === "/" ? mistakes.upsideDown(write(factor), write(product.first)) : mistakes.order(write(product.first), write(factor));
    return [{ kind: "exchanged", says, part, rank: 2 }];
  });
  const doubled = factors.map(
    (factor): Slip => ({ kind: "extra", says: mistakes.twice(parts.factor(write(factor))), part: times(product as Term, factor), rank: 4 }),
  );
  const turned = product.rest.flatMap(({ sign, factor }, i): Slip[] => {
    if (sign !== "/") return [];
    const part: Term = { ...product, rest: product.rest.map((each, at) => (at === i ? { sign: "⊙", factor } : each)) };
    return [{ kind: "exchanged", says: mistakes.multiplied(write(factor)), part, rank: 2 }];
  });
  return [...dropped, ...swapped, ...turned, ...transposedProduct(product), ...doubled, ...addedInstead(product)];
}

/** i + j for i ⊙ j, of factors that stand side by side. */
function addedInstead(product: Product & Pick<Term, "at">): Slip[] {
  const factors = partsOf({ ...product } as Term);
  return product.rest.flatMap(({ sign, factor }, i): Slip[] => {
    const before = factors[i] as Term;
    if ((sign !== "⊙" && sign !== "·") || isConstant(before) || isConstant(factor)) return [];
    const sum: Term = { kind: "sum", at: before.at, terms: [before, factor].map((term) => ({ negative: false, term })) };
    const part: Term =
      i === 0
        ? withRest(product, sum, 1)
        : withRest(
            {
              ...product,
              rest: [
                ...product.rest.slice(0, i - 1),
                { ...(product.rest[i - 1] as Product["rest"][number]), factor: sum },
                ...product.rest.slice(i + 1),
              ],
            },
            product.first,
            0,
          );
    return [instead(part, write(sum), write(times(before, factor)), 3)];
  });
}

const isConstant = ({ kind }: Term): boolean => kind === "number";

/** `product` from its `from`-th sign on, behind `first`. */
function withRest(product: Product & Pick<Term, "at">, first: Term, from: number): Term {
  const rest = product.rest.slice(from);
  return rest.length === 0 ? first : { ...product, first, rest };
}

/** `k·qᵀ` for `q·kᵀ`. */
function transposedProduct(product: Product & Pick<Term, "at">): Slip[] {
  if (!product.rest.some(({ sign }) => sign === "·" || sign === "⊗")) return [];
  const whole = product as Term;
  const part = transpose(whole);
  return [{ kind: "transpose", says: mistakes.instead(write(part), write(whole)), part, rank: 2 }];
}

function slipsOfSum(sum: Sum & Pick<Term, "at">): Slip[] {
  const [first, ...others] = sum.terms as [Sum["terms"][number], ...Sum["terms"]];
  if (others.length === 0) return [wrongSign(first.term, write(first.term))];
  return sum.terms
    .flatMap(({ negative, term }, i): Slip[] => {
      const rest = sum.terms.filter((_, at) => at !== i);
      const flipped: Term = { ...sum, terms: sum.terms.map((each, at) => (at === i ? { negative: !negative, term } : each)) } as Term;
      const [only] = rest as [Sum["terms"][number]];
      const dropped: Term = rest.length === 1 && !only.negative ? only.term : ({ ...sum, terms: rest } as Term);
      return [missing(dropped, parts.term(write(term))), wrongSign(flipped, write(term))];
    })
    .concat(withoutComplement(sum), onlyOne(sum), multipliedInstead(sum));
}

/** One term where more belong to it than one. */
function onlyOne({ terms }: Sum & Pick<Term, "at">): Slip[] {
  if (terms.length < 3) return [];
  return terms.map(({ negative, term }, i): Slip => {
    const part: Term = negative ? { kind: "sum", terms: [{ negative, term }], at: term.at } : term;
    const others = terms.flatMap((each, at) => (at === i ? [] : [write(each.term)]));
    return missing(part, parts.terms(others), 3);
  });
}

/** i ⊙ j for i + j. */
function multipliedInstead(sum: Sum & Pick<Term, "at">): Slip[] {
  const [one, other, ...more] = sum.terms;
  if (!one || !other || more.length > 0 || one.negative || other.negative || isConstant(one.term) || isConstant(other.term)) return [];
  const part = times(one.term, other.term);
  return [instead(part, write(part), write(sum as Term), 3)];
}

/** x in place of 1 − x. */
function withoutComplement(sum: Sum & Pick<Term, "at">): Slip[] {
  const [one, other, ...more] = sum.terms;
  const isComplement = more.length === 0 && other?.negative && !one?.negative && one && isNumber(one.term, 1);
  return isComplement ? [instead(other.term, write(other.term), write(sum as Term), 4)] : [];
}

/** tanh′, sigmoid′ and relu′ in terms of their values, each in place of the others. */
export function slopesOf(value: Term): readonly (readonly [name: string, slope: Term])[] {
  const one = numberAt(value, 1);
  return [
    ["tanh′", minus(one, squareOf(value))],
    ["sigmoid′", times(value, minus(one, value))],
    ["relu′", { kind: "indicator", body: { kind: "relation", op: ">", left: value, right: numberAt(value, 0), at: value.at }, at: value.at }],
  ];
}

/** The value v where `term` is 1 − v². */
function squaredBelowOne(term: Term): Term | undefined {
  if (term.kind !== "sum" || term.terms.length !== 2) return undefined;
  const [one, square] = term.terms as [Sum["terms"][number], Sum["terms"][number]];
  const isOne = !one.negative && isNumber(one.term, 1) && square.negative;
  return isOne && square.term.kind === "power" && isNumber(square.term.exponent, 2) ? square.term.base : undefined;
}

/** Where v ⊙ (1 − v) stands among the factors of a product: the positions of both, and v. */
function shareOf(product: Product & Pick<Term, "at">): readonly [at: number, value: Term] | undefined {
  const factors = partsOf({ ...product } as Term);
  const texts = factors.map(write);
  for (const [i, factor] of factors.entries()) {
    if (factor.kind !== "sum" || factor.terms.length !== 2) continue;
    const [one, value] = factor.terms as [Sum["terms"][number], Sum["terms"][number]];
    if (!one.negative && isNumber(one.term, 1) && value.negative && texts[i - 1] === write(value.term)) return [i, value.term];
  }
  return undefined;
}

/** Of v ⊙ (1 − v), which ends at `at` in `product`: that it is missing, or tanh′ in its place. relu′ is 1 at all shares, so that it would be missing too. */
function slipsOfShare(product: Product & Pick<Term, "at">, at: number, value: Term): Slip[] {
  const slopes = new Map(slopesOf(value));
  const [tanh, sigmoid] = [slopes.get("tanh′") as Term, slopes.get("sigmoid′") as Term];
  const isAll = product.rest.length === 1;
  const without = isAll ? numberAt(value, 1) : withoutFactor(withoutFactor(product, at) as Product & Pick<Term, "at">, at - 1);
  return [
    missing(without, parts.factor(write(sigmoid))),
    ...(isAll || without.kind !== "number" ? [instead(isAll ? tanh : times(without, tanh), "tanh′", "sigmoid′", 3)] : []),
  ];
}

function slipsOfSlopes(term: Term): Slip[] {
  const value = squaredBelowOne(term);
  if (value) return slopesOf(value).flatMap(([name, part]) => (name === "tanh′" ? [] : [instead(part, name, "tanh′", 3)]));
  const share = term.kind === "product" ? shareOf(term) : undefined;
  if (term.kind === "product" && share) return slipsOfShare(term, ...share);
  if (term.kind !== "indicator" || term.body.kind !== "relation" || !isNumber(term.body.right, 0)) return [];
  const of = term.body.left;
  return slopesOf(of).flatMap(([name, slope]) => (name === "relu′" ? [] : [instead(slope, name, "relu′", 3)]));
}

/** Functions that are taken for each other. */
const families: readonly (readonly string[])[] = [
  ["tanh", "sigmoid", "relu", "softplus", "silu", "gelu", "elu", "leakyRelu", "exp", "sin", "cos"],
  ["softmax", "logSoftmax", "sigmoid", "exp"],
  ["mean", "sum"],
  ["exp", "log", "sqrt", "square", "expm1", "log1p"],
  ["max", "min"],
  ["argmax", "argmin"],
  ["abs", "square", "sign"],
  ["sinh", "cosh", "tanh"],
];

/** Functions that prepare what a formula is about, whose argument is easily taken for their value. */
const prepares = ({ name }: Extract<Term, { kind: "call" }>): boolean =>
  name === "sum" || name === "mean" || name === "standardize" || !isFunction(name);

/** Functions that are told by the order of numbers alone: of the opposite ones each is the other. */
const places: ReadonlySet<string> = new Set(["argmax", "argmin"]);

function slipsOfCall(call: Extract<Term, { kind: "call" }>): Slip[] {
  const others = new Set(families.filter((family) => family.includes(call.name)).flat());
  others.delete(call.name);
  const exchanged = [...others].map((name) => instead({ ...call, name }, name, call.name));
  const [first] = call.args;
  if (!first) return exchanged;
  if (places.has(call.name)) return exchanged;
  if (call.name === "norm") return [...exchanged, instead(squareOf(call), write(squareOf(call)), write(call))];
  return [...exchanged, ...(prepares(call) ? [missing(first, call.name)] : [...withoutFunction(call, first), ...slipsOfArgument(call, first)])];
}

/** The argument of a function of numbers in its place. */
const withoutFunction = ({ name }: Extract<Term, { kind: "call" }>, argument: Term): Slip[] =>
  scalarNames.includes(name) ? [missing(argument, name, 4)] : [];

/** A sign or a number that an argument has too many. */
function slipsOfArgument(call: Extract<Term, { kind: "call" }>, first: Term): Slip[] {
  const withFirst = (other: Term): Term => ({ ...call, args: [other, ...call.args.slice(1)] });
  const negative: Term = { kind: "sum", terms: [{ negative: true, term: first }], at: first.at };
  const multiples = [2, 0.5].map((by) => times(numberAt(first, by), first));
  return [wrongSign(withFirst(negative), write(first)), ...multiples.map((each) => instead(withFirst(each), write(each), write(first), 3))];
}

const opposite = { ">": "<", "<": ">", "≥": "≤", "≤": "≥", "=": "≠", "≠": "=" } as const;

function slipsOfTotal(total: Extract<Term, { kind: "total" }>, { hasRows, rows: count, rowAxis }: Confusable): Slip[] {
  const over = total.over.length === 0 ? undefined : total.over.join(",");
  const others = ["batch", "j", "i", "k"].filter((axis) => !total.over.includes(axis) && (axis !== "batch" || hasRows));
  const rows: Slip[] =
    hasRows && total.over.includes(rowAxis)
      ? [
          {
            kind: "exchanged",
            says: mistakes.mean,
            part: { kind: "product", first: total, rest: [{ sign: "/", factor: nameAt(total, count) }], at: total.at },
            rank: 2,
          },
        ]
      : [];
  const whole = instead({ ...total, over: [] }, parts.sum(undefined), parts.otherSum(over));
  return [
    missing(total.body, parts.sum(over)),
    ...rows,
    ...others.map((axis) => instead({ ...total, over: [axis] }, parts.sum(axis), parts.otherSum(over))),
    ...(total.over.length > 0 ? [whole] : []),
  ];
}

function slipsOfName(term: Extract<Term, { kind: "name" }>, confusable: Confusable): Slip[] {
  const before = confusable.beforeActivation(term.name);
  const complement = minus(numberAt(term, 1), term);
  return [
    { kind: "transpose", says: mistakes.instead(`${term.name}ᵀ`, term.name), part: transpose(term), rank: 1 },
    ...confusable.namesLike(term.name).map((name) => instead({ ...term, name }, name, term.name)),
    ...(before ? [instead(before, parts.beforeActivation(write(before)), term.name)] : []),
    instead(squareOf(term), write(squareOf(term)), term.name, 4),
    instead(complement, write(complement), term.name, 4),
  ];
}

/** Other numbers in place of one that has a sign of its own. */
function slipsOfSign(term: Term, others: readonly SignSlip[]): Slip[] {
  const own = write(term);
  const complement = minus(numberAt(term, 1), term);
  return [...exchangedSigns(term, others), instead(squareOf(term), write(squareOf(term)), own, 4), instead(complement, write(complement), own, 4)];
}

/** Signs that stand where another belongs. */
const exchangedSigns = (term: Term, others: readonly SignSlip[]): Slip[] =>
  others.map(({ part, isTransposed }) => {
    const exchanged = instead(part, write(part), write(term));
    return isTransposed ? { ...exchanged, kind: "transpose", rank: 1 } : exchanged;
  });

/** Numbers that stand where another belongs, as far as they are no factor of the whole. */
function slipsOfNumber(term: Extract<Term, { kind: "number" }>): Slip[] {
  const { value } = term;
  const others = [0, 1, 2, 0.5, value + 1, value - 1, 2 * value, value / 2].filter((other) => other !== value);
  return [...new Set(others)].map((other) => instead({ ...term, value: other }, write({ ...term, value: other }), write(term), 3));
}

function slipsOfPower(power: Extract<Term, { kind: "power" }>): Slip[] {
  const { base, exponent } = power;
  const numbers =
    exponent.kind === "number" ? [exponent.value + 1, exponent.value - 1, -exponent.value].filter((other) => other !== 1 && other !== 0) : [];
  const others = numbers.map(
    (value): Slip => ({
      kind: "exchanged",
      says: mistakes.instead(parts.exponent(write(numberAt(exponent, value))), write(exponent)),
      part: { ...power, exponent: numberAt(exponent, value) },
      rank: 2,
    }),
  );
  const doubled = instead(times(numberAt(base, 2), base), `2·${write(base)}`, write(power), 2);
  return [missing(base, parts.exponent(write(exponent))), ...others, doubled];
}

/** What may go wrong at `term` itself. */
export function slipsAt(term: Term, confusable: Confusable, letters: readonly string[]): Slip[] {
  const slopes = slipsOfSlopes(term);
  switch (term.kind) {
    case "number":
      return slipsOfNumber(term);
    case "name":
      return slipsOfName(term, confusable);
    case "product":
      return [...slipsOfProduct(term), ...slopes];
    case "sum":
      return [...slipsOfSum(term), ...slopes];
    case "element":
      return term.signAt ? slipsOfSign(term, confusable.signsLike(term, letters)) : slopes;
    case "power":
      return slipsOfPower(term);
    case "transpose":
      return [{ kind: "transpose", says: mistakes.instead(write(term.base), write(term)), part: term.base, rank: 0 }];
    case "total":
      return slipsOfTotal(term, confusable);
    case "call":
      return [...slipsOfCall(term), ...exchangedSigns(term, confusable.signsLike(term, letters))];
    case "relation":
      return [{ kind: "exchanged", says: mistakes.condition(write(term)), part: { ...term, op: opposite[term.op] }, rank: 2 }];
    case "cases":
      return [
        {
          kind: "exchanged",
          says: mistakes.cases(write(term)),
          part: { ...term, value: term.otherwise, otherwise: term.value },
          rank: 2,
        },
        ...[term.value, term.otherwise].map((part) => missing(part, parts.choice(write(term.condition)), 1)),
      ];
    default:
      return slopes;
  }
}
