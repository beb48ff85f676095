// Every single mistake that can be made in a line, each as the line that it makes of it.
import { isFunction } from "../../compiler/reading/functions.ts";
import { type Product, partsOf, type Sum, type Term, withParts } from "../../compiler/reading/tree.ts";
import { write } from "../../compiler/reading/write.ts";

/** What sort of mistake it is. */
export type Kind = "sign" | "factor" | "transpose" | "missing" | "exchanged" | "extra" | "shape" | "domain" | "other" | "unreadable";

/** A mistake, and the line with it. */
export interface Mistake {
  readonly kind: Kind;
  readonly says: string;
  /** Likelier ones are tried first. */
  readonly rank: number;
  spoiled(): Term;
}

/** What a line may be confused with. */
export interface Confusable {
  /** Other names of about the same shape. */
  namesLike(name: string): readonly string[];
  /** What the value of a name is the activation of. */
  beforeActivation(name: string): Term | undefined;
  readonly hasRows: boolean;
}

/** A part in place of another, and what is said of that. */
interface Slip extends Pick<Mistake, "kind" | "says"> {
  readonly part: Term;
  /** Likelier ones are tried first. */
  readonly rank: number;
}

const missing = (part: Term, what: string, rank = 0): Slip => ({ kind: "missing", says: `${what} is missing`, part, rank });
const instead = (part: Term, given: string, right: string, rank = 2): Slip => ({
  kind: "exchanged",
  says: `${given} stands where ${right} belongs`,
  part,
  rank,
});
const wrongSign = (part: Term, of: string): Slip => ({ kind: "sign", says: `the sign of ${of} is wrong`, part, rank: 1 });

const numberAt = ({ at }: Term, value: number): Term => ({ kind: "number", value, at });
const times = (first: Term, factor: Term): Term => ({ kind: "product", first, rest: [{ sign: "⊙", factor }], at: first.at });
const over = (first: Term, factor: Term): Term => ({ kind: "product", first, rest: [{ sign: "/", factor }], at: first.at });
const minus = (left: Term, right: Term): Term => ({
  kind: "sum",
  at: left.at,
  terms: [
    { negative: false, term: left },
    { negative: true, term: right },
  ],
});
const nameAt = ({ at }: Term, name: string): Term => ({ kind: "name", name, at });
const squareOf = (base: Term): Term => ({ kind: "power", base, exponent: numberAt(base, 2), at: base.at });
const transpose = (base: Term): Term => ({ kind: "transpose", base, at: base.at });

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
    if (sign === "⊗") return missing(part, "the outer product");
    if (sign === "/" && i > 0) return missing(part, `the division by ${write(factor)}`);
    return missing(part, `the factor ${write(factor)}`);
  });
  const swapped = product.rest.flatMap(({ sign, factor }, i): Slip[] => {
    if (i > 0 || sign === "⊙" || sign === "*") return [];
    const [right, ...others] = product.rest as [Product["rest"][number], ...Product["rest"]];
    const part: Term = { ...product, first: factor, rest: [{ ...right, factor: product.first }, ...others] };
    const says =
      sign === "/"
        ? `${write(factor)} and ${write(product.first)} are upside down`
        : `${write(product.first)} and ${write(factor)} are in the wrong order`;
    return [{ kind: "exchanged", says, part, rank: 2 }];
  });
  const doubled = factors.map(
    (factor): Slip => ({ kind: "extra", says: `the factor ${write(factor)} stands twice`, part: times(product as Term, factor), rank: 4 }),
  );
  const turned = product.rest.flatMap(({ sign, factor }, i): Slip[] => {
    if (sign !== "/") return [];
    const part: Term = { ...product, rest: product.rest.map((each, at) => (at === i ? { sign: "·", factor } : each)) };
    return [{ kind: "exchanged", says: `a multiplication by ${write(factor)} stands where the division belongs`, part, rank: 2 }];
  });
  return [...dropped, ...swapped, ...turned, ...doubled];
}

function slipsOfSum(sum: Sum & Pick<Term, "at">): Slip[] {
  if (sum.terms.length === 1)
    return [
      {
        kind: "sign",
        says: `the sign of ${write((sum.terms[0] as Sum["terms"][number]).term)} is wrong`,
        part: (sum.terms[0] as Sum["terms"][number]).term,
        rank: 1,
      },
    ];
  return sum.terms.flatMap(({ negative, term }, i): Slip[] => {
    const rest = sum.terms.filter((_, at) => at !== i);
    const flipped: Term = { ...sum, terms: sum.terms.map((each, at) => (at === i ? { negative: !negative, term } : each)) } as Term;
    const [only] = rest as [Sum["terms"][number]];
    const dropped: Term = rest.length === 1 && !only.negative ? only.term : ({ ...sum, terms: rest } as Term);
    return [missing(dropped, `the term ${write(term)}`), wrongSign(flipped, write(term))];
  });
}

/** tanh′, sigmoid′ and relu′ in terms of their values, each in place of the others. */
function slopesOf(value: Term): readonly (readonly [name: string, slope: Term])[] {
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

function slipsOfSlopes(term: Term): Slip[] {
  const value = squaredBelowOne(term);
  if (value) return slopesOf(value).flatMap(([name, part]) => (name === "tanh′" ? [] : [instead(part, name, "tanh′", 3)]));
  const share = term.kind === "product" ? shareOf(term) : undefined;
  if (term.kind === "product" && share) {
    const [at, of] = share;
    return slopesOf(of).flatMap(([name, slope]) => {
      const without = withoutFactor(withoutFactor(term, at) as Product & Pick<Term, "at">, at - 1);
      return name === "sigmoid′" || without.kind === "number"
        ? []
        : [instead(at === 1 && term.rest.length === 1 ? slope : times(without, slope), name, "sigmoid′", 3)];
    });
  }
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
  ["abs", "square", "sign"],
  ["sinh", "cosh", "tanh"],
];

/** Functions that prepare what a formula is about, whose argument is easily taken for their value. */
const prepares = ({ name }: Extract<Term, { kind: "call" }>): boolean =>
  name === "sum" || name === "mean" || name === "standardize" || !isFunction(name);

function slipsOfCall(call: Extract<Term, { kind: "call" }>): Slip[] {
  const others = new Set(families.filter((family) => family.includes(call.name)).flat());
  others.delete(call.name);
  const exchanged = [...others].map((name) => instead({ ...call, name }, name, call.name));
  return prepares(call) && call.args[0] ? [...exchanged, missing(call.args[0], call.name)] : exchanged;
}

const opposite = { ">": "<", "<": ">", "≥": "≤", "≤": "≥", "=": "≠", "≠": "=" } as const;

function slipsOfTotal(total: Extract<Term, { kind: "total" }>, { hasRows }: Confusable): Slip[] {
  const over = total.over.length === 0 ? "all" : total.over.join(",");
  const others = ["batch", "j", "i", "k"].filter((axis) => !total.over.includes(axis) && (axis !== "batch" || hasRows));
  const rows: Slip[] =
    hasRows && total.over.includes("batch")
      ? [
          instead(
            { kind: "product", first: total, rest: [{ sign: "/", factor: nameAt(total, "batch") }], at: total.at },
            "the mean over the rows",
            "their sum",
          ),
        ]
      : [];
  const whole = instead({ ...total, over: [] }, "the sum over all", `that over ${over}`);
  return [
    missing(total.body, `the sum over ${over}`),
    ...rows,
    ...others.map((axis) => instead({ ...total, over: [axis] }, `the sum over ${axis}`, `that over ${over}`)),
    ...(total.over.length > 0 ? [whole] : []),
  ];
}

function slipsOfName(term: Extract<Term, { kind: "name" }>, confusable: Confusable): Slip[] {
  const before = confusable.beforeActivation(term.name);
  return [
    { kind: "transpose", says: `${term.name}ᵀ stands where ${term.name} belongs`, part: transpose(term), rank: 1 },
    ...confusable.namesLike(term.name).map((name) => instead({ ...term, name }, name, term.name)),
    ...(before ? [instead(before, `the value before the activation, ${write(before)},`, term.name)] : []),
  ];
}

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
      says: `the exponent ${write(numberAt(exponent, value))} stands where ${write(exponent)} belongs`,
      part: { ...power, exponent: numberAt(exponent, value) },
      rank: 2,
    }),
  );
  const doubled = instead(times(numberAt(base, 2), base), `2·${write(base)}`, write(power), 2);
  return [missing(base, `the exponent ${write(exponent)}`), ...others, doubled];
}

/** What may go wrong at `term` itself. */
function slipsAt(term: Term, confusable: Confusable): Slip[] {
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
    case "power":
      return slipsOfPower(term);
    case "transpose":
      return [{ kind: "transpose", says: `${write(term.base)} stands where ${write(term)} belongs`, part: term.base, rank: 0 }];
    case "total":
      return slipsOfTotal(term, confusable);
    case "call":
      return slipsOfCall(term);
    case "relation":
      return [{ kind: "exchanged", says: `the condition ${write(term)} is turned round`, part: { ...term, op: opposite[term.op] }, rank: 2 }];
    case "cases":
      return [
        {
          kind: "exchanged",
          says: `the cases of ${write(term)} are exchanged`,
          part: { ...term, value: term.otherwise, otherwise: term.value },
          rank: 2,
        },
      ];
    default:
      return slopes;
  }
}

/** Factors that a line of an error does not have and is often given. */
function superfluous(term: Term, names: readonly string[]): Slip[] {
  return names.flatMap((name) => [
    ...slopesOf(nameAt(term, name)).map(
      ([, slope]): Slip => ({ kind: "extra", says: `the factor ${write(slope)} is one too many`, part: times(term, slope), rank: 5 }),
    ),
    { kind: "extra", says: `the factor ${name} is one too many`, part: times(term, nameAt(term, name)), rank: 5 },
  ]);
}

/** A part of a tree, and the tree with another in its place. */
interface Spot {
  readonly part: Term;
  with(other: Term): Term;
}

/** Every part of `term`, from the outermost inwards. */
function spotsOf(term: Term): Spot[] {
  const found: Spot[] = [];
  const stack: Spot[] = [{ part: term, with: (other) => other }];
  for (let spot = stack.pop(); spot; spot = stack.pop()) {
    const { part, with: whole } = spot;
    found.push(spot);
    const parts = partsOf(part);
    for (const [i, inner] of [...parts.entries()].reverse())
      stack.push({
        part: inner,
        with: (other) =>
          whole(
            withParts(
              part,
              parts.map((each, at) => (at === i ? other : each)),
            ),
          ),
      });
  }
  return found;
}

/** The single mistakes in a line. `values` are names that it may have a factor of too many. */
export function mistakesIn(term: Term, confusable: Confusable, values: readonly string[]): Mistake[] {
  const around = [...superfluous(term, values), ...(confusable.hasRows ? [dividedTwice(term)] : [])];
  const inside = spotsOf(term).flatMap(({ part, with: whole }) => slipsAt(part, confusable).map((slip) => mistake(slip, () => whole(slip.part))));
  return [...inside, ...around.map((slip) => mistake(slip, () => slip.part))];
}

const mistake = ({ kind, says, rank }: Slip, spoiled: () => Term): Mistake => ({ kind, says, rank, spoiled });

const dividedTwice = (term: Term): Slip => ({
  kind: "extra",
  says: "the division by batch is one too many",
  part: over(term, nameAt(term, "batch")),
  rank: 4,
});

/** `term` with one transpose more or less, the factors of one product exchanged, or one of `names` in place of another. */
export function* rearranged(term: Term, names: readonly string[]): Generator<readonly [says: string, term: Term]> {
  const ways = [transposesAt, ordersAt, (part: Term) => (part.kind === "name" ? names.map((name) => nameAt(part, name)) : [])];
  for (const way of ways)
    for (const { part, with: whole } of spotsOf(term))
      for (const other of way(part)) yield [`${write(other)} in place of ${write(part)}`, whole(other)];
}

function transposesAt(part: Term): Term[] {
  if (part.kind === "transpose") return [part.base];
  return part.kind === "name" || part.kind === "sum" ? [transpose(part)] : [];
}

function ordersAt(part: Term): Term[] {
  if (part.kind !== "product" || part.rest.length !== 1) return [];
  const [{ sign, factor }] = part.rest as [Product["rest"][number]];
  return sign === "/" ? [] : [{ ...part, first: factor, rest: [{ sign, factor: part.first }] }];
}
