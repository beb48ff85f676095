// The one mistake that gives what is claimed: each is made in the page's lines, and the value that follows is compared.

import { isOp } from "../../compiler/ops/table.ts";
import { Evaluator, workOf } from "../../compiler/reading/evaluate.ts";
import { scalarNames } from "../../compiler/reading/scalars.ts";
import type { Tensor } from "../../compiler/reading/tensor.ts";
import { partsOf, type Term } from "../../compiler/reading/tree.ts";
import { GradcError } from "../../runtime/error.ts";
import { agrees, type Pair } from "./compare.ts";
import { type Confusable, type Kind, mistakesIn, type Ranked } from "./mistakes.ts";
import type { PageLine, ReadPage } from "./page.ts";
import type { Point } from "./points.ts";
import { derivativeName, nameOnPage, scopeAt } from "./scope.ts";

/** A mistake in a line of the page that gives what is claimed. */
export interface Found {
  readonly kind: Kind;
  readonly says: string;
  /** The name in whose line it is. */
  readonly line: string;
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
function confusableOn(page: ReadPage): Confusable {
  const like = new Map<string, readonly string[]>();
  return {
    hasRows: page.hasRows,
    namesLike(name) {
      const own = nameOnPage(page, name);
      const node = own === undefined ? undefined : page.symbols.get(own);
      if (own === undefined || !node) return [];
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

/** Other values with as many axes, those of the same shape first. */
function namesAlike(page: ReadPage, own: string): readonly string[] {
  const node = page.symbols.get(own) as { dtype: string; shape: readonly unknown[] };
  const others = [...page.symbols].filter(([name, other]) => name !== own && other.dtype === node.dtype && other.shape.length === node.shape.length);
  const isSame = (shape: readonly unknown[]) => Number(shape.every((dim, axis) => dim === node.shape[axis]));
  return others
    .sort(([, a], [, b]) => isSame(b.shape) - isSame(a.shape))
    .slice(0, most.names)
    .map(([name]) => name);
}

/** The values of a page's lines where one of them has a mistake. */
class Mistaken {
  private readonly page: ReadPage;
  private readonly points: readonly Point[];
  private readonly bases: readonly Evaluator[];
  private readonly work = workOf(most.numbers);

  constructor(page: ReadPage, points: readonly Point[]) {
    this.page = page;
    this.points = points;
    this.bases = points.map((point) => new Evaluator(scopeAt(page, point), this.work));
  }

  /** The value of `target` at the i-th point where the line `name` reads `term`; `changed` are the lines that change with it. */
  valueAt(i: number, target: string, name: string, term: Term, changed: ReadonlySet<string>): Tensor {
    const base = this.bases[i] as Evaluator;
    const values = new Map<string, Tensor>();
    // A mistake may name what the line itself leads to: that is the page's.
    const plain = scopeAt(this.page, this.points[i] as Point);
    const instead = (other: string): Tensor | undefined => {
      if (!changed.has(other)) return undefined;
      const known =
        values.get(other) ??
        (other === name
          ? new Evaluator(plain, this.work, base.knownOf).valueOf(term)
          : new Evaluator(scope, this.work).valueOf(this.line(other).term as Term));
      values.set(other, known);
      return known;
    };
    const scope = scopeAt(this.page, this.points[i] as Point, { instead });
    return instead(target) as Tensor;
  }

  /** Computes what is in a line, so that it is known. */
  prepare(name: string): void {
    const { term } = this.line(name);
    for (const base of this.bases.slice(0, 1)) if (term) base.valueOf(term);
  }

  private line(name: string): PageLine {
    return this.page.lines.get(name) as PageLine;
  }
}

/** Values that the line of an error or of a value may wrongly have a factor of: those of its layer. */
function layerValues(page: ReadPage, line: string): string[] {
  const layer = line.startsWith("δ_") ? line.slice(2) : undefined;
  const node = layer === undefined ? undefined : page.symbols.get(layer);
  return layer !== undefined && node && !isOp(node, "parameter") ? [layer] : [];
}

/** A mistake by the line in which it is made, the likeliest first. */
function* candidates(page: ReadPage, below: ReadonlyMap<string, readonly string[]>): Generator<readonly [line: string, mistake: Ranked]> {
  const confusable = confusableOn(page);
  const all = [...below.keys()].map((line) => [line, mistakesIn(page.lines.get(line)?.term as Term, confusable, layerValues(page, line))] as const);
  for (let rank = 0; rank <= 5; rank++)
    for (const [line, mistakes] of all) for (const mistake of mistakes) if (mistake.rank === rank) yield [line, mistake];
}

/** The mistake in the lines that `target` is made of that gives the claimed values; undefined where no single one does. */
export function findMistake(page: ReadPage, target: string, pairs: readonly Pair[], points: readonly Point[]): Found | undefined {
  const below = linesBelow(page, target);
  const mistaken = new Mistaken(page, points);
  const changes = new Map([...below.keys()].map((name) => [name, changedWith(name, below)]));
  let tried = 0;
  for (const [line, { kind, says, term }] of candidates(page, below)) {
    if (++tried > most.mistakes) return undefined;
    const gives = (pair: Pair, i: number): boolean => {
      const value = mistaken.valueAt(i, target, line, term, changes.get(line) as Set<string>);
      return value.shape.length === pair.claimed.shape.length && agrees(pair.claimed, value);
    };
    const outcome = attempt(() => {
      mistaken.prepare(line);
      return pairs.every(gives);
    });
    if (outcome === "too large") return undefined;
    if (outcome) return { kind, says, line };
  }
  return undefined;
}

/** Whether `test` holds; a mistake that makes no sense gives nothing. */
function attempt(test: () => boolean): boolean | "too large" {
  try {
    return test();
  } catch (error) {
    if (!(error instanceof GradcError)) throw error;
    return error.code === "formula-too-large" ? "too large" : false;
  }
}
