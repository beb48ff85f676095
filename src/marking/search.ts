// The one mistake that gives what is claimed: each is made in the page's lines, and the value that follows is compared.

import { misfitIn } from "../../compiler/diagnostics/formulas.ts";
import { sameShape } from "../../compiler/ir/type.ts";
import { isOp } from "../../compiler/ops/table.ts";
import { Evaluator, evaluateSteps, workOf } from "../../compiler/reading/evaluate.ts";
import { scalarNames } from "../../compiler/reading/scalars.ts";
import type { Scope } from "../../compiler/reading/scope.ts";
import { type Tensor, transposed } from "../../compiler/reading/tensor.ts";
import { partsOf, type Term } from "../../compiler/reading/tree.ts";
import { GradcError } from "../../runtime/error.ts";
import { agrees, type Factor, factorOf, sameShape as haveSameShape, type Pair } from "./compare.ts";
import { type Mistake, mistakesIn } from "./mistakes.ts";
import type { PageLine, ReadPage } from "./page.ts";
import type { Point } from "./points.ts";
import { derivativeName, nameOnPage, scopeAt } from "./scope.ts";
import { type Confusable, type Kind, nameAt } from "./slips.ts";
import { partedName } from "./steps.ts";

/** A mistake in a line of the page that gives what is claimed. */
export interface Found {
  readonly kind: Kind;
  readonly says: string;
  /** The name in whose line it is. */
  readonly line: string;
  /** What is claimed is so many times what it gives. */
  readonly times?: Factor;
}

/** Mistakes that are tried, names that one may stand for, and numbers that are computed for one claim. */
const most = { mistakes: 20_000, names: 40, numbers: 40_000_000 };

/** The names in `term` that have lines on the page. */
function linesIn(page: ReadPage, term: Term): string[] {
  const found: string[] = [];
  const stack = [term];
  for (let part = stack.pop(); part; part = stack.pop()) {
    const name = part.kind === "name" ? nameOnPage(page, part.name) : part.kind === "derivative" ? derivativeName(page, part.of, part.by) : undefined;
    if (name !== undefined && page.lines.has(name)) found.push(name);
    stack.push(...partsOf(part));
  }
  return found;
}

/** The lines that `target` is made of, the nearest first, each with those of them that it uses. */
function linesBelow(page: ReadPage, target: string): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  const queue = [target];
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    const term = page.lines.get(name)?.term;
    if (found.has(name) || !term) continue;
    const uses = linesIn(page, term);
    found.set(name, uses);
    queue.push(...uses);
  }
  return found;
}

/** The lines whose value changes with that of `changed`. */
function changedWith(changed: string, below: ReadonlyMap<string, readonly string[]>): Set<string> {
  const found = new Set([changed]);
  for (let size = 0; size < found.size; ) {
    size = found.size;
    for (const [name, uses] of below) if (uses.some((used) => found.has(used))) found.add(name);
  }
  return found;
}

/** What the names of the page may be confused with. */
export function confusableOn(page: ReadPage): Confusable {
  const like = new Map<string, readonly string[]>();
  return {
    hasRows: page.hasRows,
    rows: page.signsLike ? "N" : "batch",
    rowAxis: page.signsLike ? "n" : "batch",
    signsLike: (term, letters) => page.signsLike?.(term, letters) ?? [],
    namesLike(name) {
      const own = nameOnPage(page, name);
      const node = own === undefined ? undefined : page.symbols.get(own);
      if (own === undefined) return stepsAlike(page, name);
      if (!node) return [];
      const found = like.get(own) ?? namesAlike(page, own);
      like.set(own, found);
      return found;
    },
    beforeActivation(name) {
      const term = page.lines.get(nameOnPage(page, name) ?? "")?.term;
      return term?.kind === "call" && scalarNames.includes(term.name) ? term.args[0] : undefined;
    },
  };
}

/** Of `h_t` h at the steps beside it, then what else there is at that step. */
function stepsAlike(page: ReadPage, name: string): readonly string[] {
  const parted = partedName(name);
  if (!parted || !page.stepped.has(parted.name)) return [];
  const beside = ["t", "{t−1}", "{t+1}"].map((step) => `${parted.name}_${step}`);
  const step = name.slice(parted.name.length);
  const others = [...page.stepped.keys()].map((other) => `${other}${step}`);
  return [...beside, ...others].filter((other) => other !== name).slice(0, most.names);
}

/** Other values, those of the same shape first, then those with as many axes. */
function namesAlike(page: ReadPage, own: string): readonly string[] {
  const node = page.symbols.get(own) as { dtype: string; shape: readonly unknown[] };
  const isIndex = ({ dtype }: { readonly dtype: string }): boolean => dtype === "i32";
  const others = [...page.symbols].filter(([name, other]) => name !== own && isIndex(other) === isIndex(node));
  const likeness = ({ shape }: { readonly shape: readonly unknown[] }): number =>
    Number(shape.length === node.shape.length) * (1 + Number(shape.every((dim, axis) => dim === node.shape[axis])));
  return others
    .sort(([, a], [, b]) => likeness(b) - likeness(a))
    .slice(0, most.names)
    .map(([name]) => name);
}

/** The values of a page's lines where one of them has a mistake. */
class Mistaken {
  private readonly page: ReadPage;
  private readonly points: readonly Point[];
  /** What reads a line as it is, at each point. */
  private readonly bases = new Map<string, readonly Evaluator[]>();
  private readonly work = workOf(most.numbers);

  constructor(page: ReadPage, points: readonly Point[]) {
    this.page = page;
    this.points = points;
  }

  /** Those of a line, which is in the shape of its value. */
  private basesOf(name: string): readonly Evaluator[] {
    const shapeOf = (point: Point) => point.valueOf(this.line(name).node).shape;
    const found = this.bases.get(name) ?? this.points.map((point) => new Evaluator(scopeAt(this.page, point, { shape: shapeOf(point) }), this.work));
    this.bases.set(name, found);
    return found;
  }

  /** The value of `target` at the i-th point where the line `name` reads `term`; `changed` are the lines that change with it. */
  valueAt(i: number, target: string, name: string, term: Term, changed: ReadonlySet<string>): Tensor {
    const base = this.basesOf(name)[i] as Evaluator;
    const values = new Map<string, Tensor>();
    // A mistake may name what the line itself leads to: that is the page's.
    const point = this.points[i] as Point;
    const shapeOf = (other: string) => point.valueOf(this.line(other).node).shape;
    const plain = scopeAt(this.page, point, { shape: shapeOf(name) });
    const instead = (other: string): Tensor | undefined => {
      if (!changed.has(other)) return undefined;
      const known =
        values.get(other) ??
        (other === name
          ? this.valueOfLine(name, term, plain, base)
          : new Evaluator({ ...scope, shape: shapeOf(other) }, this.work).valueOf(this.line(other).term as Term));
      values.set(other, known);
      return known;
    };
    const scope = scopeAt(this.page, point, { instead });
    return instead(target) as Tensor;
  }

  private valueOfLine(name: string, term: Term, scope: Scope, base: Evaluator): Tensor {
    const { steps } = this.line(name);
    if (steps !== undefined) return evaluateSteps(term, scope, steps, this.work);
    return new Evaluator(scope, this.work, base.knownOf).valueOf(term);
  }

  /** Computes what is in a line, so that it is known, if it is not another at each step of a loop. */
  prepare(name: string): undefined {
    const { term, steps } = this.line(name);
    if (steps !== undefined) return undefined;
    // How far the letters of a table go may be told by its value alone.
    for (const base of this.basesOf(name).slice(0, 1)) if (term && term.kind !== "table") base.valueOf(term);
    return undefined;
  }

  private line(name: string): PageLine {
    return this.page.lines.get(name) as PageLine;
  }
}

/** Values that the line of an error or of a value may wrongly have a factor of: those of its layer, and what is a function of these alone. */
function layerValues(page: ReadPage, line: string): readonly Term[] {
  const { beside, term: own } = page.lines.get(line) as PageLine;
  if (beside) return beside;
  const layer = line.startsWith("δ_") ? line.slice(2) : undefined;
  const node = layer === undefined ? undefined : page.symbols.get(layer);
  if (layer === undefined || !node || isOp(node, "parameter")) return [];
  const ofLayer = [...page.lines].filter(([, { node: value, term }]) => {
    const used = term && value.dtype === "f32" && sameShape(value.shape, node.shape) ? linesIn(page, term) : [];
    return used.length > 0 && used.every((name) => name === layer);
  });
  return [layer, ...ofLayer.map(([name]) => name)].map((name) => nameAt(own as Term, name));
}

/** Ranks that a mistake in a value has behind those in errors, where an error or a gradient is claimed. */
const furtherOff = 6;

/** A sign in the line itself is likelier than a part that is missing further off. */
const nearer = (isTarget: boolean, { kind }: Mistake): number => Number(isTarget && kind === "sign");

/** The mistakes in the lines that `target` is made of, each with its line, the likeliest first. */
export function candidates(
  page: ReadPage,
  target: string,
  below: ReadonlyMap<string, readonly string[]>,
): (readonly [line: string, mistake: Mistake])[] {
  const confusable = confusableOn(page);
  const isError = (name: string) => /^[δ∂]/.test(name);
  const all = [...below.keys()].flatMap((line) => {
    const further = isError(target) && !isError(line) ? furtherOff : 0;
    const { term, others = [] } = page.lines.get(line) as PageLine;
    const values = layerValues(page, line);
    const made = [term as Term, ...others].flatMap((form, i) => mistakesIn(form, confusable, i === 0 ? values : []));
    return made.map((mistake) => [line, { ...mistake, rank: mistake.rank + further - nearer(line === target, mistake) }] as const);
  });
  return all.sort(([, a], [, b]) => a.rank - b.rank);
}

/** What is claimed at points. */
interface Claimed {
  readonly pairs: readonly Pair[];
  readonly at: readonly Point[];
}

/** The first mistakes that give what is claimed, a multiple of it, and its transpose; none of the others where one gives it as it is. */
export interface Given {
  readonly exact?: Found | undefined;
  readonly multiple?: Found | undefined;
  readonly transposed?: Found | undefined;
}

/** A mistake in a line, and the value of what is claimed that follows from it at the i-th point. */
interface Tried extends Omit<Found, "times"> {
  readonly rank: number;
  valueAt(i: number): Tensor;
}

/** Tries the mistakes in the lines that `target` is made of, until `isEnd` says so of one or there is too much to compute. */
function tryMistakes(page: ReadPage, target: string, at: readonly Point[], isEnd: (tried: Tried) => boolean): void {
  const below = linesBelow(page, target);
  const mistaken = new Mistaken(page, at);
  const changes = new Map([...below.keys()].map((name) => [name, changedWith(name, below)]));
  for (const [line, { kind, says, rank, spoiled }] of candidates(page, target, below).slice(0, most.mistakes)) {
    const term = spoiled();
    const valueAt = (i: number) => mistaken.valueAt(i, target, line, term, changes.get(line) as Set<string>);
    const outcome = attempt(() => mistaken.prepare(line)) ?? attempt(() => isEnd({ kind, says, line, rank, valueAt }));
    if (outcome === true || outcome === "too large") return;
  }
}

const foundOf = ({ kind, says, line }: Tried): Found => ({ kind, says, line });

/** The mistakes in the lines that `target` is made of that give what is claimed. */
export function findMistakes(page: ReadPage, target: string, { pairs, at }: Claimed): Given {
  const turned = transposesOf(pairs);
  let found: Given = {};
  tryMistakes(page, target, at, (tried) => {
    const values = valuesOf(tried);
    if (areGiven(pairs, values)) found = { exact: foundOf(tried) };
    else if (!found.multiple) {
      const times = multipleOf(values, pairs);
      if (times) found = { ...found, multiple: { ...foundOf(tried), times } };
    }
    if (!found.exact && turned && !found.transposed && areGiven(turned, values)) found = { ...found, transposed: foundOf(tried) };
    return found.exact !== undefined;
  });
  return found;
}

/** The mistake whose operands do not fit as those of a claim do not: parts that are missing may be told by that, exchanged ones not. */
export function findMisfit(page: ReadPage, target: string, misfit: string, point: Point): Found | undefined {
  let found: Found | undefined;
  tryMistakes(page, target, [point], (tried) => {
    const outcome = tried.rank < 2 ? attempt(() => tried.valueAt(0)) : undefined;
    if (outcome === "too large") return true;
    if (typeof outcome === "object" && "misfit" in outcome && outcome.misfit === misfit) found = foundOf(tried);
    return found !== undefined;
  });
  return found;
}

/** The values of a mistake, of which each is computed once. */
function valuesOf(tried: Tried): (i: number) => Tensor {
  const known: Tensor[] = [];
  return (i) => {
    known[i] ??= tried.valueAt(i);
    return known[i];
  };
}

/** The claimed tables turned, where they are in the shape of the right ones then. */
function transposesOf(pairs: readonly Pair[]): readonly Pair[] | undefined {
  const turned = pairs.map((pair) => ({ ...pair, claimed: transposed(pair.claimed) }));
  return turned.every(({ claimed, right }) => claimed.shape.length === 2 && haveSameShape(claimed, right)) ? turned : undefined;
}

/** Whether the values of a mistake are those that are claimed. */
const areGiven = (pairs: readonly Pair[], valueAt: (i: number) => Tensor): boolean =>
  pairs.every(({ claimed }, i) => valueAt(i).shape.length === claimed.shape.length && agrees(claimed, valueAt(i)));

/** What the claimed values are times those of a mistake; the first point is looked at before the others. */
function multipleOf(valueAt: (i: number) => Tensor, pairs: readonly Pair[]): Factor | undefined {
  const against = ({ claimed, rows }: Pair, i: number): Pair => ({ claimed, right: valueAt(i), rows });
  const [first] = pairs;
  return first && factorOf([against(first, 0)]) && factorOf(pairs.map(against));
}

/** The first line of an error about shapes, whatever their order. */
export const misfitOf = (error: Error): string => misfitIn(error).replace(/(\[[\d,]*\]) and (\[[\d,]*\])/, (_, x, y) => [x, y].sort().join(" and "));

/** What `test` gives; of a mistake that makes no sense, which operands do not fit. */
function attempt<T>(test: () => T): T | { readonly misfit: string } | "too large" {
  try {
    return test();
  } catch (error) {
    if (!(error instanceof GradcError)) throw error;
    return error.code === "formula-too-large" ? "too large" : { misfit: misfitOf(error) };
  }
}
