// Letters of axes that stand for places along them: in [j ≤ i] the element at row i and column j is 1 where j ≤ i. How long the axes are is told by
// what stands beside it, or by the value that the formula is of.
import { axisName, Misfit, make, shapeText, type Tensor, taken, type Work } from "./tensor.ts";
import { partsOf, type Term } from "./tree.ts";

const letters = "ijklmnopqrstuvw";

type IsKnown = (name: string) => boolean;

const isPlace = (term: Term, isKnown: IsKnown): boolean =>
  term.kind === "name" && term.name.length === 1 && letters.includes(term.name) && !isKnown(term.name);

/** Whether a part of `term` is a letter that stands for places. */
function hasPlaces(term: Term, isKnown: IsKnown): boolean {
  const stack = [term];
  for (let part = stack.pop(); part; part = stack.pop()) {
    if (isPlace(part, isKnown)) return true;
    stack.push(...partsOf(part));
  }
  return false;
}

const isOfNumbers = (term: Term): boolean =>
  term.kind === "number" || (term.kind !== "name" && partsOf(term).length > 0 && partsOf(term).every(isOfNumbers));

/** `argmax_m(x)` in m = argmax_m(x), whose argument tells how many places there are. */
export function extremeOf(term: Term): Extract<Term, { kind: "call" }> | undefined {
  if (term.kind !== "relation" || term.left.kind !== "name" || term.right.kind !== "call") return undefined;
  return term.right.subscript === term.left.name && term.right.args.length === 1 ? term.right : undefined;
}

/** What is open in terms: whether places in them go along axes that nothing in them tells the length of. */
export class Places {
  private readonly known = new Map<Term, boolean>();
  private readonly isKnown: IsKnown;

  constructor(isKnown: IsKnown) {
    this.isKnown = isKnown;
  }

  isOpen(term: Term): boolean {
    const found = this.known.get(term);
    if (found !== undefined) return found;
    const open = this.isOpenBy(term);
    this.known.set(term, open);
    return open;
  }

  private isOpenBy(term: Term): boolean {
    if (isPlace(term, this.isKnown)) return true;
    if (extremeOf(term)) return false;
    const parts = partsOf(term);
    return parts.some((part) => this.isOpen(part)) && parts.every((part) => this.isOpen(part) || isOfNumbers(part));
  }

  /** How many axes the places of `term` go along: up to that of its last letter. */
  rankOf(term: Term): number {
    return Math.max(...[...letters].map((letter, axis) => (hasPlaces(term, (name) => name !== letter || this.isKnown(name)) ? axis + 1 : 0)));
  }
}

/** The places that `letter` stands for along the last `rank` axes of `frame`. @throws Misfit */
export function placesAlong(letter: string, rank: number, frame: readonly number[], work: Work): Tensor {
  const shape = frame.slice(frame.length - rank);
  const axis = letters.indexOf(letter);
  if (shape.length < rank || axis < 0) throw new Misfit(`places along the axis ${letter} of ${shapeText(frame)}`);
  return counted(shape, axis, work);
}

/** The places along an axis of `x`, which is called by its letter. */
export function placesIn(x: Tensor, letter: string, work: Work): Tensor {
  const names = x.shape.map((_, axis) => axisName(x, axis));
  const axis = names.indexOf(letter) >= 0 ? names.indexOf(letter) : letters.indexOf(letter);
  if (axis < 0 || axis >= x.shape.length) throw new Misfit(`the axis "${letter}" of ${shapeText(x.shape)}`);
  const { shape, data } = counted(x.shape, axis, work);
  return make(shape, data, names);
}

/** How many places the axis `axis` has up to each element of `shape`. */
function counted(shape: readonly number[], axis: number, work: Work): Tensor {
  const size = shape[axis] as number;
  const numbers = make(
    [size],
    Float64Array.from({ length: size }, (_, at) => at),
  );
  return taken(numbers, shape, (index) => [index[axis] as number], work);
}
