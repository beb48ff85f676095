// What: computes only that part of a temporary which is read.
// Before: `for k < 18 { t[k] = ... }  y[i] = t[i + 2]` with i < 14   After: `for k < 14 { t[k] = ... k + 2 ... }  y[i] = t[i]`.
// Requires: the kernels of all entry points. Ensures: the same values bit for bit. The gradient of a padded convolution needs it,
//   which drops the gradient of the padding.
// Cost: linear in the size of the kernels.

import type { Dim } from "../../ir/dim.ts";
import { rangeOf, shift, soleAxis } from "../affine.ts";
import { type Affine, type Axis, type Buffer, type Kernel, sharesMemory } from "../kernel.ts";
import { type Element, rewriteKernel } from "../rewrite.ts";
import { buffersOf, computedBy, indicesOf, type Loop, loadsOf, type Site, type Store, sitesOf } from "../visit.ts";

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

/** The loop over axis `axis` of the buffer that a store fills, if fewer of its points would do. */
function loopOfStore({ buffer, index, accumulate }: Store, loops: readonly Loop[], axis: number): Loop | undefined {
  const over = soleAxis(index[axis] as Affine);
  const loop = loops.find((one) => one.axis === over);
  return loop?.role === "parallel" && !accumulate && servesOnly(loop, buffer) && isMovable(loop) ? loop : undefined;
}

/** Where the temporaries are stored that one statement fills, along an axis of its own for each of theirs. */
function onlyStores(sites: readonly Site[]): Map<Buffer, StoreSite> {
  const stores = new Map<Buffer, StoreSite[]>();
  for (const { statement, loops } of sites)
    if (statement.kind === "store") stores.set(statement.buffer, [...(stores.get(statement.buffer) ?? []), { statement, loops }]);
  const only = [...stores].flatMap(([buffer, [first, ...others]]): [Buffer, StoreSite][] => {
    const axes = first?.statement.index.map(soleAxis) ?? [];
    return first && others.length === 0 && sharesMemory(buffer) && new Set(axes).size === axes.length ? [[buffer, first]] : [];
  });
  return new Map(only);
}

/** The part of each temporary that has to be computed. */
function neededRanges(sites: readonly Site[]): Map<Buffer, Ranges> {
  const read = new Map<Buffer, Ranges>();
  for (const load of sites.flatMap(({ statement }) => loadsOf(statement))) {
    const before = read.get(load.buffer);
    const ranges = rangesOfLoad(load);
    read.set(load.buffer, before ? ranges.map((range, axis) => join(range, before[axis])) : ranges);
  }
  const needed = new Map<Buffer, Ranges>();
  for (const [buffer, { statement, loops }] of onlyStores(sites)) {
    const ranges = read.get(buffer)?.map((range, axis) => (loopOfStore(statement, loops, axis) ? range : undefined)) ?? [];
    if (ranges.some((range, axis) => range && length(range) < Number(buffer.shape[axis]))) needed.set(buffer, ranges);
  }
  return needed;
}

/** The loops that become shorter, with the first of their points that is needed. */
function shorterLoops(sites: readonly Site[], needed: ReadonlyMap<Buffer, Ranges>): Map<Axis, { axis: Axis; by: number }> {
  const shorter = new Map<Axis, { axis: Axis; by: number }>();
  for (const { statement } of sites) {
    if (statement.kind !== "store") continue;
    needed.get(statement.buffer)?.forEach((range, d) => {
      const axis = soleAxis(statement.index[d] as Affine);
      if (range && axis) shorter.set(axis, { axis: { ...axis, extent: length(range) }, by: range.least });
    });
  }
  return shorter;
}

/** The kernels of each entry point without what nobody reads; a kernel of several entry points stays one. */
export function trim(entries: readonly (readonly Kernel[])[]): Kernel[][] {
  const kernels = [...new Set(entries.flat())];
  const sites = kernels.flatMap((kernel) => sitesOf(kernel.body));
  const needed = neededRanges(sites);
  const shorter = shorterLoops(sites, needed);
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
  const axis = (one: Axis) => shorter.get(one) ?? { axis: one, by: 0 };
  const affected = kernels.filter((kernel) => [...buffersOf(kernel)].some((buffer) => needed.has(buffer)));
  const images = new Map(affected.map((kernel) => [kernel, rewriteKernel(kernel, { axis, place })]));
  return entries.map((own) => own.map((kernel) => images.get(kernel) ?? kernel));
}
