// Elements by indices: `x[n,i,2·p+u−1,q+v]`.

import type { Formula } from "./parse.ts";
import type { Scope } from "./scope.ts";
import { type Axis, build, isLettered, isScalar, map, meet, reader, scalar, shapeText, type Tensor, Unreadable, unlettered } from "./tensor.ts";

/** What gives the value of a formula. */
export type Evaluate = (formula: Formula, scope: Scope) => Tensor;

const isLetter = (formula: Formula): formula is Extract<Formula, { kind: "name" }> => formula.kind === "name" && /^\p{L}$/u.test(formula.name);

/** The elements of `x` at an index, as a value with an axis for each letter in it. */
export function gathered(given: Tensor, index: readonly Formula[], scope: Scope, evaluate: Evaluate): Tensor {
  const x = isLettered(given) ? unlettered(given) : given;
  if (index.length !== x.axes.length) throw new Unreadable(`${index.length} indices of ${shapeText(x)}`);
  const own = new Map(index.flatMap((item, place) => (isLetter(item) ? [[item.name, x.axes[place] as Axis] as const] : [])));
  const isRenamed = own.size === index.length && [...own].every(([letter, { extent }]) => (scope.letters?.get(letter)?.extent ?? extent) === extent);
  if (isRenamed) return { axes: index.map((item, place) => lettered(x.axes[place] as Axis, (item as { name: string }).name)), data: x.data };
  const letters = new Map([...own, ...(scope.letters ?? [])]);
  const places = index.map((item) => evaluate(item, { ...scope, letters }));
  const all = places.reduce((a, b) => meet(a, b, () => 0), scalar(0));
  const spread = places.map((place) => (isScalar(place) ? map(all, () => place.data[0] as number) : meet(place, all, (at) => at)));
  return atPlaces(
    x,
    all,
    spread.map((place) => sorted(place, all)),
    scope.outside,
  );
}

const lettered = ({ extent, batch }: Axis, letter: string): Axis => ({ extent, ...(batch && { batch }), letter });

/** The elements in the order of the axes of `like`. */
function sorted(x: Tensor, like: Tensor): Tensor {
  const order = like.axes.map(({ letter }) => x.axes.findIndex((axis) => axis.letter === letter));
  const read = reader(x);
  return build(like.axes, (at) => read(x.axes.map((_, axis) => at[order.indexOf(axis)] as number)));
}

function atPlaces(x: Tensor, all: Tensor, places: readonly Tensor[], outside: number | undefined): Tensor {
  const read = reader(x);
  const data = all.data.map((_, flat) => {
    const at = places.map((place) => place.data[flat] as number);
    const isInside = at.every((place, axis) => place >= 0 && place < (x.axes[axis] as Axis).extent);
    if (!isInside && outside === undefined) throw new Unreadable(`[${at}] is outside of ${shapeText(x)}`);
    return isInside ? read(at) : (outside as number);
  });
  return { axes: all.axes, data };
}

/** The axes of all letters in the indices of a formula: from where they stand alone, else as many as `behind` so many places fit. */
export function lettersOf(
  formula: Formula,
  scope: Scope,
  evaluate: Evaluate,
  known: ReadonlyMap<string, Axis>,
  wanted: readonly string[] = [],
  behind: readonly number[] = [],
): Map<string, Axis> {
  const letters = new Map(known);
  const found = indexedIn(formula).flatMap(({ x, index }) => {
    const axes = axesOf(x, scope, evaluate);
    return index.flatMap((item, place) => (axes[place] ? [{ item, axis: axes[place], place: place - 2 }] : []));
  });
  for (const { item, axis } of found) if (isLetter(item) && !letters.has(item.name)) letters.set(item.name, axis);
  for (const { item, axis, place } of found) {
    const [missing, ...others] = namesIn(item).filter((name) => !letters.has(name));
    if (missing === undefined || others.length > 0 || !wanted.includes(missing)) continue;
    letters.set(missing, { extent: fitting(item, missing, letters, axis.extent + (behind[place] ?? behind[0] ?? 0)) });
  }
  return letters;
}

/** The axes of what has an index, where it can be read before letters are known. */
function axesOf(x: Formula, scope: Scope, evaluate: Evaluate): readonly Axis[] {
  try {
    return (x.kind === "name" ? scope.value(x.name, x.step) : evaluate(x, scope)).axes;
  } catch (error) {
    if (x.kind === "name" || !(error instanceof Unreadable)) throw error;
    return [];
  }
}

/** How many values from 0 on a letter has for which an index stays below `extent`. */
function fitting(item: Formula, letter: string, letters: ReadonlyMap<string, Axis>, extent: number): number {
  const most = (value: number) => placeOf(item, (name) => (name === letter ? value : (letters.get(name) as Axis).extent - 1));
  let count = 0;
  while (most(count) < extent && count <= extent) count++;
  return count;
}

function placeOf(item: Formula, at: (letter: string) => number): number {
  if (item.kind === "number") return item.value;
  if (item.kind === "name") return at(item.name);
  if (item.kind !== "infix") throw new Unreadable(`an index that is ${item.kind}`);
  const [x, y] = [placeOf(item.x, at), placeOf(item.y, at)];
  if (item.sign === "·") return x * y;
  return item.sign === "+" ? x + y : x - y;
}

function partsOf(formula: Formula): Formula[] {
  switch (formula.kind) {
    case "call":
      return [...formula.args];
    case "infix":
      return [formula.x, formula.y];
    case "indexed":
      return [formula.x, ...formula.index];
    case "cases":
      return [formula.value, formula.condition, formula.otherwise];
    case "list":
      return [...formula.items];
    case "number":
    case "name":
      return [];
    default:
      return [formula.x];
  }
}

export const partsIn = (formula: Formula): Formula[] => [formula, ...partsOf(formula).flatMap(partsIn)];

const indexedIn = (formula: Formula) => partsIn(formula).flatMap((part) => (part.kind === "indexed" ? [part] : []));
const namesIn = (formula: Formula): string[] => partsIn(formula).flatMap((part) => (part.kind === "name" ? [part.name] : []));
