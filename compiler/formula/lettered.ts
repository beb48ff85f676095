// A line by its elements, where that says it best:
//
//   c = conv(x, W) + b                              =>   c[n,o,p,q] = b[o] + Σ_i,u,v W[o,i,u,v]·x[n,i,p+u,q+v]
//   ∂loss/∂W = Σ_k,l x[k,l,i]·δ[k,l,j]              =>   ∂loss/∂W[i,j] = Σ_n,t x[n,t,i]·δ[n,t,j]
import type { Dim } from "../ir/dim.ts";
import { type Labels, readLabels } from "../ir/labels.ts";
import type { Shape } from "../ir/type.ts";
import { elementwise, hasPlaces, isByElement, isOfNumbers } from "./by-element.ts";
import { productForm } from "./contraction.ts";
import { unviewed } from "./guards.ts";
import { Letters, roles } from "./index-letters.ts";
import { first, type Letter, letter, letterIn, type Place } from "./sliding.ts";
import { slidingAt } from "./sliding-at.ts";
import { drawName } from "./symbol.ts";
import { type Call, type Formula, indexed, isScalar, mapParts, operator, partsIn, ranged } from "./tree.ts";

/** What a line is about. */
interface Value {
  readonly shape: Shape;
  /** Single letters that are names on the page. */
  readonly taken: Iterable<string>;
  /** Whether it has axes along which nothing changes, which the right-hand side does not show. */
  readonly isRepeated?: boolean;
  /** The shape of a name. */
  shapeOf(name: string): Shape | undefined;
}

/** A right-hand side by elements, and the letters of the axes of the left one. */
export interface ByElements {
  readonly letters: readonly string[];
  readonly right: Formula;
}

/** Thrown where a part does not say which elements it is made of. */
class Unsaid extends Error {}

/** Elementwise steps through which a line is still about the product that it is made of. */
const passes: ReadonlySet<string> = new Set(["+", "-", "neg", "*", "/"]);

/** What a line is about that is said best by elements: a function of windows, a product that is none of matrices, or at its head a sum. */
function subjectOf(formula: Formula, isHead = true): Formula | undefined {
  if (isScalar(formula)) return undefined;
  if (formula.kind === "call") return formula.sliding && formula;
  if (formula.kind === "contraction") return productForm(formula.spec) ? undefined : formula;
  if (formula.kind === "sum") return isHead && hasLetters(formula) ? formula : undefined;
  if (formula.kind === "group" || (formula.kind === "view" && !formula.axes)) return subjectOf(formula.body, isHead);
  if (formula.kind !== "operator" || !passes.has(formula.op)) return undefined;
  const others = formula.args.filter((arg) => !isScalar(arg));
  return others.map((arg) => subjectOf(arg, isHead && others.length === 1)).find((found) => found !== undefined);
}

/** Whether it goes over axes that have no name. */
const hasLetters = ({ over, axes }: Extract<Formula, { kind: "sum" }>): boolean =>
  axes !== undefined && axes.length > 1 && (axes.length > over.length || over.some((name) => name.length === 1));

/** `right` by elements; undefined where it reads as well without. */
export function byElements(right: Formula, { shape, taken, isRepeated, shapeOf }: Value): ByElements | undefined {
  const subject = shape.length > 0 ? (subjectOf(right) ?? (isRepeated || hasPlaces(right) ? right : undefined)) : undefined;
  if (!subject) return undefined;
  const letters = new Letters(taken, right);
  const left = leftLetters(subject, shape, letters);
  const writer = new Writer(letters, shapeOf);
  try {
    const element = writer.at(right, left.map(letter));
    return partsIn(element).some(hasOwnLetters) ? undefined : { letters: left, right: element };
  } catch (error) {
    if (error instanceof Unsaid) return undefined;
    throw error;
  }
}

/** Whether it is an element of what has letters of its own: a product that is none of matrices, or `b[j]` in what is reshaped. */
function hasOwnLetters(formula: Formula): boolean {
  if (formula.kind !== "indexed") return false;
  const isOther = formula.body.kind === "call" && formula.body.name === "reshape";
  return partsIn(formula.body).some((part) => (part.kind === "contraction" ? !productForm(part.spec) : isOther && part.kind === "view" && part.axes));
}

function leftLetters(subject: Formula, shape: Shape, letters: Letters): string[] {
  if (subject.kind === "call" && subject.sliding) return leftOfSliding(subject.sliding, letters);
  if (subject.kind === "sum" && isOfImages(subject, shape)) return [letters.fresh(roles.outer)];
  const rows = shape[0] === "batch" ? 1 : 0;
  const names = shape.length - rows === 1 ? ["j"] : ["i", "j", "k", "l", "m", "r", "s"];
  return shape.map((_, axis) => (axis < rows ? letters.fresh(roles.row) : letters.fresh([names[axis - rows] ?? "z"])));
}

/** Whether it leaves the channels alone. */
const isOfImages = ({ axes = [] }: Extract<Formula, { kind: "sum" }>, shape: Shape): boolean => shape.length === 1 && axes[0] === 0 && axes[1] === 2;

function leftOfSliding({ makes, kernel, group }: NonNullable<Call["sliding"]>, letters: Letters): string[] {
  const { row, outer, inner, places, within, cells } = roles;
  const rank = kernel.length;
  if (makes === "ofKernel") return [letters.fresh(outer), letters.fresh(inner), ...letters.several(within, rank)];
  if (makes === "convTranspose") return [letters.fresh(row), letters.fresh(group ? roles.channel : inner), ...letters.several(cells, rank)];
  return [letters.fresh(row), letters.fresh(outer), ...letters.several(makes.endsWith("ᵀ") ? cells : places, rank)];
}

const longer = (shape: Shape): Dim[] => shape.filter((dim) => dim !== 1);

/** Whether it is told of as a whole. */
const isWhole = ({ kind }: Formula): boolean => kind === "variable" || kind === "call";

class Writer {
  private readonly letters: Letters;
  private readonly shapeOf: Value["shapeOf"];
  /** How many places the letters go along that stand for one. */
  private readonly extents = new Map<string, Dim>();

  constructor(letters: Letters, shapeOf: Value["shapeOf"]) {
    this.letters = letters;
    this.shapeOf = shapeOf;
  }

  /** The element of `formula` at `places`. @throws Unsaid */
  at(formula: Formula, places: readonly Place[]): Formula {
    if (formula.along) return this.place(formula.along, places);
    if (isScalar(formula)) return formula;
    if (!isByElement(formula) && hasPlaces(formula)) throw new Unsaid();
    if (isWhole(formula) && (this.shapeIn(formula)?.length ?? places.length) !== places.length) throw new Unsaid();
    switch (formula.kind) {
      case "operator":
        return elementwise.has(formula.op) ? this.arithmetic(formula, places) : indexed(formula, places);
      case "indicator":
      case "cases":
      case "group":
        return scalar(mapParts(formula, (part) => this.at(part, places)));
      case "contraction":
        return this.contraction(formula, places);
      case "sum":
        return this.sum(formula, places);
      case "transpose":
        return places.length === 2 ? this.at(formula.body, [...places].reverse()) : indexed(formula, places);
      case "view":
        return this.view(formula, places);
      case "call":
        return slidingAt(formula, places, this.letters) ?? this.call(formula, places);
      default:
        return indexed(formula, places);
    }
  }

  private place({ shape, axis }: NonNullable<Formula["along"]>, places: readonly Place[]): Formula {
    const at = places[axis] as Place;
    const own = letterIn(at);
    if (own !== undefined) this.extents.set(own, shape[axis] as Dim);
    return { kind: "place", at, scalar: true };
  }

  /** A function of numbers of the element, where that is within its table. */
  private call(formula: Call, places: readonly Place[]): Formula {
    const isWithin = places.every((place) => letterIn(place) !== undefined);
    return isOfNumbers(formula) && isWithin ? scalar(mapParts(formula, (part) => this.at(part, places))) : indexed(formula, places);
  }

  /** Of a sum of two the shorter one first: `b[o] + Σ_i …`. */
  private arithmetic(formula: Extract<Formula, { kind: "operator" }>, places: readonly Place[]): Formula {
    const args = formula.args.map((arg) => this.at(arg, places));
    if (formula.op === "*") return withSumLast(args);
    const [x, y] = args;
    const isLong = (part: Formula | undefined) => part?.kind === "ranged";
    const ordered = formula.op === "+" && args.length === 2 && isLong(x) && !isLong(y) ? [y as Formula, x as Formula] : args;
    return scalar({ ...formula, args: ordered });
  }

  private view({ body, axes, shape, at, from }: Extract<Formula, { kind: "view" }>, places: readonly Place[]): Formula {
    const known = from ?? this.shapeIn(axes ? unviewed(body) : body);
    const inner = from ? body : unviewed(body);
    if (axes) {
      if (known?.length !== axes.length) throw new Unsaid();
      const placeAt = (axis: number, i: number) => (known[i] === 1 && shape[axis] !== 1 ? first : (places[axis] as Place));
      return this.at(inner, axes.map(placeAt));
    }
    if (at !== undefined || !known || String(longer(known)) !== String(longer(shape))) throw new Unsaid();
    const left = places.filter((_, axis) => shape[axis] !== 1);
    return this.at(
      inner,
      known.map((dim) => (dim === 1 ? first : (left.shift() as Place))),
    );
  }

  /** The shape of `formula`, where it is told by what it is made of. */
  private shapeIn(formula: Formula): Shape | undefined {
    if (isScalar(formula)) return [];
    if (formula.kind === "variable") return formula.step === undefined ? this.shapeOf(formula.name) : undefined;
    if (formula.kind === "call") return formula.name === "random" ? this.shapeOf(drawName(formula.subscript ?? "")) : undefined;
    if (formula.kind === "view") return formula.shape;
    if (formula.kind === "group" || formula.kind === "indicator") return this.shapeIn(formula.body);
    if (formula.kind !== "operator" || !elementwise.has(formula.op)) return undefined;
    const shapes = formula.args.map((arg) => this.shapeIn(arg));
    const widest = shapes.reduce((most, shape) => (shape && most && shape.length > most.length ? shape : most));
    return shapes.every((shape) => shape && (shape.length === 0 || String(shape) === String(widest))) ? widest : undefined;
  }

  private contraction({ spec, args: [a, b] }: Extract<Formula, { kind: "contraction" }>, places: readonly Place[]): Formula {
    const { x, y, result } = readLabels(spec) as Labels;
    const summed = [...new Set(x + y)].filter((label) => !result.includes(label));
    const own = new Map(
      summed.map((label) => [label, this.summedLetter(label, x, a) ?? this.summedLetter(label, y, b) ?? this.letters.fresh(roles.summed)]),
    );
    const placesOf = (labels: string) => [...labels].map((label) => places[result.indexOf(label)] ?? letter(own.get(label) as string));
    // The value before the error: xᵀ·δ.
    const factors =
      isError(a) && !isError(b) ? [this.at(b, placesOf(y)), this.at(a, placesOf(x))] : [this.at(a, placesOf(x)), this.at(b, placesOf(y))];
    const over = [...own.values()].sort((one, other) => Number(other === this.letters.row) - Number(one === this.letters.row));
    return ranged(
      "sum",
      over.map((name) => ({ letter: name })),
      scalar(operator("*", ...factors)),
    );
  }

  /** n for the rows of a value that is known to have some. */
  private summedLetter(label: string, labels: string, operand: Formula): string | undefined {
    const shape = operand.kind === "variable" ? this.shapeOf(operand.name) : undefined;
    return shape?.[labels.indexOf(label)] === "batch" ? this.letters.rowLetter() : undefined;
  }

  private sum({ body, axes, over }: Extract<Formula, { kind: "sum" }>, places: readonly Place[]): Formula {
    if (!axes) throw new Unsaid();
    const rank = places.length + axes.length;
    const isImage = rank > 2 && axes[0] === 0 && axes[1] === 2;
    const summed = axes.map((axis) => {
      if (axis === 0 && over[0] === "batch") return this.letters.rowLetter();
      return this.letters.fresh(isImage ? roles.places : roles.summed);
    });
    const left = [...places];
    const all = Array.from({ length: rank }, (_, axis) =>
      axes.includes(axis) ? letter(summed[axes.indexOf(axis)] as string) : (left.shift() as Place),
    );
    // Where nothing changes along an axis, how long it is must be said.
    const shape = body.kind === "view" && body.axes ? body.shape : undefined;
    const repeated = shape && axes.map((axis) => (body.kind === "view" && body.axes?.includes(axis) ? undefined : shape[axis]));
    const element = this.at(body, all);
    const letters = summed.map((name, i): Letter => {
      const isAlone = standsAlone(name, element);
      const below = repeated?.[i] ?? (isAlone ? undefined : this.extents.get(name));
      if (typeof below === "number") return { letter: name, below };
      if (!isAlone) throw new Unsaid();
      return { letter: name };
    });
    return ranged("sum", letters, element);
  }
}

/** Whether an axis in `formula` has the place `name`, which tells how far that goes. */
const standsAlone = (name: string, formula: Formula): boolean =>
  partsIn(formula).some((part) => part.kind === "indexed" && part.at.some((place) => letterIn(place) === name));

const factorsOf = (formula: Formula): readonly Formula[] =>
  formula.kind === "operator" && formula.op === "*" ? formula.args.flatMap(factorsOf) : [formula];

const isNumeric = (formula: Formula): boolean => formula.kind === "number" || (formula.kind === "operator" && formula.args.every(isNumeric));

/** A product whose one sum reaches to its end: `1/4·[c[n,o] > 0]·Σ_u …`. */
function withSumLast(args: readonly Formula[]): Formula {
  const factors = args.flatMap(factorsOf);
  const sums = factors.filter(({ kind }) => kind === "ranged");
  if (sums.length !== 1) return scalar(operator("*", ...args));
  const others = factors.filter(({ kind }) => kind !== "ranged");
  return scalar(operator("*", ...others.filter(isNumeric), ...others.filter((factor) => !isNumeric(factor)), ...sums));
}

const isError = (formula: Formula): boolean => formula.kind === "variable" && formula.name.startsWith("δ_");

const scalar = (formula: Formula): Formula => ({ ...formula, scalar: true }) as Formula;
