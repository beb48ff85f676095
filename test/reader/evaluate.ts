// The value of a formula, by the grammar by which a page is read and what the page says of its functions.
import { applied, definitionFor } from "./apply.ts";
import { inWords, known } from "./functions.ts";
import { gathered, partsIn } from "./indices.ts";
import { besideHot, force, type Hot, hotOf, isHot, mapHot } from "./onehot.ts";
import type { Formula, Infix } from "./parse.ts";
import { outer, product, swapped } from "./products.ts";
import { alongOf, firstLargest, largest, reduce, total } from "./reduce.ts";
import type { Scope } from "./scope.ts";
import { isLettered, isScalar, map, meet, scalar, type Tensor, Unreadable, unlettered } from "./tensor.ts";

type Value = Tensor | Hot;
type Of<K extends Formula["kind"]> = Extract<Formula, { kind: K }>;

/** The value, which waits no more for what stands beside it. */
export const tensorOf = (formula: Formula, scope: Scope): Tensor => force(evaluate(formula, scope), scope.columns);

const arithmetic: Readonly<Record<Exclude<Infix, "⊗" | "|">, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "−": (a, b) => a - b,
  "·": (a, b) => a * b,
  "⊙": (a, b) => a * b,
  "/": (a, b) => a / b,
  "^": (a, b) => a ** b,
  "=": (a, b) => Number(a === b),
  "≠": (a, b) => Number(a !== b),
  "<": (a, b) => Number(a < b),
  "≤": (a, b) => Number(a <= b),
  ">": (a, b) => Number(a > b),
  "≥": (a, b) => Number(a >= b),
};

const evaluators: { readonly [K in Formula["kind"]]: (formula: Of<K>, scope: Scope) => Value } = {
  number: ({ value }, { round }) => scalar(round ? Math.fround(value) : value),
  name: ({ name, step }, scope) => letterIn(name, scope) ?? stepIn(name, scope) ?? scope.value(name, step, scope.t),
  call,
  infix,
  negative: ({ x }, scope) => negative(evaluate(x, scope)),
  not: ({ x }, scope) => map(tensorOf(x, scope), (value) => Number(value === 0)),
  transposed: ({ x }, scope) => swapped(tensorOf(x, scope)),
  indicator: ({ x }, scope) => largestIn(x, scope) ?? map(tensorOf(x, scope), (value) => Number(value !== 0)),
  indexed: ({ x, index }, scope) => gathered(tensorOf(x, scope), index, scope, tensorOf),
  over,
  cases,
  list: () => {
    throw new Unreadable("a list where a value is expected");
  },
};

export const evaluate = (formula: Formula, scope: Scope): Value => evaluators[formula.kind](formula as never, scope);

/** The places that a letter stands for. */
function letterIn(name: string, { letters }: Scope): Tensor | undefined {
  const axis = letters?.get(name);
  return axis && { axes: [{ ...axis, letter: name }], data: Float64Array.from({ length: axis.extent }, (_, place) => place) };
}

/** The number of the step at which a formula is read. */
const stepIn = (name: string, { t }: Scope): Tensor | undefined => (name === "t" && t !== undefined ? scalar(t) : undefined);

const negative = (x: Value): Value => (isHot(x) ? mapHot(x, (value) => -value) : map(x, (value) => -value));

function infix({ sign, x: left, y: right }: Of<"infix">, scope: Scope): Value {
  if (sign === "|") throw new Unreadable("x | c outside of a mean or a sum");
  const [x, y] = [evaluate(left, scope), evaluate(right, scope)];
  if (sign !== "⊗" && (isHot(x) || isHot(y))) {
    const waiting = besideHot(x, y, arithmetic[sign], sign === "·", scope.columns);
    if (waiting) return waiting;
  }
  const [a, b] = [force(x, scope.columns), force(y, scope.columns)];
  if (sign === "⊗") return outer(a, b);
  const isOfMatrices = sign === "·" && !isScalar(a) && !isScalar(b) && !(isLettered(a) && isLettered(b));
  return isOfMatrices ? product(a, b) : meet(a, b, arithmetic[sign]);
}

/** `j = argmax_j(x)` and `(u,v) = argmax_u,v x[u,v]`: 1 at the first largest. */
function largestIn(condition: Formula, scope: Scope): Tensor | undefined {
  if (condition.kind !== "infix" || condition.sign !== "=") return undefined;
  const { x: place, y: argmax } = condition;
  const letters = (place.kind === "list" ? place.items : [place]).map((item) => (item.kind === "name" ? item.name : ""));
  const of = (settings: readonly string[], body: Formula, inside: Scope): Tensor | undefined => {
    if (String(settings) !== String(letters)) return undefined;
    const x = tensorOf(body, inside);
    return firstLargest(x, alongOf(x, letters));
  };
  if (argmax.kind === "call" && argmax.name === "argmax") return of((argmax.settings ?? "").split(","), argmax.args[0] as Formula, scope);
  if (argmax.kind === "call" && argmax.name === "argmin")
    return of((argmax.settings ?? "").split(","), { kind: "negative", x: argmax.args[0] as Formula }, scope);
  if (argmax.kind !== "over" || argmax.what !== "argmax") return undefined;
  return of(argmax.over, argmax.x, { ...bounded(scope, argmax.below), ...(scope.fill && { outside: scope.fill.max }) });
}

function cases({ value, condition, otherwise }: Of<"cases">, scope: Scope): Tensor {
  const [c, x, y] = [tensorOf(condition, scope), tensorOf(value, scope), tensorOf(otherwise, scope)];
  const [holds, chosen] = [meet(c, x, (a) => a), meet(c, x, (_, b) => b)];
  const [whole, first, second] = [meet(holds, y, (a) => a), meet(chosen, y, (a) => a), meet(holds, y, (_, b) => b)];
  return { axes: whole.axes, data: whole.data.map((is, at) => (is ? first : second).data[at] as number) };
}

function over({ what, over: letters, below, x: body }: Of<"over">, scope: Scope): Value {
  if (what === "argmax") throw new Unreadable("argmax with letters outside of [u = argmax_u x]");
  const inside = { ...bounded(scope, below), ...(scope.fill && { outside: scope.fill[what] }) };
  const isOverSteps = letters.includes("t") && !isLetterOf(body, "t");
  const axes = isOverSteps ? letters.filter((letter) => letter !== "t") : letters;
  const taken = (x: Tensor): Tensor => {
    if (letters.length > 0 && axes.length === 0) return x;
    const left = reduce(x, alongOf(x, letters.length > 0 ? axes : scope.along), what === "max" ? largest : total);
    // The letters that are left are the axes in the order of the alphabet, but where the left side of the line names them.
    return scope.letters ? left : unlettered(left);
  };
  if (!isOverSteps) return taken(tensorOf(body, inside));
  return scope.steps(inside, body, (step) => taken(tensorOf(body, step))).reduce((a, b) => meet(a, b, (x, y) => x + y));
}

/** Whether `letter` stands in an index. */
const isLetterOf = (formula: Formula, letter: string): boolean =>
  partsIn(formula).some(
    (part) => part.kind === "indexed" && part.index.flatMap(partsIn).some((item) => item.kind === "name" && item.name === letter),
  );

/** Letters that go over the numbers below one. */
const bounded = (scope: Scope, below: ReadonlyMap<string, number>): Scope =>
  below.size === 0
    ? scope
    : { ...scope, letters: new Map([...(scope.letters ?? []), ...[...below].map(([letter, extent]) => [letter, { extent }] as const)]) };

/** 3 of `the classes 0 to 3`. */
const lastIn = (words: string): number | undefined => {
  const last = /the classes 0 to (\d+)/u.exec(words)?.[1];
  return last === undefined ? undefined : Number(last);
};

function call({ name, settings, args }: Of<"call">, scope: Scope): Value {
  const definition = definitionFor(name, settings, args.length, scope.definitions);
  const inThis = (formula: Formula) => tensorOf(formula, scope);
  if (definition) return applied(definition, settings, args.map(inThis), scope, tensorOf);
  const hot = name === "onehot" ? scope.definitions.words.get(name) : undefined;
  if (hot !== undefined) return hotOf(inThis(args[0] as Formula), JSON.stringify(args), lastIn(hot));
  const f = known.get(name);
  if (f && settings === undefined && args.length > 0 && (args.length === f.length || (args.length > 1 && f.length === 2)))
    return f.length === 1 ? map(inThis(args[0] as Formula), f as (x: number) => number) : args.map(inThis).reduce((a, b) => meet(a, b, f));
  return inWords(name, scope.definitions.words)({ name, settings: settings ?? "", args, scope, tensor: inThis });
}
