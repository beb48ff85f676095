// Marks claims: compares each with the page's value at random points, and looks for the mistake of those that are wrong.
import { misfitIn, notOnThePage } from "../../compiler/diagnostics/formulas.ts";
import { evaluate, evaluateSteps, workOf } from "../../compiler/reading/evaluate.ts";
import type { Scope } from "../../compiler/reading/scope.ts";
import { nearestOf, spelled } from "../../compiler/reading/spelling.ts";
import { shapeText, type Tensor, type Work } from "../../compiler/reading/tensor.ts";
import type { Term } from "../../compiler/reading/tree.ts";
import { words } from "../../compiler/words/words.ts";
import { GradcError } from "../../runtime/error.ts";
import type { Claim, NoClaim } from "./claims.ts";
import {
  allAgree,
  areFlat,
  areSame,
  areTransposes,
  factorOf,
  firstDifference,
  hasNumbers,
  isZero,
  type Pair,
  sameShape,
  withoutInfinities,
} from "./compare.ts";
import { mistakeFreely } from "./freely.ts";
import { rearranged, repairsIn } from "./mistakes.ts";
import { openLetters } from "./open-letters.ts";
import type { ReadPage } from "./page.ts";
import type { Point, PointSource, Roles } from "./points.ts";
import type { ClaimReader, Sides, Target } from "./reader.ts";
import { hasStar, readings } from "./readings.ts";
import { addValues, type Defined, nameOnPage, scopeAt } from "./scope.ts";
import { confusableOn, findMisfit, findMistakes, type Given, misfitOf } from "./search.ts";
import { ofFactor, unread, type Verdict } from "./verdict.ts";
import { asWhole } from "./whole.ts";

const { claims, mistakes, parts } = words.marking;

/** Points that are drawn at most, for each at which a claim has to agree. */
const mostDrawn = 4;

/** Rearrangements of a claim that are tried, and numbers that are computed for all of them. */
const mostTurned = 200;
const mostRepairs = 600;
const mostNumbers = 8_000_000;

/** A line that was marked before, with what it defines. */
interface Marked extends Defined {
  readonly line: number;
  readonly name: string;
  readonly isWrong: boolean;
  /** Whether the page knows the value of its name. */
  readonly isOnPage: boolean;
}

/** A claim at the points where it has numbers, or why it has none. */
type Outcome = { readonly pairs: readonly Pair[]; readonly at: readonly Point[] } | { readonly error: GradcError };

/** Another reading of a claim. */
interface Reading {
  readonly term: Term;
  readonly outcome: Outcome;
}

/** A page with the points at which it has values, and what reads claims about it. */
export interface Marking {
  readonly page: ReadPage;
  readonly points: PointSource;
  readonly reader: ClaimReader;
}

/** Marks claims of a program, line after line. */
export class Marker {
  private readonly page: ReadPage;
  private readonly points: PointSource;
  private readonly marked: Marked[] = [];
  /** By the number of a point what the first lines define there. */
  private readonly own = new Map<number, { readonly count: number; readonly values: Map<string, Tensor> }>();
  private readonly reader: ClaimReader;
  /** Values that may stand where another belongs. */
  private readonly names: readonly string[];

  constructor({ page, points, reader }: Marking) {
    this.page = page;
    this.points = points;
    this.reader = reader;
    this.names = [...page.symbols].filter(([, { dtype }]) => dtype === "f32").map(([name]) => name);
  }

  /** The points at which values are compared. */
  comparedAt(): Point[] {
    return Array.from({ length: this.points.compared }, (_, i) => this.points.at(i));
  }

  private get drawn(): number {
    return mostDrawn * this.points.compared;
  }

  /** What the sources are, by their full names. */
  get roles(): Roles {
    return this.points.roles;
  }

  /** Gradients of parameters of which `verdicts` say nothing. */
  notIn(verdicts: readonly Verdict[]): string[] {
    const said = new Set(verdicts.map(({ claim }) => claim));
    return [...this.page.lines.keys()].filter((name) => name.startsWith("∂") && !said.has(name));
  }

  mark(claim: Claim | NoClaim): Verdict {
    if ("error" in claim) return unread(claim, claim.error);
    try {
      return this.marking(claim);
    } catch (error) {
      if (error instanceof GradcError) return unread(claim, error);
      throw error;
    }
  }

  /** Whether a line is about what the page has, or defines a name of its own; undefined where it has names that mean nothing. It is not marked. */
  readingOf(claim: Claim | NoClaim): "claim" | "own" | undefined {
    if ("error" in claim) return undefined;
    try {
      const { target, name, term, part } = this.sidesOf(claim);
      if (!target) this.marked.push({ key: spelled(name), term, part, line: claim.line, name, isWrong: false, isOnPage: false });
      evaluate(term, this.here, workOf(mostNumbers));
      return target ? "claim" : "own";
    } catch (error) {
      if (!(error instanceof GradcError)) throw error;
      return error.code === "formula-shapes" || error.code === "formula-too-large" ? "claim" : undefined;
    }
  }

  private sidesOf(claim: Claim): Sides {
    return this.reader.sidesOf(claim, (name) => this.here.valueOf(name)?.shape.length);
  }

  private marking(claim: Claim): Verdict {
    const { target, name, term, part } = this.sidesOf(claim);
    const verdict = target ? this.judged(claim, target, term) : this.definition(claim, term);
    // What is right is the page's, whichever of its meanings a * had.
    if (verdict.verdict !== "right")
      this.marked.push({
        key: spelled(part?.name ?? name),
        term,
        part,
        line: claim.line,
        name,
        isWrong: verdict.verdict === "wrong",
        isOnPage: target !== undefined,
      });
    return verdict;
  }

  /** The verdict on values of a name at the first points: of a gradient where it is that of a parameter. */
  markValues(name: string, values: (point: Point) => Tensor | undefined): Verdict {
    const target = this.reader.valueNamed(name);
    if (!target) throw notOnThePage("value", name, nearestOf(name, this.page.symbols.keys()));
    const pairs: Pair[] = [];
    for (let i = 0; i < this.points.compared; i++) {
      const point = this.points.at(i);
      const claimed = values(point);
      if (claimed) pairs.push({ claimed, right: point.valueOf(target.node), rows: point.rows });
    }
    const said = { line: 0, claim: target.name };
    if (pairs.length === this.points.compared && allAgree(pairs)) return { ...said, verdict: "right" };
    const at = pairs.map((_, i) => this.points.at(i));
    const differs = pairs.map(firstDifference).find((each) => each !== undefined);
    return { ...said, verdict: "wrong", ...this.reason(target, undefined, pairs, at), differs };
  }

  private definition(claim: Claim, term: Term): Verdict {
    evaluate(term, this.here);
    return { line: claim.line, claim: claim.text, verdict: "defined" };
  }

  /** The values that `lines` define at the i-th point; those of all that was marked are kept, as more lines follow. */
  private ownAt(i: number, lines: readonly Marked[]): ReadonlyMap<string, Tensor> {
    const isAll = lines === this.marked;
    const known = (isAll && this.own.get(i)) || { count: 0, values: new Map<string, Tensor>() };
    addValues(known.values, this.page, this.points.at(i), lines.slice(known.count));
    if (isAll) this.own.set(i, { ...known, count: lines.length });
    return known.values;
  }

  private judged({ line, text }: Claim, target: Target, term: Term): Verdict {
    const open = openLetters(term, (name) => this.isValue(name));
    if (open.length > 0) return { line, claim: text, verdict: "wrong", kind: "missing", hint: mistakes.missing(parts.sum(open.join(","))) };
    const outcome = this.compared(target, term, this.marked);
    const said = { line, claim: text };
    if (agree(outcome)) return { ...said, verdict: "right" };
    if (hasStar(term)) {
      const other = this.compared(target, term, this.marked, true);
      if (agree(other)) return { ...said, verdict: "right" };
    }
    const others = this.readOtherwise(target, term);
    if (others.some(({ outcome: other }) => agree(other))) return { ...said, verdict: "right" };
    const wrong = this.marked.filter(({ isWrong, isOnPage }) => isWrong && isOnPage);
    const alone = wrong.length > 0 ? this.without(wrong, target, term) : outcome;
    if (wrong.length > 0 && agree(alone)) return { ...said, ...this.carried(target, term, wrong) };
    return { ...said, ...this.explained(target, term, alone, others) };
  }

  /** What a claim is in its other readings, up to the first that is right. */
  private readOtherwise(target: Target, term: Term): Reading[] {
    const found: Reading[] = [];
    const work = workOf(mostNumbers);
    for (const other of readings(term, (part) => this.isVector(part, work))) {
      const outcome = this.compared(target, other, this.marked, false, work);
      found.push({ term: other, outcome });
      if (agree(outcome)) break;
    }
    return found;
  }

  /** Whether the value of a part of a claim has one axis. */
  private isVector(part: Term, work: Work): boolean {
    try {
      return evaluate(part, this.here, work).shape.length === 1;
    } catch (error) {
      if (error instanceof GradcError) return false;
      throw error;
    }
  }

  /** What names mean at the first point, to the lines before and to the page. */
  private get here(): Scope {
    return scopeAt(this.page, this.points.at(0), { own: this.ownAt(0, this.marked) });
  }

  /** Whether the page or a line before has a value of that name, or it counts steps. */
  private isValue(name: string): boolean {
    return name === "t" || nameOnPage(this.page, name) !== undefined || this.marked.some(({ key }) => key === spelled(name));
  }

  /** The claimed and the right values, with the values of `lines` for the names that they define. */
  private compared(target: Target, term: Term, lines: readonly Marked[], elementsFirst = false, spent?: Work): Outcome {
    const pairs: Pair[] = [];
    const at: Point[] = [];
    for (let i = 0; i < this.drawn && pairs.length < this.points.compared; i++) {
      const point = this.points.at(i);
      const given = point.valueOf(target.node);
      if (given.data.some(Number.isNaN)) continue;
      try {
        const scope = scopeAt(this.page, point, { own: this.ownAt(i, lines), elementsFirst, shape: given.shape });
        const work = spent ?? workOf();
        const value = target.steps === undefined ? evaluate(term, scope, work) : evaluateSteps(term, scope, target.steps, work);
        const [claimed, right] = withoutInfinities(asWhole(value, given, target.node, term), given);
        if (!hasNumbers(claimed) || !hasNumbers(right)) continue;
        // Where both are 0 everything is right.
        if (isZero(right) && isZero(claimed) && i < this.drawn - this.points.compared) continue;
        pairs.push({ claimed, right, rows: point.rows });
        at.push(point);
      } catch (error) {
        if (error instanceof GradcError) return { error };
        throw error;
      }
    }
    return { pairs, at };
  }

  /** The claimed and the right values where `lines` define nothing. */
  private without(lines: readonly Marked[], target: Target, term: Term): Outcome {
    const others = this.marked.filter((each) => !lines.includes(each));
    return this.compared(target, term, others);
  }

  private carried(target: Target, term: Term, wrong: readonly Marked[]): Pick<Verdict, "verdict" | "hint" | "from" | "kind"> {
    const keys = wrong.map(({ key }) => key);
    const last = wrong.filter(({ key }, at) => keys.lastIndexOf(key) === at);
    const guilty = last.find(({ key }) =>
      agree(
        this.without(
          wrong.filter((other) => other.key === key),
          target,
          term,
        ),
      ),
    );
    const { line, name } = guilty ?? (wrong.at(-1) as Marked);
    return { verdict: "carried", from: line, hint: claims.carried(line, name) };
  }

  private explained(target: Target, term: Term, outcome: Outcome, others: readonly Reading[]): Omit<Verdict, "line" | "claim"> {
    if ("error" in outcome) return this.fitting(target, others) ?? this.misfit(target, term, outcome.error);
    const { pairs, at } = outcome;
    const [first] = pairs;
    if (!first) return { verdict: "wrong", kind: "domain", hint: claims.noValue(this.drawn) };
    const differs = this.points.hasExample ? firstDifference(first) : undefined;
    const reason = this.reason(target, term, pairs, at);
    const isVague = reason.kind === "other" || reason.kind === "shape";
    return { verdict: "wrong", ...((isVague && this.fitting(target, others, pairs)) || reason), ...(differs && { differs }) };
  }

  /** The mistake of a claim in the first other reading that has the right shape, and other values than `own`. */
  private fitting(target: Target, others: readonly Reading[], own: readonly Pair[] = []): Omit<Verdict, "line" | "claim"> | undefined {
    const tried = [own];
    for (const { term, outcome } of others) {
      if ("error" in outcome || !outcome.pairs[0] || !sameShape(outcome.pairs[0].claimed, outcome.pairs[0].right)) continue;
      if (tried.some((each) => areSame(each, outcome.pairs))) continue;
      tried.push(outcome.pairs);
      const said = this.reason(target, term, outcome.pairs, outcome.at);
      return said.kind === "other" ? undefined : { verdict: "wrong", ...said };
    }
    return undefined;
  }

  private reason(
    target: Target,
    term: Term | undefined,
    pairs: readonly Pair[],
    at: readonly Point[],
  ): Pick<Verdict, "kind" | "hint" | "in" | "detail"> {
    const { what, name } = target;
    const [first] = pairs as [Pair];
    if (areTransposes(pairs)) return { kind: "transpose", hint: claims.transposed(what) };
    const shapes: Pick<Verdict, "kind" | "hint"> = {
      kind: "shape",
      hint: claims.shape(shapeText(first.claimed.shape), what, shapeText(first.right.shape)),
    };
    if (areFlat(pairs)) return shapes;
    const factor = factorOf(pairs);
    const given = findMistakes(this.page, name, { pairs, at });
    const found = given.exact;
    const mistake = found && { kind: found.kind, hint: found.says, in: found.line === name ? undefined : found.line };
    if (factor) {
      const said = ofFactor(factor, what, this.rowsName);
      const detail = found && wordsOf(found.says, mistake?.in);
      return detail === said.hint ? said : { ...said, detail };
    }
    if (pairs.every(({ claimed }) => isZero(claimed))) {
      const read = term && mistakeFreely(this.page, name, term, this.points.at(0));
      if (read) return { kind: read.kind, hint: read.says, detail: claims.zero };
      return { kind: "other", hint: claims.zero, detail: found && wordsOf(found.says, mistake?.in) };
    }
    if (mistake) return mistake;
    const second = this.secondMistake(name, given);
    if (second) return second;
    const repaired = term && this.repaired(target, term);
    if (repaired) return repaired;
    const turned = term && this.turned(target, term);
    if (!sameShape(first.claimed, first.right)) return { ...shapes, detail: turned };
    return { kind: "other", hint: claims.noSingle, detail: turned };
  }

  /** The one change that makes a claim right, which was derived in another way than the page. */
  private repaired(target: Target, term: Term): Pick<Verdict, "kind" | "hint"> | undefined {
    const work = workOf(mostNumbers);
    const confusable = confusableOn(this.page);
    const others = { ...confusable, namesLike: (name: string) => confusable.namesLike(name).filter((other) => other !== target.name) };
    const found = repairsIn(term, others)
      .slice(0, mostRepairs)
      .find((repair) => agree(this.compared(target, repair.repaired(), this.marked, false, work)));
    return found && { kind: found.kind, hint: found.says };
  }

  /** A mistake of a multiple or of the transpose of what is claimed. */
  private secondMistake(name: string, { multiple, transposed: turned }: Given): Pick<Verdict, "kind" | "hint" | "in"> | undefined {
    const said = multiple ?? turned;
    if (!said) return undefined;
    const hint = multiple?.times
      ? mistakes.and(said.says, ofFactor(multiple.times, parts.given, this.rowsName).hint)
      : mistakes.andTransposed(said.says);
    return { kind: said.kind, hint, in: said.line === name ? undefined : said.line };
  }

  /** What the page calls the number of rows that count. */
  private get rowsName(): string {
    return this.page.symbols.has("N") ? "N" : "batch";
  }

  /** What is said of operands that do not fit. */
  private misfit(target: Target, term: Term, error: GradcError): Omit<Verdict, "line" | "claim"> {
    if (error.code !== "formula-shapes") throw error;
    // Signs say by themselves for which numbers they stand, so that one in place of another may fit nowhere.
    const repaired = this.page.signsLike && this.repaired(target, term);
    if (repaired) return { verdict: "wrong", ...repaired, at: error.at, detail: misfitIn(error) };
    const found = findMisfit(this.page, target.name, misfitOf(error), this.points.at(0));
    const detail = this.turned(target, term) ?? (found && wordsOf(found.says, found.line));
    return { verdict: "wrong", kind: "shape", hint: misfitIn(error), at: error.at, in: found?.line, detail };
  }

  /** The transpose, the order of factors or the name that makes it right. */
  private turned(target: Target, term: Term): string | undefined {
    let left = mostTurned;
    const work = workOf(mostNumbers);
    for (const [says, other] of rearranged(term, this.names)) {
      if (left-- === 0) break;
      if (agree(this.compared(target, other, this.marked, false, work))) return says;
    }
    return undefined;
  }
}

const agree = (outcome: Outcome): boolean => "pairs" in outcome && outcome.pairs.length > 0 && allAgree(outcome.pairs);

const wordsOf = (says: string, line: string | undefined): string => (line === undefined ? says : mistakes.inLine(line, says));
