// Which loops may run four points at once.
import { type Dim, evaluate, type Sizes } from "../ir/dim.ts";
import { affineKey } from "../kernel/affine.ts";
import { type Affine, type Axis, type Buffer, type Expr, isAxis, type Kernel, type Local, type Statement } from "../kernel/kernel.ts";
import {
  type Combine,
  computedBy,
  type Dependence,
  dependence,
  indicesOfCourse,
  kept,
  type Loop,
  loadsOf,
  loopsOf,
  type Site,
  type Store,
  sitesOf,
} from "../kernel/visit.ts";
import { target } from "../target.ts";

/** Points that a vector holds: f32x4 and i32x4. */
export const { lanes } = target;

/** What legality and cost ask about a kernel; answers are kept, since every trial of a layout asks the same. */
export interface Analysis {
  readonly kernel: Kernel;
  readonly depends: Dependence;
  /** Extent of an axis with every dynamic dimension at capacity. */
  extent(axis: Axis): number;
  /** A dimension or a stride, at capacity. */
  sizeOf(dim: Dim): number;
  /** Every distinct expression that a statement evaluates itself. */
  expressions(statement: Statement): readonly Expr[];
  /** Why a loop cannot be a vector loop; see `vectorObstacle`. */
  obstacle(loop: Loop): string | undefined;
}

export function analyse(kernel: Kernel, capacity: Sizes): Analysis {
  const analysis: Analysis = {
    kernel,
    depends: dependence(kernel.body),
    extent: (axis) => evaluate(axis.extent, capacity),
    sizeOf: (dim) => evaluate(dim, capacity),
    expressions: computedBy,
    obstacle: kept((loop) => vectorObstacle(loop, analysis)),
  };
  return analysis;
}

const storesIn = (sites: readonly Site[]): Store[] => sites.flatMap(({ statement }) => (statement.kind === "store" ? [statement] : []));
const combinesIn = (sites: readonly Site[]): Combine[] => sites.flatMap(({ statement }) => (statement.kind === "combine" ? [statement] : []));

/** Whether two points of `axis` certainly address different elements. */
function separates(index: readonly Affine[], axis: Axis, { depends }: Analysis): boolean {
  const computed = index.some(({ terms }) => terms.some(({ atom }) => !isAxis(atom) && depends.expr(atom).has(axis)));
  return !computed && index.some(({ terms }) => terms.some(({ atom }) => atom === axis));
}

/** Accumulators of outside that a loop with `sites` inside combines into. */
export function outerAccumulators(sites: readonly Site[]): Set<Local> {
  const inner = new Set(sites.flatMap(({ statement }) => (statement.kind === "accumulator" ? [statement.local] : [])));
  return new Set(combinesIn(sites).flatMap(({ local }) => (inner.has(local) ? [] : [local])));
}

function parallelObstacle(loop: Loop, sites: readonly Site[], analysis: Analysis): string | undefined {
  if (outerAccumulators(sites).size > 0) return "combines points of a parallel loop";
  for (const { index, accumulate } of storesIn(sites)) {
    const moves = index.some((one) => analysis.depends.index(one).has(loop.axis));
    if (!moves || (accumulate && !separates(index, loop.axis, analysis))) return "several lanes store to one element";
  }
  return undefined;
}

const indexKey = (index: readonly Affine[]): string => index.map(affineKey).join(",");
const areEqual = (places: readonly (readonly Affine[])[]): boolean => new Set(places.map(indexKey)).size === 1;

/** Whether elements at these places of a buffer are the same for one point of `axis` at most: in one direction all lie at that point's own place. */
function areApart([first, ...others]: readonly (readonly Affine[])[], axis: Axis): boolean {
  const own = (first ?? []).map(({ terms }) => terms.length === 1 && terms[0]?.atom === axis);
  const keys = (first ?? []).map(affineKey);
  return own.some((isOwn, i) => isOwn && others.every((index) => affineKey(index[i] as Affine) === keys[i]));
}

/** Whether a point reads what another point of the loop has stored. */
function carriesValues({ axis }: Loop, sites: readonly Site[]): boolean {
  const stored = new Map<Buffer, (readonly Affine[])[]>();
  for (const { buffer, index } of storesIn(sites)) stored.set(buffer, [...(stored.get(buffer) ?? []), index]);
  return sites.some(({ statement }) =>
    loadsOf(statement).some(({ buffer, index }) => {
      const places = stored.get(buffer);
      return places !== undefined && !areEqual([index, ...places]) && !areApart([index, ...places], axis);
    }),
  );
}

function reduceObstacle(loop: Loop, sites: readonly Site[], analysis: Analysis): string | undefined {
  const several = storesIn(sites).some(({ index }) => !separates(index, loop.axis, analysis));
  return several ? "several lanes store to one element" : orderObstacle(loop, sites, analysis);
}

/** The index of the largest so far is right in order alone. */
export const keepsIndex = (sites: readonly Site[]): boolean => combinesIn(sites).some(({ combine }) => combine === "argmax");

function orderObstacle(loop: Loop, sites: readonly Site[], analysis: Analysis): string | undefined {
  if (keepsIndex(sites)) return "keeps the index of the largest";
  if (carriesValues(loop, sites)) return "reads what an earlier point stored";
  const accumulators = outerAccumulators(sites);
  const used = sites.flatMap(({ statement }) => analysis.expressions(statement));
  if (used.some((expr) => expr.kind === "local" && accumulators.has(expr.local))) return "reads an accumulator before it is complete";
  return undefined;
}

/** Whether loops inside begin or end elsewhere at each point. */
export const steers = ({ axis, body }: Loop, { depends }: Analysis): boolean =>
  loopsOf(body).some(({ course }) => indicesOfCourse(course).some((index) => depends.index(index).has(axis)));

/**
 * Whether points of `loop` may run side by side, each statement at all of them in order, and around other loops or inside them: in a parallel loop,
 * and in a reduce loop that stores or sums for each point of its own beside what it adds up.
 */
export function isWalk(loop: Loop, analysis: Analysis): boolean {
  if (steers(loop, analysis)) return false;
  if (loop.role === "parallel") return true;
  if (loop.course?.partly) return false;
  const sites = sitesOf(loop.body);
  const computes = sites.some(({ statement }) => statement.kind === "store" || statement.kind === "accumulator");
  const loaded = new Set(sites.flatMap(({ statement }) => loadsOf(statement).map(({ buffer }) => buffer)));
  const adds = storesIn(sites).every(({ accumulate, buffer, index }) => separates(index, loop.axis, analysis) || (accumulate && !loaded.has(buffer)));
  return computes && adds && orderObstacle(loop, sites, analysis) === undefined;
}

/**
 * Why `loop` cannot be a vector loop; undefined when it can. Loops inside run as they are, for four points at once.
 * A reduce loop keeps one partial result a lane and combines the lanes behind the loop, which is right for sums and maxima only.
 */
export function vectorObstacle(loop: Loop, analysis: Analysis): string | undefined {
  if (analysis.extent(loop.axis) < lanes) return "has fewer points than a vector";
  if (steers(loop, analysis)) return "loops inside go to other points";
  const sites = sitesOf(loop.body);
  return loop.role === "parallel" ? parallelObstacle(loop, sites, analysis) : reduceObstacle(loop, sites, analysis);
}
