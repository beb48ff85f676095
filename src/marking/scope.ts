// What names mean at a point: those that a student's lines define, then those of the page.

import type { Stepped } from "../../compiler/describe/stepped.ts";
import { circle } from "../../compiler/formula/exact.ts";
import { Evaluator, workOf } from "../../compiler/reading/evaluate.ts";
import type { Scope } from "../../compiler/reading/scope.ts";
import { spelled } from "../../compiler/reading/spelling.ts";
import { scalar, type Tensor } from "../../compiler/reading/tensor.ts";
import type { Term } from "../../compiler/reading/tree.ts";
import { GradcError } from "../../runtime/error.ts";
import { meaningKey, type ReadPage } from "./page.ts";
import { placesOf } from "./parts.ts";
import type { Point } from "./points.ts";
import type { PartOf } from "./reader.ts";
import { partedName, valueAtStep } from "./steps.ts";

/** Names of the number of rows. */
const rowNames = new Set(["batch", "n", "N"]);

/** What a loss may be called where the page calls it `loss`. */
const lossNames = new Set(["L", "ℒ", "J", "E", "Loss"]);

/** The name on the page that `name` is a way to write. */
export const nameOnPage = (page: ReadPage, name: string): string | undefined =>
  page.symbols.has(name) ? name : (page.spellings.get(spelled(name)) ?? onlyOne(page, name) ?? ofElements(page, name));

/** The one error, or weights or bias of one layer, of a page that has no other: δ, W or b. */
function onlyOne({ symbols }: ReadPage, name: string): string | undefined {
  const sign = spelled(name) === "delta" ? "δ" : name;
  if (!["δ", "W", "b"].includes(sign)) return undefined;
  const [found, ...others] = [...symbols.keys()].filter((each) => each.startsWith(`${sign}_`));
  return others.length === 0 ? found : undefined;
}

/** The W of which `w`, with letters below, is an element. */
const ofElements = (page: ReadPage, name: string): string | undefined =>
  /^w(_|$)/.test(name) ? nameOnPage(page, name.replace("w", "W")) : undefined;

/** How the derivative of `of` by `by` is written, however the names are. */
export function derivativeName(page: ReadPage, of: string, by: string): string {
  const loss = nameOnPage(page, of) ?? (lossNames.has(of) ? "loss" : of);
  return `∂${loss}/∂${nameOnPage(page, by) ?? by}`;
}

export interface ScopeOptions {
  /** What lines of the claim define, by the spelling of its name. */
  readonly own?: ReadonlyMap<string, Tensor> | undefined;
  readonly elementsFirst?: boolean | undefined;
  /** The shape of the value that is claimed. */
  readonly shape?: readonly number[] | undefined;
  /** The step of a loop at which names are read. */
  readonly step?: number | undefined;
  /** Values that take the place of those of the page, by name. */
  readonly instead?: ((name: string) => Tensor | undefined) | undefined;
}

/** Whether `name`, which `page` has as `known`, is the number π: where a value is called so by the definition and primed there, `pi` is that and π the number. */
function isCircle({ symbols }: ReadPage, name: string, known: string | undefined): boolean {
  if ((known !== undefined && name !== circle) || spelled(name) !== spelled(circle)) return false;
  return known === undefined || (name === circle && (spelled(known) !== spelled(circle) || symbols.has(`${known}′`)));
}

/** The names of `page` at `point`. */
export function scopeAt(page: ReadPage, point: Point, options: ScopeOptions = {}): Scope {
  const { own, elementsFirst = false, instead, shape, step } = options;
  return {
    valueOf(name) {
      const known = nameOnPage(page, name);
      const mine = own && own.size > 0 ? (own.get(spelled(name)) ?? own.get(spelled(known ?? name))) : undefined;
      if (mine) return mine;
      if (name === "batch" && point.rows !== undefined && !page.symbols.has(name)) return scalar(point.rows);
      if (isCircle(page, name, known)) return scalar(Math.PI);
      const node = known === undefined ? undefined : page.symbols.get(known);
      if (known !== undefined && node) return instead?.(known) ?? point.valueOf(node);
      return steppedValue(page, point, name, step) ?? (rowNames.has(name) && point.rows !== undefined ? scalar(point.rows) : undefined);
    },
    derivative(of, by) {
      const name = derivativeName(page, of, by);
      const line = page.lines.get(name);
      return own?.get(spelled(name)) ?? (line && (instead?.(name) ?? point.valueOf(line.node)));
    },
    meaningOf: (call) => page.meanings.get(meaningKey(call)),
    classesOf(argument) {
      const name = argument.kind === "name" ? nameOnPage(page, argument.name) : undefined;
      const node = name === undefined ? undefined : page.symbols.get(name);
      return (node && page.classes.get(node)) ?? page.classes.get("");
    },
    random(subscript) {
      const node = page.drawn.get(subscript);
      return node?.loops.length === 0 ? point.valueOf(node) : undefined;
    },
    shape,
    atStep: (at) => scopeAt(page, point, { ...options, step: at, shape: shape?.slice(1) }),
    stepsOf: (name) => steppedNamed(page, name)?.stepped.steps,
    names: () => page.symbols.keys(),
    elementsFirst,
  };
}

/** What changes from step to step under `name`, which says the step: `h_{t−1}`. */
function steppedNamed(page: ReadPage, name: string): { readonly stepped: Stepped; readonly step: string } | undefined {
  if (nameOnPage(page, name) !== undefined) return undefined;
  const parted = name === "t" ? { name, step: "t" } : partedName(name);
  const stepped = parted && page.stepped.get(parted.name);
  return stepped && { stepped, step: parted.step };
}

/** The value of `h_t` where t is `now`, or of h at all steps, along a first axis. */
function steppedValue(page: ReadPage, point: Point, name: string, now: number | undefined): Tensor | undefined {
  const all = page.stepped.get(name)?.all;
  if (all) return point.valueOf(all);
  const named = steppedNamed(page, name);
  return named && valueAtStep(named.stepped, named.step, now, point);
}

/** A line that defines a name. */
export interface Defined {
  /** The spelling of the name. */
  readonly key: string;
  readonly term: Term;
  readonly part?: PartOf | undefined;
}

/** Adds to `own` the values of names that lines define, each made of those before it. A line without a value defines nothing. */
export function addValues(own: Map<string, Tensor>, page: ReadPage, point: Point, lines: readonly Defined[]): void {
  for (const { key, term, part } of lines) {
    try {
      const whole = part && (own.get(key) ?? point.valueOf(part.node));
      const shape = whole?.shape.filter((_, axis) => part?.at[axis] === undefined);
      const value = new Evaluator(scopeAt(page, point, { own, shape }), workOf()).valueOf(term);
      own.set(key, whole && part ? withPart(whole, part.at, value) : value);
    } catch (error) {
      if (!(error instanceof GradcError)) throw error;
      own.delete(key);
    }
  }
}

/** `whole` with other numbers in a part of it. */
function withPart(whole: Tensor, at: PartOf["at"], { data: numbers }: Tensor): Tensor {
  const data = Float64Array.from(whole.data);
  const places = placesOf(whole.shape, at);
  for (const [i, place] of places.entries()) data[place] = numbers[numbers.length === 1 ? 0 : i] as number;
  return { ...whole, data };
}
