// One element of what a function of windows makes, as sums and maxima over the cells of its windows.
import { type Letters, roles } from "./index-letters.ts";
import { cellAt, channelAt, first, type Letter, letter, letterIn, type Place, type Sliding, windowAt } from "./sliding.ts";
import { type Call, type Formula, indexed, indicator, number, operator, ranged } from "./tree.ts";

interface At {
  readonly sliding: Sliding;
  readonly args: readonly Formula[];
  readonly places: readonly Place[];
  readonly letters: Letters;
}

const scalar = (formula: Formula): Formula => ({ ...formula, scalar: true }) as Formula;
const product = (...factors: readonly Formula[]): Formula => scalar(operator("*", ...factors));
const over = (...names: readonly string[]): Letter[] => names.map((name) => ({ letter: name }));
const placesOf = (names: readonly string[]): Place[] => names.map(letter);

/** `[2·p+u = a]` */
function meets(one: Place, other: Place): Formula {
  const [x, y] = [one, other].map((at): Formula => ({ kind: "place", at, scalar: true })) as [Formula, Formula];
  return scalar(indicator(scalar(operator("=", x, y))));
}

/** The element of `call` at `places`, where it is a function of windows. */
export function slidingAt({ sliding, args }: Call, places: readonly Place[], letters: Letters): Formula | undefined {
  if (!sliding || places.some((place) => letterIn(place) === undefined)) return undefined;
  return makers[sliding.makes]({ sliding, args, places, letters });
}

const makers: Readonly<Record<Sliding["makes"], (at: At) => Formula>> = {
  conv,
  convTranspose,
  ofKernel,
  max: (at) => extreme("max", at),
  mean,
  maxᵀ: maxBack,
  meanᵀ: (at) =>
    share(
      at.sliding,
      back(at, () => []),
    ),
  sumᵀ: (at) => back(at, () => []),
};

/** Where the windows at `at` have their cells `within`. */
const cellsAt = (sliding: Sliding, at: readonly Place[], within: readonly Place[]): Place[] =>
  at.map((place, axis) => cellAt(sliding, axis, place, within[axis] as Place));

/** The letter of the channels of a kernel, none where there is one, and the place of those channels in the table. */
function channelsOf(
  { group }: Sliding,
  outer: Place,
  letters: Letters,
): { readonly own: string[]; readonly inKernel: Place; readonly inTable: Place } {
  const own = group?.inner === 1 ? [] : [letters.fresh(roles.inner)];
  const inKernel = own[0] === undefined ? first : letter(own[0]);
  return { own, inKernel, inTable: group ? channelAt(group, letterIn(outer) as string, inKernel) : inKernel };
}

/** Σ_i,u,v W[o,i,u,v]·x[n,i,p+u,q+v] */
function conv({ sliding, args: [x, weight], places: [n, o, ...at], letters }: At): Formula {
  const { own, inKernel, inTable } = channelsOf(sliding, o as Place, letters);
  const within = letters.several(roles.within, at.length);
  const kernel = indexed(weight as Formula, [o as Place, inKernel, ...placesOf(within)]);
  const cells = indexed(x as Formula, [n as Place, inTable, ...cellsAt(sliding, at, placesOf(within))]);
  return ranged("sum", over(...own, ...within), product(kernel, cells));
}

/** Σ_n,p,q δ[n,o,p,q]·x[n,i,p+u,q+v] */
function ofKernel({ sliding, args: [error, x], places: [o, i, ...within], letters }: At): Formula {
  const n = letters.rowLetter();
  const at = letters.several(roles.places, within.length);
  const channel = sliding.group ? channelAt(sliding.group, letterIn(o as Place) as string, i as Place) : (i as Place);
  const cells = indexed(x as Formula, [letter(n), channel, ...cellsAt(sliding, placesOf(at), within)]);
  return ranged("sum", over(n, ...at), product(indexed(error as Formula, [letter(n), o as Place, ...placesOf(at)]), cells));
}

const isDense = ({ stride, group }: Sliding): boolean => group === undefined && stride.every((step) => step === 1);

/** Σ_o,u,v y[n,o,a−u,b−v]·W[o,i,u,v] where windows are one apart, else Σ_o,p,q,u,v y[n,o,p,q]·W[o,i,u,v]·[2·p+u = a]·[2·q+v = b] */
function convTranspose(whole: At): Formula {
  const { sliding, args, places, letters } = whole;
  const [y, weight] = args as readonly [Formula, Formula];
  const [n, i, ...cells] = places as readonly [Place, Place, ...Place[]];
  if (!isDense(sliding)) return scatteredProducts(whole);
  const o = letters.fresh(roles.outer);
  const within = letters.several(roles.within, cells.length);
  const at = cells.map((cell, axis) => windowAt(sliding, axis, cell, letter(within[axis] as string)));
  return ranged("sum", over(o, ...within), product(indexed(y, [n, letter(o), ...at]), indexed(weight, [letter(o), i, ...placesOf(within)])));
}

function scatteredProducts({ sliding, args, places, letters }: At): Formula {
  const [y, weight] = args as readonly [Formula, Formula];
  const [n, channel, ...cells] = places as readonly [Place, Place, ...Place[]];
  const isDepthwise = sliding.group?.inner === 1 && sliding.group.outer === 1;
  const o = isDepthwise ? (letterIn(channel) as string) : letters.fresh(roles.outer);
  const { own, inKernel, inTable } = sliding.group ? channelsOf(sliding, letter(o), letters) : { own: [], inKernel: channel, inTable: channel };
  const at = letters.several(roles.places, cells.length);
  const within = letters.several(roles.within, cells.length);
  const found = [
    ...(inTable === channel || isDepthwise ? [] : [meets(inTable, channel)]),
    ...cellsAt(sliding, placesOf(at), placesOf(within)).map((cell, axis) => meets(cell, cells[axis] as Place)),
  ];
  const factors = [indexed(y, [n, letter(o), ...placesOf(at)]), indexed(weight, [letter(o), inKernel, ...placesOf(within)])];
  return ranged("sum", over(...(isDepthwise ? [] : [o]), ...own, ...at, ...within), product(...factors, ...found));
}

const withRange = (names: readonly string[], { kernel }: Sliding): Letter[] =>
  names.map((name, axis) => ({ letter: name, below: kernel[axis] as number }));

/** max_u<2,v<2 x[n,o,2·p+u,2·q+v] */
function extreme(op: "max" | "sum", { sliding, args: [x], places: [n, o, ...at], letters }: At): Formula {
  const within = letters.several(roles.within, at.length);
  const cells = indexed(x as Formula, [n as Place, o as Place, ...cellsAt(sliding, at, placesOf(within))]);
  return ranged(op, withRange(within, sliding), cells);
}

/** 1/4 of what is below. */
const share = ({ kernel }: Sliding, body: Formula): Formula =>
  product(scalar(operator("/", number(1), number(kernel.reduce((count, size) => count * size, 1)))), body);

function mean(at: At): Formula {
  return share(at.sliding, extreme("sum", at));
}

/** Windows added up where they lie: Σ_p,q,u<2,v<2 g[n,o,p,q]·[2·p+u = a]·[2·q+v = b], and more factors. */
function back(
  { sliding, args: [error], places: [n, o, ...cells], letters }: At,
  more: (within: readonly string[], lie: readonly Place[]) => Formula[],
): Formula {
  const at = letters.several(roles.places, cells.length);
  const within = letters.several(roles.within, cells.length);
  const lie = cellsAt(sliding, placesOf(at), placesOf(within));
  const found = lie.map((cell, axis) => meets(cell, cells[axis] as Place));
  const taken = indexed(error as Formula, [n as Place, o as Place, ...placesOf(at)]);
  return ranged("sum", [...over(...at), ...withRange(within, sliding)], product(taken, ...found, ...more(within, lie)));
}

/** … where the cell is the first of the largest of its window. */
function maxBack(whole: At): Formula {
  const { args, places } = whole;
  return back(whole, (within, lie) => {
    const cell = indexed(args[1] as Formula, [places[0] as Place, places[1] as Place, ...lie]);
    return [scalar(indicator(ranged("argmax", over(...within), cell)))];
  });
}
