// Axes of buffers that loops walk together: the channels of an image, of the images that a depthwise convolution and elementwise values make of it, and of
// their gradients. Where one of them alone puts these last, each kernel beside it walks one of its buffers in strides, and the whole is no cheaper.
import { type Affine, type Axis, type Buffer, isAxis, type Kernel } from "../kernel/kernel.ts";
import { loadsOf, sitesOf } from "../kernel/visit.ts";

/** An axis of each of some buffers, by its number. */
export type TiedAxes = ReadonlyMap<Buffer, number>;

type Place = readonly [buffer: Buffer, axis: number];

/** The loop that an index is the point of, moved or not. */
function walkedBy({ terms }: Affine): Axis | undefined {
  const [term, ...others] = terms;
  return term && others.length === 0 && term.coefficient === 1 && isAxis(term.atom) ? term.atom : undefined;
}

/** The axes of `free` buffers that each loop of a kernel walks. */
function placesByLoop({ body }: Kernel, free: ReadonlySet<Buffer>): Map<Axis, Place[]> {
  const places = new Map<Axis, Place[]>();
  for (const { statement } of sitesOf(body))
    for (const { buffer, index } of [...loadsOf(statement), ...(statement.kind === "store" ? [statement] : [])])
      for (const [number, one] of free.has(buffer) ? index.entries() : []) {
        const axis = walkedBy(one);
        if (axis) places.set(axis, [...(places.get(axis) ?? []), [buffer, number]]);
      }
  return places;
}

/** The groups of axes of `free` buffers that loops of `kernels` walk together, of more than one buffer. A buffer of which two axes are in a group is left out of it. */
export function tiedAxes(kernels: readonly Kernel[], free: ReadonlySet<Buffer>): TiedAxes[] {
  const groups = new Map<Buffer, Place[][]>([...free].map((buffer) => [buffer, buffer.shape.map((_, axis) => [[buffer, axis]])]));
  const groupOf = ([buffer, axis]: Place) => (groups.get(buffer) as Place[][])[axis] as Place[];
  const join = (a: Place[], b: Place[]) => {
    const [larger, smaller] = a.length < b.length ? [b, a] : [a, b];
    if (larger === smaller) return;
    for (const [buffer, axis] of smaller) (groups.get(buffer) as Place[][])[axis] = larger;
    larger.push(...smaller);
  };
  for (const kernel of kernels)
    for (const [first, ...others] of placesByLoop(kernel, free).values()) for (const other of others) join(groupOf(first as Place), groupOf(other));
  return [...new Set([...groups.values()].flat())].map(withoutRepeated).filter(({ size }) => size > 1);
}

function withoutRepeated(group: readonly Place[]): TiedAxes {
  const count = new Map<Buffer, number>();
  for (const [buffer] of group) count.set(buffer, (count.get(buffer) ?? 0) + 1);
  return new Map(group.filter(([buffer]) => count.get(buffer) === 1));
}
