// Schedule: how the loops of a kernel run. What is computed stays as it is; only the order of sums depends on it, through vector
// reduce loops and chunks, and that order is fixed at compile time: it depends on neither n, engine nor thread.
import type { Dim, Sizes } from "../ir/dim.ts";
import type { Axis, Buffer, Kernel, Layout, Local, Schedule, Statement, Step } from "../kernel/kernel.ts";
import { type Loop, loopsOf, sitesOf } from "../kernel/visit.ts";
import { target } from "../target.ts";
import { type Accumulate, accumulation } from "./accumulation.ts";
import { applySchedule } from "./apply.ts";
import { vectorsAcross } from "./columns.ts";
import { loopCost, type Model, statementCost } from "./cost.ts";
import { analyse, lanes, outerAccumulators } from "./legality.ts";
import { type Block, type Packing, packing } from "./packing.ts";
import { columnCost, panelSteps, tiledColumnCost } from "./panels.ts";
import { sumNestOf } from "./steps/accumulate.ts";
import { columnsOf, partOf } from "./steps/part.ts";
import { denseStrides } from "./strides.ts";
import { tapsOutwards } from "./taps.ts";
import { interleaved, tileOf, tilesAround } from "./tile.ts";

interface Choice {
  readonly cost: number;
  /** At most one on each path from the root to a leaf. */
  readonly vectors: readonly Loop[];
}

/** Nests whose schedule is decided otherwise. */
type Decided = ReadonlySet<Loop>;

/** Cost of a loop in vectors. */
type CostInVectors = (model: Model, loop: Loop) => number;

/**
 * What the rows of a loss wait, where each finds in vectors a maximum and a sum that needs it. Of other rows the order of the sums stays as it is wherever
 * they stand: they may be computed again in another kernel, to the same bits.
 */
function waitsIn({ body }: Loop, vectors: readonly Loop[]): number {
  if (outerAccumulators(sitesOf(body)).size === 0) return 0;
  const found = body.filter((statement) => statement.kind === "loop" && statement.role === "reduce" && vectors.includes(statement));
  return target.costs.rowWait * Math.max(0, found.length - 1);
}

/** The cheapest choice of vector loops for a statement that is in no vector loop. */
function choose(model: Model, statement: Statement, costInVectors: CostInVectors, decided: Decided): Choice {
  if (statement.kind !== "loop") return { cost: statementCost(model, statement), vectors: [] };
  if (decided.has(statement)) return { cost: 0, vectors: [] };
  const inner = chooseAll(model, statement.body, costInVectors, decided);
  const outside: Choice = { cost: loopCost(model, statement, inner.cost + waitsIn(statement, inner.vectors)), vectors: inner.vectors };
  if (model.analysis.obstacle(statement) !== undefined) return outside;
  const cost = costInVectors(model, statement);
  return cost < outside.cost ? { cost, vectors: [statement] } : outside;
}

function chooseAll(model: Model, body: readonly Statement[], costInVectors: CostInVectors, decided: Decided = new Set()): Choice {
  const choices = body.map((statement) => choose(model, statement, costInVectors, decided));
  return { cost: choices.reduce((sum, { cost }) => sum + cost, 0), vectors: choices.flatMap(({ vectors }) => vectors) };
}

/** An estimate of the time that a kernel takes under its best schedule, to compare layouts by. */
export const scheduledCost = (model: Model): number => chooseAll(model, model.analysis.kernel.body, tiledColumnCost).cost;

/** How one loop runs, in short: the steps that rewrite it. */
export interface Marks {
  /** Four points at once, one a lane. */
  readonly vector?: true;
  /** So many points (or vectors) side by side. */
  readonly tile?: number;
  /** Sums go on in parts of so many points. */
  readonly chunk?: number;
}
type Lengths = ReadonlyMap<Axis, Marks>;

/** Terms that `body` adds to `sum` one after the other; a chunk counts as one. */
function termsOf(sum: Local, body: readonly Statement[], lengths: Lengths, model: Model): number {
  return body.reduce((terms, statement) => {
    if (statement.kind === "combine") return terms + Number(statement.local === sum);
    if (statement.kind !== "loop") return terms;
    const extent = model.analysis.extent(statement.axis);
    const inside = termsOf(sum, statement.body, lengths, model);
    const { chunk } = lengths.get(statement.axis) ?? {};
    return terms + (chunk === undefined ? extent * inside : Math.ceil(extent / chunk) * Math.min(inside, 1));
  }, 0);
}

/** Sums of f32 that were started outside of `loop` and go on inside. */
function outerSums(loop: Loop): Local[] {
  const sites = sitesOf(loop.body);
  const sums = sites.flatMap(({ statement }) =>
    statement.kind === "combine" && statement.combine === "sum" && statement.local.dtype === "f32" ? [statement.local] : [],
  );
  const outer = outerAccumulators(sites);
  return sums.filter((sum) => outer.has(sum));
}

/** Whether a loop goes over parts of another, or over the points of one of them. */
const isOfParts = ({ course }: Loop): boolean => course?.partly === true || (course?.from !== undefined && course.until !== undefined);

/** Chunk lengths of the reduce loops of `kernel`, in points, inner loops first. */
function chunks(kernel: Kernel, model: Model): Map<Axis, Marks> {
  const lengths = new Map<Axis, Marks>();
  for (const loop of loopsOf(kernel.body).reverse()) {
    if (loop.role !== "reduce" || isOfParts(loop)) continue;
    const inside = Math.max(0, ...outerSums(loop).map((sum) => termsOf(sum, loop.body, lengths, model)));
    const chunk = Math.max(1, Math.floor(target.terms / Math.max(inside, 1)));
    if (inside > 0 && model.analysis.extent(loop.axis) > chunk) lengths.set(loop.axis, { chunk });
  }
  return lengths;
}

/** The steps of loops with `marks`, inner loops first. */
export function stepsOf({ body }: Kernel, marks: ReadonlyMap<Axis, Marks>): Schedule {
  return loopsOf(body)
    .reverse()
    .flatMap(({ axis }): Step[] => {
      const { vector, tile = 1, chunk } = marks.get(axis) ?? {};
      return [
        ...(chunk === undefined ? [] : [{ kind: "chunk", axis, points: chunk } as const]),
        ...(vector ? [{ kind: "vectorise", axis, vectors: tile } as const] : []),
        ...(!vector && tile > 1 ? [{ kind: "tile", axis, points: tile } as const] : []),
      ];
    });
}

/** The rows in blocks, with panels of what each block reads. */
const blockSteps = ({ axis }: Loop, { blocks, inside, buffers }: Block): Step[] => [
  { kind: "block", axis, blocks, inside },
  ...buffers.map((buffer) => ({ kind: "pack", axis: blocks, buffer }) as const),
];

/** The columns go around the rows, and each panel of an operand is copied once for all rows. */
const packingSteps = (outer: Loop, { around: { axis }, buffers, block, part }: Packing): Step[] => [
  ...(part === undefined ? [] : [{ kind: "chunk", axis: outer.axis, points: part } as const]),
  ...(block ? blockSteps(outer, block) : []),
  ...(outer.axis === axis ? [] : [{ kind: "reorder", axis } as const]),
  ...buffers.map((buffer) => ({ kind: "pack", axis, buffer }) as const),
];

/** How many points or vectors stand side by side in the loops around `vector` and in itself. */
function sizesAround(model: Model, vector: Loop): ReadonlyMap<Axis, number> {
  const tiles = tilesAround(model, vector);
  const isFlat = [...tiles.keys()].every((axis) => axis === vector.axis);
  const vectors = Math.max(tiles.get(vector.axis) ?? 1, vectorsAcross(model, vector), interleaved(model, vector));
  return isFlat ? new Map([[vector.axis, vectors]]) : tiles;
}

/** Parts of a sum are whole tiles. */
function wholeTiles({ chunk, tile = 1, vector }: Marks): Marks {
  const points = vector ? tile * lanes : tile;
  return {
    ...(vector && { vector }),
    ...(tile > 1 && { tile }),
    ...(chunk !== undefined && { chunk: Math.ceil(chunk / points) * points }),
  };
}

/** The products whose operands are packed, by their outermost loops. */
const packings = (model: Model): Map<Loop, Packing> =>
  new Map(
    loopsOf(model.analysis.kernel.body).flatMap((loop): [Loop, Packing][] => {
      const found = packing(model, loop);
      return found ? [[loop, found]] : [];
    }),
  );

/** The outermost loops of nests around one sum: a loop inside of one is around the same sum. */
function outermostNests({ body }: Kernel): Loop[] {
  const outermost = new Map<Axis, Loop>();
  for (const loop of loopsOf(body)) {
    const over = sumNestOf(loop)?.reduction.axis;
    if (over && !outermost.has(over)) outermost.set(over, loop);
  }
  return [...outermost.values()];
}

/** The steps by which sums are kept in memory. */
function accumulations(model: Model): Accumulate[] {
  const { kernel } = model.analysis;
  const decided = new Set(packings(model).keys());
  const { vectors } = chooseAll(model, kernel.body, columnCost, decided);
  const parts = chunks(kernel, model);
  const chunkOf = (axis: Axis) => parts.get(axis)?.chunk;
  return outermostNests(kernel).flatMap((loop) => accumulation(model, loop, { vectors, isPacked: decided.has(loop), partOf: chunkOf }) ?? []);
}

/** A second nest is worth its code from this gain on. */
const leastGain = 0.1;

/** The step that takes the column which fills no vector out of a nest; undefined where more are left over: a vector may overlap as well. */
function partingStep(outer: Loop): Step | undefined {
  const inner = columnsOf(outer);
  const extent = inner?.axis.extent;
  return inner && typeof extent === "number" && extent > lanes && extent % lanes === 1 ? partOf(outer, inner, extent, lanes) : undefined;
}

/** The first such step by which the rows do better in vectors. */
function partingSteps(kernel: Kernel, layout: Layout, capacity: Sizes): Step[] {
  const costOf = (one: Kernel) => scheduledCost({ analysis: analyse(one, capacity), layout });
  const isWorth = (step: Step) => costOf(applySchedule(kernel, [step], { offsets: new Map(), capacity })) < costOf(kernel) * (1 - leastGain);
  const step = loopsOf(kernel.body)
    .flatMap((loop) => partingStep(loop) ?? [])
    .find(isWorth);
  return step ? [step] : [];
}

/** How the loops of `kernel` run on buffers of `layout`; dynamic dimensions count by their capacity. */
export function schedule(kernel: Kernel, layout: Layout, capacity: Sizes): Schedule {
  const around = { offsets: new Map(), capacity };
  const taps = tapsOutwards(kernel);
  const first = [...taps, ...partingSteps(applySchedule(kernel, taps, around), layout, capacity)];
  const parted = applySchedule(kernel, first, around);
  const sums = accumulations({ analysis: analyse(parted, capacity), layout });
  const summed = applySchedule(parted, sums, around);
  const inMemory = sums.map(({ sums: { buffer } }): [Buffer, Dim[]] => [buffer, denseStrides(buffer.shape)]);
  const model: Model = { analysis: analyse(summed, capacity), layout: new Map([...layout, ...inMemory]) };
  return [...first, ...sums, ...runOf(model, capacity)];
}

/** The steps of a kernel whose sums are where they stay. */
function runOf(model: Model, capacity: Sizes): Schedule {
  const { kernel } = model.analysis;
  const packed = packings(model);
  const { vectors } = chooseAll(model, kernel.body, columnCost, new Set(packed.keys()));
  const panels = [...[...packed].flatMap(([outer, one]) => packingSteps(outer, one)), ...vectors.flatMap((loop) => panelSteps(model, loop))];
  const nested = applySchedule(kernel, panels, { offsets: new Map(), capacity });
  const marks = chunks(nested, model);
  const add = (axis: Axis, mark: Marks) => marks.set(axis, wholeTiles({ ...marks.get(axis), ...mark }));
  for (const loop of [...vectors, ...[...packed.values()].map(({ column }) => column)]) add(loop.axis, { vector: true });
  for (const loop of vectors) for (const [axis, tile] of sizesAround(model, loop)) add(axis, { tile });
  for (const { row, column, body, block } of packed.values())
    for (const [axis, tile] of tileOf(model, body, [row, column], column)) add(block && axis === row.axis ? block.inside : axis, { tile });
  return [...panels, ...stepsOf(nested, marks)];
}
