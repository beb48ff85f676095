// When a kernel touches each element of a buffer, found by walking its loops: says nothing of how memory was planned.
import { evaluate, type Sizes } from "../ir/dim.ts";
import { elementAt } from "../ir/element.ts";
import { elementBytes } from "../ir/type.ts";
import { type Affine, type Axis, type Buffer, isAxis, type Kernel, type Layout } from "../kernel/kernel.ts";
import { type Loop, loadsOf, sitesOf } from "../kernel/visit.ts";

/** One access: the byte relative to the buffer's first element, the loops around it with their point, and the statement. */
export interface Access {
  /** Undefined where the place depends on data. */
  readonly byte: number | undefined;
  readonly loops: readonly Loop[];
  /** The position in each of the loops. */
  readonly point: readonly number[];
  readonly statement: number;
}

export interface Accesses {
  readonly loads: readonly Access[];
  readonly stores: readonly Access[];
}

type Point = ReadonlyMap<Axis, number>;

function points(axes: readonly Axis[], sizes: Sizes): Point[] {
  return axes.reduce<Point[]>(
    (all, axis) => all.flatMap((point) => Array.from({ length: evaluate(axis.extent, sizes) }, (_, at) => new Map([...point, [axis, at]]))),
    [new Map()],
  );
}

/** The value of an index; undefined where it depends on data. */
function placeAt({ offset, terms }: Affine, point: Point, sizes: Sizes): number | undefined {
  let value = offset;
  for (const { atom, coefficient } of terms) {
    if (!isAxis(atom)) return undefined;
    value += evaluate(coefficient, sizes) * (point.get(atom) as number);
  }
  return value;
}

/** Every access of `kernel` to `buffer` for `sizes`, laid out for `capacity`. Guards are taken to hold. */
export function accessesTo(buffer: Buffer, kernel: Kernel, layout: Layout, capacity: Sizes, sizes = capacity): Accesses {
  const strides = (layout.get(buffer) ?? []).map((stride) => evaluate(stride, capacity));
  const loads: Access[] = [];
  const stores: Access[] = [];
  for (const [statement, site] of sitesOf(kernel.body).entries()) {
    const reads = loadsOf(site.statement).filter((load) => load.buffer === buffer);
    const writes = site.statement.kind === "store" && site.statement.buffer === buffer ? [site.statement] : [];
    if (reads.length + writes.length === 0) continue;
    const axes = site.loops.map(({ axis }) => axis);
    for (const point of points(axes, sizes)) {
      const positions = axes.map((axis) => point.get(axis) as number);
      for (const [list, indices] of [
        [loads, reads.map(({ index }) => index)],
        [stores, writes.map(({ index }) => index)],
      ] as const) {
        for (const index of indices) {
          const places = index.map((each) => placeAt(each, point, sizes));
          list.push({
            byte: places.includes(undefined)
              ? undefined
              : elementBytes[buffer.dtype] * places.reduce<number>((sum, place, axis) => sum + (place as number) * elementAt(strides, axis), 0),
            loops: site.loops,
            point: positions,
            statement,
          });
        }
      }
    }
  }
  return { loads, stores };
}
