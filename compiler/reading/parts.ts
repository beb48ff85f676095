// Parts of equal size in what functions mean: groups of channels, `mean_group,k,l(x)`.

import { applied } from "./functions.ts";
import { all, axesNamed } from "./given.ts";
import { axisName, Misfit, make, shapeText, type Tensor, taken, type Work } from "./tensor.ts";

/** How much of `extent` each of `count` parts has. @throws Misfit */
function sizeOf(extent: number, count: number, x: Tensor): number {
  const size = extent / count;
  if (!Number.isInteger(size)) throw new Misfit(`${count} equal parts of ${shapeText(x.shape)}`);
  return size;
}

/** The mean or variance over groups of channels and the axes `names` too: for each channel that of its group. */
export function ofGroups(name: string, x: Tensor, names: readonly string[], groups: number, work: Work): Tensor {
  const [batch, channels = 1, ...rest] = x.shape as [number, number?];
  const size = sizeOf(channels, groups, x);
  const cells = make([batch, groups, size, ...rest], x.data);
  const axes = axesNamed(x, names);
  const subscript = [2, ...axes.map((axis) => axis + 1)].map((axis) => "ijklmnopqrstuvw"[axis]).join(",");
  const found = applied(name, [cells], { subscript, condition: undefined, classes: 0, shape: undefined, work }) as Tensor;
  const kept = all(x).filter((axis) => !axes.includes(axis));
  const from = (index: readonly number[]) => [index[0] as number, Math.floor((index[1] as number) / size), ...index.slice(2)];
  const shape = kept.map((axis) => x.shape[axis] as number);
  const { data } = taken(make(found.shape, found.data), shape, from, work);
  return make(
    shape,
    data,
    kept.map((axis) => axisName(x, axis)),
  );
}
