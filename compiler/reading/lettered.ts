// A value by its elements: what stands behind `c[n,o,p,q] =`, where letters are numbers. Terms are made into functions of the letters once.
import { formulaShapes } from "../diagnostics/formulas.ts";
import { scalarFunction } from "./scalars.ts";
import type { Meaning } from "./scope.ts";
import { solvable } from "./solving.ts";
import { elements, indicesOf, Misfit, make, shapeText, type Tensor, type Work } from "./tensor.ts";
import { type Call, partsOf, replaced, type Term } from "./tree.ts";

/** The value of a term for the letters of its line, by their places in `at`. */
type Fn = (at: number[]) => number;

/** What the terms in a line are made of. */
interface Around {
  /** The value of what has no letters. */
  valueOf(term: Term): Tensor;
  /** What a function means that is not known by itself. */
  meaningOf?(call: Call): Meaning | undefined;
  readonly work: Work;
}

/** How far letters go; `fill` is what stands outside of a table. */
interface Inside {
  readonly slots: ReadonlyMap<string, number>;
  readonly ranges: ReadonlyMap<string, number>;
  readonly fill: number;
}

/** `u<2` as a letter and its range. */
export function rangeOf(text: string): readonly [letter: string, below: number | undefined] {
  const [letter = "", below] = text.split("<");
  return [letter, below === undefined ? undefined : Number(below)];
}

/** The value of `body` for all values of `letters`, each along an axis; `shape` is that of the value that is claimed, where it is known. */
export function tableOf(letters: readonly string[], body: Term, shape: readonly number[] | undefined, around: Around): Tensor {
  if (new Set(letters).size < letters.length) throw new Misfit(`the letters ${letters.join(",")}`);
  const ranges = new Map<string, number>();
  findRanges(body, new Set([...letters, ...boundIn(body)]), ranges, around);
  const own = letters.map((letter, axis) => ranges.get(letter) ?? (shape?.length === letters.length ? shape[axis] : undefined));
  for (const [axis, letter] of letters.entries())
    if (own[axis] === undefined) throw new Misfit(`the letter ${letter}, of which nothing says how far it goes`);
  const extents = own as number[];
  for (const [axis, letter] of letters.entries()) ranges.set(letter, extents[axis] as number);
  const slots = new Map(letters.map((letter, slot) => [letter, slot]));
  const value = new Compiler(around).fn(body, { slots, ranges, fill: 0 });
  around.work.spend(elements(extents));
  const data = new Float64Array(elements(extents));
  let position = 0;
  for (const index of indicesOf(extents)) data[position++] = value([...index]);
  return make(extents, data);
}

/** What stands below `max_u<2(x)`, the maximum over u. */
const belowExtreme = (term: Term): string | undefined =>
  term.kind === "call" && (term.name === "max" || term.name === "argmax") && term.args.length === 1 ? term.subscript : undefined;

/** The letters below a sum or a maximum, with their ranges. */
function overOf(term: Term): readonly (readonly [letter: string, below: number | undefined])[] {
  const over = term.kind === "total" || term.kind === "extreme" ? term.over : belowExtreme(term)?.split(",");
  return over?.map(rangeOf) ?? [];
}

/** The letters that sums and maxima in `term` go over. */
function boundIn(term: Term): string[] {
  const found: string[] = [];
  const stack = [term];
  for (let part = stack.pop(); part; part = stack.pop()) {
    for (const [letter] of overOf(part)) found.push(letter);
    stack.push(...partsOf(part));
  }
  return found;
}

/** How far letters go: as far as the axes at which they stand alone, or as is said. @throws Misfit */
function findRanges(term: Term, letters: ReadonlySet<string>, ranges: Map<string, number>, around: Around): void {
  const note = (letter: string, extent: number) => {
    const known = ranges.get(letter);
    if (known !== undefined && known !== extent) throw formulaShapes(`the letter ${letter} for axes of ${known} and ${extent}`, term.at);
    ranges.set(letter, extent);
  };
  for (const [letter, below] of overOf(term)) if (below !== undefined) note(letter, below);
  if (term.kind === "indexed" || term.kind === "element") {
    const { shape } = around.valueOf(term.base);
    const places = placesOf(term);
    if (shape.length !== places.length) throw formulaShapes(`${places.length} letters for ${shape.length} axes`, term.at);
    for (const [axis, place] of places.entries()) if (typeof place === "string" && letters.has(place)) note(place, shape[axis] as number);
    return;
  }
  for (const part of partsOf(term)) findRanges(part, letters, ranges, around);
}

/** The places of `x[n,2·p+u]`, those that are letters by their names. */
const placesOf = (term: Extract<Term, { kind: "indexed" | "element" }>): readonly (string | Term)[] =>
  term.kind === "indexed" ? term.letters : term.places.map((place) => (place.kind === "name" ? place.name : place));

const relations = {
  "=": (a: number, b: number) => a === b,
  "≠": (a: number, b: number) => a !== b,
  "<": (a: number, b: number) => a < b,
  "≤": (a: number, b: number) => a <= b,
  ">": (a: number, b: number) => a > b,
  "≥": (a: number, b: number) => a >= b,
} as const;

/** Functions of two numbers. */
const ofTwo: Readonly<Record<string, (a: number, b: number) => number>> = {
  and: (a, b) => Number(a !== 0 && b !== 0),
  or: (a, b) => Number(a !== 0 || b !== 0),
  max: Math.max,
  min: Math.min,
};

/** Makes terms into functions. */
class Compiler {
  private readonly around: Around;

  constructor(around: Around) {
    this.around = around;
  }

  fn(term: Term, inside: Inside): Fn {
    if (!hasLetters(term, inside.slots)) return this.constant(term);
    switch (term.kind) {
      case "name": {
        const slot = inside.slots.get(term.name) as number;
        return (at) => at[slot] as number;
      }
      case "indexed":
      case "element":
        return this.element(term, inside);
      case "total":
        return this.total(term, inside);
      case "extreme":
        return this.largest(term, inside);
      case "relation":
        return this.relation(term, inside);
      case "call":
        return this.call(term, inside);
      case "indicator":
        return this.fn(term.body, inside);
      default:
        return this.arithmetic(term, inside);
    }
  }

  private constant(term: Term): Fn {
    const { shape, data } = this.around.valueOf(term);
    if (elements(shape) !== 1) throw formulaShapes(`${shapeText(shape)} without letters beside elements`, term.at);
    const value = data[0] as number;
    return () => value;
  }

  private arithmetic(term: Term, inside: Inside): Fn {
    const parts = partsOf(term).map((part) => this.fn(part, inside));
    const [x, y, z] = parts as [Fn, Fn, Fn];
    switch (term.kind) {
      case "sum": {
        const signs = term.terms.map(({ negative }) => (negative ? -1 : 1));
        return (at) => parts.reduce((sum, part, i) => sum + (signs[i] as number) * part(at), 0);
      }
      case "product": {
        const divides = term.rest.map(({ sign }) => sign === "/");
        return (at) => {
          let value = x(at);
          for (let i = 1; i < parts.length && value !== 0; i++) value = divides[i - 1] ? value / (parts[i] as Fn)(at) : value * (parts[i] as Fn)(at);
          return value;
        };
      }
      case "power":
        return (at) => x(at) ** y(at);
      case "not":
        return (at) => Number(x(at) === 0);
      case "cases":
        return (at) => (x(at) ? y(at) : z(at));
      default:
        throw new Misfit("letters of elements here");
    }
  }

  private call(call: Extract<Term, { kind: "call" }>, inside: Inside): Fn {
    const [arg, ...others] = call.args;
    const meaning = this.around.meaningOf?.(call);
    if (meaning?.formal.length === call.args.length)
      return this.fn(replaced(meaning.body, new Map(meaning.formal.map((name, i) => [name, call.args[i] as Term]))), inside);
    const over = belowExtreme(call)?.split(",");
    if (over) return this.largest({ kind: "extreme", name: call.name as "max", over, body: arg as Term, at: call.at }, inside);
    const [other] = others;
    const joins = Object.hasOwn(ofTwo, call.name) ? ofTwo[call.name] : undefined;
    if (joins && other && others.length === 1) {
      const [x, y] = [this.fn(arg as Term, inside), this.fn(other, inside)];
      return (at) => joins(x(at), y(at));
    }
    const f = scalarFunction(call.name, call.subscript);
    if (!f || !arg || others.length > 0 || call.condition) throw formulaShapes(`${call.name} of elements`, call.at);
    const inner = this.fn(arg, inside);
    return (at) => f(inner(at));
  }

  private element(term: Extract<Term, { kind: "indexed" | "element" }>, inside: Inside): Fn {
    const table = this.around.valueOf(term.base);
    const { data, shape } = table;
    const places = placesOf(term).map((place) => this.fn(typeof place === "string" ? { kind: "name", name: place, at: term.at } : place, inside));
    const { fill } = inside;
    return (at) => {
      let position = 0;
      for (let axis = 0; axis < places.length; axis++) {
        const i = (places[axis] as Fn)(at);
        if (!(i >= 0 && i < (shape[axis] as number))) return fill;
        position = position * (shape[axis] as number) + i;
      }
      return data[position] as number;
    };
  }

  /** `inside` with letters of its own. */
  private within(over: readonly string[], inside: Inside, fill: number): { readonly inner: Inside; readonly letters: readonly string[] } {
    const letters = over.map((text) => rangeOf(text)[0]);
    const fresh = letters.filter((letter) => !inside.slots.has(letter));
    const slots = new Map([...inside.slots, ...fresh.map((letter, i) => [letter, inside.slots.size + i] as const)]);
    return { inner: { ...inside, slots, fill }, letters };
  }

  private extentOf(letter: string, { ranges }: Inside, { at }: Term): number {
    const extent = ranges.get(letter);
    if (extent === undefined) throw formulaShapes(`the letter ${letter}, of which nothing says how far it goes`, at);
    return extent;
  }

  private total(term: Extract<Term, { kind: "total" }>, inside: Inside): Fn {
    const { inner, letters } = this.within(term.over, inside, 0);
    const longest = [...letters].sort((a, b) => this.extentOf(b, inner, term) - this.extentOf(a, inner, term));
    const { solved, others } = solvable(term.body, longest, (part) => !hasLetters(part, new Map(letters.map((name) => [name, 0]))));
    const steps = solved.map(({ letter, factor, left, right }) => {
      const [a, b] = [this.fn(left, inner), this.fn(right, inner)];
      return { slot: inner.slots.get(letter) as number, extent: this.extentOf(letter, inner, term), factor, off: (at: number[]) => a(at) - b(at) };
    });
    const free = letters.filter((letter) => !solved.some((each) => each.letter === letter));
    const loops = free.map((letter) => ({ slot: inner.slots.get(letter) as number, extent: this.extentOf(letter, inner, term) }));
    const factors = others.map((factor) => this.fn(factor, inner));
    const count = loops.reduce((product, { extent }) => product * extent, 1);
    const here = (at: number[]): number => {
      for (const { slot, extent, factor, off } of steps) {
        at[slot] = 0;
        const value = -off(at) / factor;
        if (!(Number.isInteger(value) && value >= 0 && value < extent)) return 0;
        at[slot] = value;
      }
      let value = 1;
      for (const factor of factors) {
        value *= factor(at);
        if (value === 0) return 0;
      }
      return value;
    };
    return (at) => {
      this.around.work.spend(count);
      let sum = 0;
      each(loops, at, () => {
        sum += here(at);
      });
      return sum;
    };
  }

  private largest(term: Extract<Term, { kind: "extreme" }>, inside: Inside): Fn {
    if (term.name !== "max") throw formulaShapes("argmax beside no letters that are equal to it", term.at);
    const { loops, value } = this.overAll(term, inside);
    return (at) => {
      let best = Number.NEGATIVE_INFINITY;
      each(loops, at, () => {
        best = Math.max(best, value(at));
      });
      return best;
    };
  }

  private overAll(term: Extract<Term, { kind: "extreme" }>, inside: Inside) {
    const { inner, letters } = this.within(term.over, inside, Number.NEGATIVE_INFINITY);
    const loops = letters.map((letter) => ({ slot: inner.slots.get(letter) as number, extent: this.extentOf(letter, inner, term) }));
    const count = loops.reduce((product, { extent }) => product * extent, 1);
    const body = this.fn(term.body, inner);
    const value: Fn = (at) => {
      this.around.work.spend(1);
      return body(at);
    };
    return { loops, letters, value, count };
  }

  private relation(term: Extract<Term, { kind: "relation" }>, inside: Inside): Fn {
    const place = this.isPlaceOfLargest(term, inside);
    if (place) return place;
    const [x, y] = [this.fn(term.left, inside), this.fn(term.right, inside)];
    const holds = relations[term.op];
    return (at) => Number(holds(x(at), y(at)));
  }

  /** `(u,v) = argmax_u,v x[u,v]`: whether it is the first of the largest. */
  private isPlaceOfLargest({ op, left, right }: Extract<Term, { kind: "relation" }>, inside: Inside): Fn | undefined {
    if (op !== "=" || right.kind !== "extreme" || right.name !== "argmax") return undefined;
    const names = left.kind === "tuple" ? left.parts : [left];
    const asked = names.map((part) => (part.kind === "name" ? part.name : ""));
    const { loops, letters, value } = this.overAll(right, inside);
    if (String(asked) !== String(letters)) throw formulaShapes(`${asked.join(",")} beside an argmax over ${letters.join(",")}`, right.at);
    return (at) => {
      const wanted = loops.map(({ slot }) => at[slot] as number);
      let [best, found] = [Number.NEGATIVE_INFINITY, [] as number[]];
      each(loops, at, () => {
        const own = value(at);
        if (found.length === 0 || own > best) [best, found] = [own, loops.map(({ slot }) => at[slot] as number)];
      });
      for (const [i, { slot }] of loops.entries()) at[slot] = wanted[i] as number;
      return Number(found.every((place, i) => place === wanted[i]));
    };
  }
}

/** Calls `f` for all values of the letters in `loops`, the last one fastest. */
function each(loops: readonly { readonly slot: number; readonly extent: number }[], at: number[], f: () => void, depth = 0): void {
  const loop = loops[depth];
  if (!loop) {
    f();
    return;
  }
  for (let i = 0; i < loop.extent; i++) {
    at[loop.slot] = i;
    each(loops, at, f, depth + 1);
  }
}

/** The letters in `term` that no sum or maximum goes over, in the order of the alphabet; a name that is known is none. */
export function freeLetters(term: Term, isKnown: (name: string) => boolean): string[] {
  const own = overOf(term).map(([letter]) => letter);
  const places = term.kind === "indexed" || term.kind === "element" ? placesOf(term) : [];
  const here = places.flatMap((place) => (typeof place === "string" ? [place] : namesIn(place)));
  const parts = term.kind === "element" ? [term.base] : partsOf(term);
  const inner = parts.flatMap((part) => freeLetters(part, isKnown));
  return [...new Set([...here, ...inner])].filter((name) => !own.includes(name) && !isKnown(name)).sort();
}

const namesIn = (term: Term): string[] => (term.kind === "name" ? [term.name] : partsOf(term).flatMap(namesIn));

/** Whether elements at places that are no letters stand in `term`. */
export const hasPlaces = (term: Term): boolean => term.kind === "element" || term.kind === "extreme" || partsOf(term).some(hasPlaces);

/** Whether letters stand in `term`, or it has letters of its own. */
function hasLetters(term: Term, letters: ReadonlyMap<string, unknown>): boolean {
  if (term.kind === "name") return letters.has(term.name);
  if (term.kind === "indexed") return true;
  if (term.kind === "element" || term.kind === "extreme") return true;
  return partsOf(term).some((part) => hasLetters(part, letters));
}
