// What: computes only that part of a temporary which is read.
// Before: `for k < 18 { t[k] = ... }  y[i] = t[i + 2]` with i < 14   After: `for k < 14 { t[k] = ... k + 2 ... }  y[i] = t[i]`.
//   Stores at a distance, `t[2·k]` and `t[2·k + 1]`, each leave out their own part.
// Requires: the calls of all entry points. Ensures: the same values bit for bit. The gradient of a padded convolution needs it,
//   which drops the gradient of the padding.
// Cost: linear in the size of the kernels.

import type { Dim } from "../../ir/dim.ts";
import { along, rangeOf, shift } from "../affine.ts";
import { argumentsOf, buffersOfCall, instanceOf, replaced, viewedBy } from "../call.ts";
import { type Affine, type Axis, type Buffer, type Call, isAxis, type Kernel, sharesMemory } from "../kernel.ts";
import type { Loops } from "../loops.ts";
import { type Element, rewriteKernel } from "../rewrite.ts";
import { computedBy, indicesOf, kept, type Loop, loadsOf, type Site, type Store, sitesOf } from "../visit.ts";

/** The indices along one axis of a buffer that are read, both ends included. */
interface Range {
  readonly least: number;
  readonly most: number;
}

interface StoreSite {
  readonly statement: Store;
  readonly loops: readonly Loop[];
}

/** Ranges by axis; undefined where all of the axis is needed. */
type Ranges = readonly (Range | undefined)[];

const length = ({ least, most }: Range): number => most - least + 1;

function rangesOfLoad({ buffer, index }: Element): Ranges {
  return index.map((one, axis) => {
    const extent = buffer.shape[axis];
    const range = rangeOf(one);
    if (!range || typeof extent !== "number") return undefined;
    const [least, most] = [Math.max(range.least, 0), Math.min(range.most, extent - 1)];
    return least <= most ? { least, most } : undefined;
  });
}

const join = (a: Range | undefined, b: Range | undefined): Range | undefined =>
  a && b && { least: Math.min(a.least, b.least), most: Math.max(a.most, b.most) };

const joinAll = (ranges: Ranges, before: Ranges | undefined): Ranges => (before ? ranges.map((range, axis) => join(range, before[axis])) : ranges);

/** Whether a loop does nothing but fill `buffer`. */
function servesOnly(loop: Loop, buffer: Buffer): boolean {
  const sites = sitesOf(loop.body);
  const own = new Set(sites.flatMap(({ statement }) => (statement.kind === "accumulator" ? [statement.local] : [])));
  return sites.every(({ statement }) => {
    if (statement.kind === "store") return statement.buffer === buffer;
    return statement.kind !== "combine" || own.has(statement.local);
  });
}

/** Whether every index in the loop can be moved along its axis: a coefficient of the run time cannot be added up at compile time. */
function isMovable(loop: Loop): boolean {
  return sitesOf(loop.body).every(({ statement }) => {
    const stored = statement.kind === "store" ? [...statement.index, ...statement.inside.map(({ index }) => index)] : [];
    const indices = [...stored, ...computedBy(statement).flatMap(indicesOf)];
    return indices.every(({ terms }) => terms.every(({ atom, coefficient }) => atom !== loop.axis || typeof coefficient === "number"));
  });
}

/** An index that goes along one loop at a fixed distance: `2·k + 1`. */
interface Course {
  readonly axis: Axis;
  readonly distance: number;
  readonly offset: number;
}

function courseOf({ terms: [term, ...others], offset }: Affine): Course | undefined {
  if (!term || others.length > 0 || !isAxis(term.atom) || typeof term.coefficient !== "number" || term.coefficient < 1) return undefined;
  return { axis: term.atom, distance: term.coefficient, offset };
}

/** The points of a loop that reach into a range. */
function pointsWithin({ axis, distance, offset }: Course, { least, most }: Range): Range {
  const [first, last] = [Math.ceil((least - offset) / distance), Math.floor((most - offset) / distance)];
  return { least: Math.max(first, 0), most: Math.min(last, Number(axis.extent) - 1) };
}

/** Whether the loop over axis `axis` of the buffer that a store fills may go over those of its points alone that reach into `range`. */
function isShortened({ statement: { buffer, index, accumulate }, loops }: StoreSite, axis: number, range: Range): boolean {
  const course = courseOf(index[axis] as Affine);
  const loop = loops.find((one) => one.axis === course?.axis);
  if (!course || loop?.role !== "parallel" || typeof loop.axis.extent !== "number" || accumulate) return false;
  return length(pointsWithin(course, range)) > 0 && servesOnly(loop, buffer) && isMovable(loop);
}

const storesOf = kept((kernel: Kernel): readonly StoreSite[] =>
  sitesOf(kernel.body).flatMap(({ statement, loops }) => (statement.kind === "store" ? [{ statement, loops }] : [])),
);

/** Whether a store goes along an axis of its own for each of those of the buffer. */
function isStraight({ statement: { index } }: StoreSite): boolean {
  const axes = new Set(index.map((one) => courseOf(one)?.axis));
  return axes.size === index.length && !axes.has(undefined);
}

/** Where the temporaries are stored that one call fills. */
function onlyStores(calls: readonly Call[]): Map<Buffer, readonly StoreSite[]> {
  const filled = new Map<Buffer, (readonly StoreSite[])[]>();
  for (const call of calls) {
    const own = new Map<Buffer, StoreSite[]>();
    for (const site of storesOf(call.kernel)) own.set(site.statement.buffer, [...(own.get(site.statement.buffer) ?? []), site]);
    for (const [formal, sites] of own) {
      const buffer = argumentsOf(call)(formal);
      filled.set(buffer, [...(filled.get(buffer) ?? []), sites]);
    }
  }
  const only = [...filled].flatMap(([buffer, [sites, ...others]]): [Buffer, readonly StoreSite[]][] =>
    sites && others.length === 0 && sharesMemory(buffer) && sites.every(isStraight) ? [[buffer, sites]] : [],
  );
  return new Map(only);
}

/** What a kernel reads of its buffers. */
const readBy = kept((kernel: Kernel): ReadonlyMap<Buffer, Ranges> => {
  const read = new Map<Buffer, Ranges>();
  for (const load of sitesOf(kernel.body).flatMap(({ statement }) => loadsOf(statement)))
    read.set(load.buffer, joinAll(rangesOfLoad(load), read.get(load.buffer)));
  return read;
});

/** The part of each temporary that has to be computed. */
function neededRanges(calls: readonly Call[]): Map<Buffer, Ranges> {
  const read = new Map<Buffer, Ranges>();
  for (const call of calls) {
    for (const [formal, ranges] of readBy(call.kernel)) {
      const buffer = argumentsOf(call)(formal);
      read.set(buffer, joinAll(ranges, read.get(buffer)));
    }
  }
  const needed = new Map<Buffer, Ranges>();
  const viewed = viewedBy(calls);
  for (const [buffer, sites] of onlyStores(calls)) {
    if (viewed.has(buffer)) continue;
    const isShort = (range: Range, axis: number) => sites.every((site) => isShortened(site, axis, range));
    const ranges = read.get(buffer)?.map((range, axis) => (range && isShort(range, axis) ? range : undefined)) ?? [];
    if (ranges.some((range, axis) => range && length(range) < Number(buffer.shape[axis]))) needed.set(buffer, ranges);
  }
  return needed;
}

/** The loops that become shorter, with the first of their points that is needed. */
function shorterLoops(sites: readonly Site[], needed: ReadonlyMap<Buffer, Ranges>): Map<Axis, Loops> {
  const shorter = new Map<Axis, Loops>();
  for (const { statement } of sites) {
    if (statement.kind !== "store") continue;
    needed.get(statement.buffer)?.forEach((range, d) => {
      const course = courseOf(statement.index[d] as Affine);
      if (!range || !course) return;
      const points = pointsWithin(course, range);
      const part = { ...course.axis, extent: length(points) };
      shorter.set(course.axis, { axes: [part], index: shift(along(part), points.least) });
    });
  }
  return shorter;
}

/** The calls of each entry point without what nobody reads; a call of several entry points stays one. */
export function trim(entries: readonly (readonly Call[])[]): readonly (readonly Call[])[] {
  const calls = [...new Set(entries.flat())];
  const needed = neededRanges(calls);
  if (needed.size === 0) return entries;
  const shortened = shortening(needed);
  const image = kept((call: Call): Call => {
    const affected = buffersOfCall(call).some((buffer) => needed.has(buffer));
    return affected ? replaced(call, shortened(instanceOf(call))) : call;
  });
  return entries.map((own) => own.map(image));
}

/** Leaves out of a kernel what is not `needed`. */
function shortening(needed: ReadonlyMap<Buffer, Ranges>): (kernel: Kernel) => Kernel {
  const extent = (buffer: Buffer, axis: number) => {
    const range = needed.get(buffer)?.[axis];
    return range ? length(range) : (buffer.shape[axis] as Dim);
  };
  const trimmed = new Map(
    [...needed.keys()].map((buffer): [Buffer, Buffer] => [buffer, { ...buffer, shape: buffer.shape.map((_, axis) => extent(buffer, axis)) }]),
  );
  const place = ({ buffer, index }: Element): Element => ({
    buffer: trimmed.get(buffer) ?? buffer,
    index: index.map((one, axis) => shift(one, -(needed.get(buffer)?.[axis]?.least ?? 0))),
  });
  return (kernel) => {
    const shorter = shorterLoops(sitesOf(kernel.body), needed);
    return rewriteKernel(kernel, { axis: (one) => shorter.get(one), place });
  };
}
