// Schedule: how the loops of a kernel run. What is computed stays as it is; only the order of sums depends on it, through vector
// reduce loops and chunks, and that order is fixed at compile time: it depends on neither n, engine nor thread.
import type { Sizes } from "../ir/dim.ts";
import { loopCost, type Model, statementCost, vectorLoopCost } from "../kernel/cost.ts";
import type { Axis, Kernel, Layout, LoopSchedule, Schedule, Statement } from "../kernel/kernel.ts";
import { analyse, outerAccumulators } from "../kernel/legality.ts";
import { tilesAround } from "../kernel/tile.ts";
import { type Loop, loopsOf, sitesOf } from "../kernel/visit.ts";

/** Longest sum that is added up term by term, so that the error of a long sum grows with its number of chunks. */
const chunkTerms = 512;

interface Choice {
  readonly cost: number;
  /** At most one on each path from the root to a leaf. */
  readonly vectors: readonly Loop[];
}

/** The cheapest choice of vector loops for a statement that is in no vector loop. */
function choose(model: Model, statement: Statement): Choice {
  if (statement.kind !== "loop") return { cost: statementCost(model, statement), vectors: [] };
  const inner = chooseAll(model, statement.body);
  const outside: Choice = { cost: loopCost(model, statement, inner.cost), vectors: inner.vectors };
  if (model.analysis.obstacle(statement) !== undefined) return outside;
  const cost = vectorLoopCost(model, statement);
  return cost < outside.cost ? { cost, vectors: [statement] } : outside;
}

function chooseAll(model: Model, body: readonly Statement[]): Choice {
  const choices = body.map((statement) => choose(model, statement));
  return { cost: choices.reduce((sum, { cost }) => sum + cost, 0), vectors: choices.flatMap(({ vectors }) => vectors) };
}

/** An estimate of the time that a kernel takes under its best schedule, to compare layouts by. */
export const scheduledCost = (model: Model): number => chooseAll(model, model.analysis.kernel.body).cost;

/** Whether `loop` adds to a sum of f32 that was started outside. */
const continuesSum = (loop: Loop): boolean => {
  const sites = sitesOf(loop.body);
  const outer = outerAccumulators(sites);
  return sites.some(
    ({ statement }) => statement.kind === "combine" && statement.combine === "sum" && statement.local.dtype === "f32" && outer.has(statement.local),
  );
};

/** Terms that one point of a reduce loop adds to a sum: those of the loops inside, whose chunks count as one term each. */
function termsInside(loop: Loop, terms: ReadonlyMap<Loop, number>): number {
  const inner = loop.body.flatMap((statement) => (statement.kind === "loop" ? [terms.get(statement) ?? 1] : []));
  return Math.max(1, ...inner);
}

/** Chunk lengths of the reduce loops of `kernel`, in points. */
function chunks(kernel: Kernel, { analysis }: Model): Map<Axis, LoopSchedule> {
  const lengths = new Map<Axis, LoopSchedule>();
  const terms = new Map<Loop, number>();
  for (const loop of loopsOf(kernel.body).reverse()) {
    if (loop.role !== "reduce" || !continuesSum(loop)) continue;
    const inside = termsInside(loop, terms);
    const extent = analysis.extent(loop.axis);
    const chunk = Math.max(1, Math.floor(chunkTerms / inside));
    const long = extent > chunk;
    if (long) lengths.set(loop.axis, { chunk });
    terms.set(loop, long ? Math.ceil(extent / chunk) : extent * inside);
  }
  return lengths;
}

/** How the loops of `kernel` run on buffers of `layout`; dynamic dimensions count by their capacity. */
export function schedule(kernel: Kernel, layout: Layout, capacity: Sizes): Schedule {
  const model: Model = { analysis: analyse(kernel, capacity), layout };
  const { vectors } = chooseAll(model, kernel.body);
  const marks = chunks(kernel, model);
  const add = (axis: Axis, mark: LoopSchedule) => marks.set(axis, { ...marks.get(axis), ...mark });
  for (const loop of vectors) add(loop.axis, { vector: true });
  for (const loop of vectors) for (const [axis, tile] of tilesAround(model, loop)) add(axis, { tile });
  return marks;
}
