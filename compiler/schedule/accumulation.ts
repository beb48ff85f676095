// Which sums are kept in memory: those over many images that leave the cache, each of which would be read again for each tile of the result.
//
//   parallel i { parallel j { sum s; reduce b { reduce y { reduce x { s += t[b, y, x, i]·u[b, y, x, j] } } }; w[i, j] = s } }
//
// One image stays near while all weights take their share of it, and the sums of the weights are few beside what is read for each.

import { elementBytes } from "../ir/type.ts";
import type { Axis, Buffer, Step } from "../kernel/kernel.ts";
import { type Load, type Loop, loopsOf } from "../kernel/visit.ts";
import { stepsAlong } from "./access.ts";
import type { Model } from "./cost.ts";
import { type SumNest, sumNestOf } from "./steps/accumulate.ts";
import { target } from "./target.ts";
import { loadsIn, reductionIn } from "./tile.ts";

export type Accumulate = Extract<Step, { kind: "accumulate" }>;

/** Terms of one image from which on a sum is worth its place in memory, which is read and written once for them. */
const leastTerms = 64;

const bytesOf = ({ analysis }: Model, { shape, dtype }: Buffer): number =>
  shape.reduce<number>((bytes, dim) => bytes * analysis.sizeOf(dim), elementBytes[dtype]);

/** Whether something that is added up is read again for other points of the nest. */
function isReadAgain({ analysis }: Model, { loops, reduction }: SumNest): boolean {
  return loadsIn(reduction).some((load) => {
    const changes = analysis.depends.expr(load);
    return loops.some(({ axis }) => !changes.has(axis));
  });
}

/** Whether what is loaded at one point of `axis` lies together, apart from what is loaded at others: an image. */
function liesTogether({ analysis, layout }: Model, { buffer, index }: Load, axis: Axis): boolean {
  const strides = layout.get(buffer) ?? [];
  const own = stepsAlong(index, strides, axis).reduce<number>((sum, step) => sum + analysis.sizeOf(step), 0);
  return own > 0 && strides.every((stride) => analysis.sizeOf(stride) <= own);
}

function isWorthIt(model: Model, nest: SumNest): boolean {
  const { analysis } = model;
  const { axis, body } = nest.reduction;
  const loads = loadsIn(nest.reduction);
  const buffers = new Set(loads.map(({ buffer }) => buffer));
  const bytes = [...buffers].reduce((sum, buffer) => sum + bytesOf(model, buffer), 0);
  const { line, sets, ways } = target.cache;
  return (
    analysis.extent(axis) > 1 &&
    loopsOf(body).reduce((terms, inner) => terms * analysis.extent(inner.axis), 1) >= leastTerms &&
    bytes > line * sets * ways &&
    loads.every((load) => liesTogether(model, load, axis)) &&
    isReadAgain(model, nest)
  );
}

/** The step by which the sums in `outer` are kept in memory; undefined where there are none, or it is not worth it. `vectors` are the loops that run in vectors. */
export function accumulation(model: Model, outer: Loop, vectors: readonly Loop[]): Accumulate | undefined {
  const nest = sumNestOf(outer);
  if (!nest || !reductionIn(nest.loops.at(-1)?.body ?? []) || !isWorthIt(model, nest)) return undefined;
  const { loops, sum, reduction } = nest;
  const rows = loops.filter((loop) => !vectors.includes(loop));
  const axes = [...rows, ...loops.filter((loop) => vectors.includes(loop))].map(({ axis }) => axis);
  const own = ({ name, extent }: Axis): Axis => ({ name, extent });
  const buffer: Buffer = {
    name: `${sum.local.name}.sums`,
    kind: "scratch",
    dtype: sum.local.dtype,
    shape: axes.map(({ extent }) => model.analysis.sizeOf(extent)),
  };
  return { kind: "accumulate", axis: reduction.axis, sums: { buffer, axes, cleared: axes.map(own), finished: loops.map(({ axis }) => own(axis)) } };
}
