// Which sums are kept in memory, where what they add up would leave the cache and be read again for each tile of the result.
//
//   parallel i { parallel j { sum s; reduce b { reduce y { reduce x { s += t[b, y, x, i]·u[b, y, x, j] } } }; w[i, j] = s } }
//
// One image stays near while all weights take their share of it, and the sums of the weights are few beside what is read for each. A long product, such as
// the gradient of weights over 100 steps and 32 rows, goes on in parts of 512 terms, one after the other. And a matrix that leaves the cache and is
// multiplied by few rows is read once, eight of its rows at a time from end to end, while the sums of all columns stay near.

import { isDynamic } from "../ir/dim.ts";
import { elementBytes } from "../ir/type.ts";
import type { Axis, Buffer, Step } from "../kernel/kernel.ts";
import { type Load, type Loop, loopsOf } from "../kernel/visit.ts";
import { nearestBytes, target } from "../target.ts";
import { bytesOf, type Model, strideAlong } from "./cost.ts";
import type { Analysis } from "./legality.ts";
import { type SumNest, sumNestOf } from "./steps/accumulate.ts";
import { loadsIn, reductionIn, termsIn } from "./tile.ts";

export type Accumulate = Extract<Step, { kind: "accumulate" }>;

/** Whether something that is added up is read again for other points of the nest. */
function isReadAgain({ analysis }: Model, { loops, reduction }: SumNest): boolean {
  return loadsIn(reduction).some((load) => {
    const changes = analysis.depends.expr(load);
    return loops.some(({ axis }) => !changes.has(axis));
  });
}

/** Whether what is loaded at one point of `axis` lies together, apart from what is loaded at others: an image. */
function liesTogether(model: Model, load: Load, axis: Axis): boolean {
  const own = strideAlong(model, load, axis);
  const strides = model.layout.get(load.buffer) ?? [];
  return own > 0 && strides.every((stride) => elementBytes[load.buffer.dtype] * model.analysis.sizeOf(stride) <= own);
}

/** Whether `nest` adds up images, of which each is worth to be kept near. */
function hasImages(model: Model, nest: SumNest): boolean {
  const { analysis } = model;
  const { axis, body } = nest.reduction;
  const loads = loadsIn(nest.reduction);
  const buffers = new Set(loads.map(({ buffer }) => buffer));
  const bytes = [...buffers].reduce((sum, buffer) => sum + bytesOf(model, buffer), 0);
  return (
    analysis.extent(axis) > 1 &&
    loopsOf(body).reduce((terms, inner) => terms * analysis.extent(inner.axis), 1) >= target.sums.terms &&
    bytes > nearestBytes &&
    loads.every((load) => liesTogether(model, load, axis)) &&
    isReadAgain(model, nest)
  );
}

/** The step over the reduction of a nest; the sums lie in the order of `loops`. */
function stepOf({ analysis }: Model, nest: SumNest, loops: readonly Loop[], points?: number): Accumulate {
  const { sum, reduction } = nest;
  const axes = loops.map(({ axis }) => axis);
  const own = ({ name, extent }: Axis): Axis => ({ name, extent });
  const shape = axes.map(({ extent }) => analysis.sizeOf(extent));
  const buffer: Buffer = { name: `${sum.local.name}.sums`, kind: "scratch", dtype: sum.local.dtype, shape };
  const sums = { buffer, axes, cleared: axes.map(own), finished: nest.loops.map(({ axis }) => own(axis)) };
  return { kind: "accumulate", axis: reduction.axis, ...(points !== undefined && { points }), sums };
}

/** Bytes of what a product reads in all, each element once. */
function bytesRead({ loops, reduction }: SumNest, { depends, extent }: Analysis): number {
  const axes = [...loops, reduction, ...loopsOf(reduction.body)].map(({ axis }) => axis);
  const read = loadsIn(reduction).map((load) => axes.filter((axis) => depends.expr(load).has(axis)));
  return read.reduce((sum, own) => sum + elementBytes.f32 * own.reduce((product, axis) => product * extent(axis), 1), 0);
}

/** Whether `nest` is all of a product whose operands leave the cache, and are read again for each tile of rows. */
function isLarge({ analysis }: Model, nest: SumNest): boolean {
  const isWide = nest.loops.length === 2 && nest.loops.every(({ axis }) => analysis.extent(axis) >= target.sums.sides);
  const isAll = analysis.kernel.body.includes(nest.loops[0] as Loop);
  return isWide && isAll && bytesRead(nest, analysis) > target.cache.next;
}

/** Whether `nest` multiplies few rows by a matrix that leaves the cache, along whose rows its vectors lie. */
function isStreamed(model: Model, { loops, reduction, sum }: SumNest, isVector: (loop: Loop) => boolean): boolean {
  const { analysis } = model;
  const column = loops.find(isVector);
  const isProduct = sum.local.dtype === "f32" && loopsOf(reduction.body).length === 0 && analysis.kernel.body.includes(loops[0] as Loop);
  if (!column || !isProduct || isDynamic(reduction.axis.extent)) return false;
  const rows = loops.reduce((product, loop) => (loop === column ? product : product * analysis.extent(loop.axis)), 1);
  const isMatrix = (load: Load) =>
    strideAlong(model, load, column.axis) === elementBytes[load.buffer.dtype] &&
    strideAlong(model, load, reduction.axis) >= target.cache.line &&
    bytesOf(model, load.buffer) > target.cache.next;
  return rows <= target.sums.streamedRows && loadsIn(reduction).some(isMatrix);
}

/** The rows of a matrix that are read at a time: more where the sums would have more than the longest number of terms. */
const streamedTerms = (terms: number): number => Math.max(target.streams, Math.ceil(terms / target.terms));

/** What else is decided of a kernel's loops. */
interface Decisions {
  /** The loops that run in vectors. */
  readonly vectors: readonly Loop[];
  /** Whether operands are packed, so that each is read again where it lies near. */
  readonly isPacked: boolean;
  /** The points of a part, where a sum has parts. */
  partOf(axis: Axis): number | undefined;
}

/** The step by which the sums in `outer` are kept in memory; undefined where there are none, or it is not worth it. */
export function accumulation(model: Model, outer: Loop, { vectors, isPacked, partOf }: Decisions): Accumulate | undefined {
  const nest = sumNestOf(outer);
  if (!nest || !reductionIn(nest.loops.at(-1)?.body ?? [])) return undefined;
  const isVector = (loop: Loop) => vectors.includes(loop);
  const rowsFirst = [...nest.loops.filter((loop) => !isVector(loop)), ...nest.loops.filter(isVector)];
  if (!isPacked && hasImages(model, nest)) return stepOf(model, nest, rowsFirst);
  if (!isPacked && isStreamed(model, nest, isVector)) return stepOf(model, nest, nest.loops, streamedTerms(termsIn(nest.reduction, model.analysis)));
  const points = nest.sum.local.dtype === "f32" ? partOf(nest.reduction.axis) : undefined;
  return points !== undefined && isLarge(model, nest) ? stepOf(model, nest, nest.loops, points) : undefined;
}
