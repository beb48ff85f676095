// Windows along the last axes, by what stands below a name: `3×3,stride=2,padding=1`.
import { alongOf } from "./reduce.ts";
import { type Axis, build, reader, sizeOf, stridesOf, type Tensor, Unreadable } from "./tensor.ts";

/** How windows lie along one axis. */
interface Along {
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly behind: number;
}

const setting = (settings: readonly string[], name: string): string | undefined =>
  settings.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1);

/** What settings say of `rank` axes, windows being of `sizes`. */
function along(settings: readonly string[], sizes: readonly number[]): Along[] {
  const of = (name: string, axis: number) => {
    const values = setting(settings, name)?.split("×");
    return values && (values[axis] ?? values[0]);
  };
  return sizes.map((size, axis) => {
    const [before = "0", behind = before] = (of("padding", axis) ?? "0").split("+");
    return {
      size,
      stride: Number(of("stride", axis) ?? 1),
      dilation: Number(of("dilation", axis) ?? 1),
      before: Number(before),
      behind: Number(behind),
    };
  });
}

/** How far places windows reach, without what is around. */
const reach = ({ size, stride, dilation, before, behind }: Along, places: number): number =>
  stride * (places - 1) + dilation * (size - 1) + 1 - before - behind;

const place = ({ stride, dilation, before }: Along, at: number, within: number): number => stride * at + dilation * within - before;

/** `pad_1:2,0:1(x, c)`. */
export function padded(x: Tensor, settings: string, value: number): Tensor {
  const amounts = settings.split(",").map((each) => each.replaceAll("−", "-").split(":").map(Number) as [number, number]);
  const lead = x.axes.length - amounts.length;
  const read = reader(x);
  const axes = x.axes.map((axis, at) => {
    const [before, behind] = amounts[at - lead] ?? [0, 0];
    return before + behind === 0 ? axis : { extent: axis.extent + before + behind };
  });
  return build(axes, (index) => {
    const own = index.map((at, axis) => at - (amounts[axis - lead]?.[0] ?? 0));
    return own.every((at, axis) => at >= 0 && at < (x.axes[axis] as Axis).extent) ? read(own) : value;
  });
}

/** `windows_j,3,stride=2(x)`: the axis, and how many are in a window. */
export function windowed(x: Tensor, settings: string): Tensor {
  const [letter = "", size = "1", ...others] = settings.split(",");
  const [axis, [lie]] = [alongOf(x, [letter])[0] as number, along(others, [Number(size)])] as [number, [Along]];
  const extent = Math.floor(((x.axes[axis] as Axis).extent - reach(lie, 1)) / lie.stride) + 1;
  const read = reader(x);
  return build([...x.axes.map((own, at) => (at === axis ? { extent } : own)), { extent: lie.size }], (index) =>
    read(index.slice(0, -1).map((at, own) => (own === axis ? place(lie, at, index.at(-1) as number) : at))),
  );
}

/** `fold_j,8,stride=2(w)`: what lies in windows, in the last axis, added up along an axis of 8 places. */
export function folded(w: Tensor, settings: string): Tensor {
  const [letter = "", extent = "0", ...others] = settings.split(",");
  const inner = { axes: w.axes.slice(0, -1), data: w.data };
  const axis = alongOf(inner, [letter])[0] as number;
  const [lie] = along(others, [(w.axes.at(-1) as Axis).extent]) as [Along];
  const axes = inner.axes.map((own, at) => (at === axis ? { extent: Number(extent) } : own));
  return addedUp(w, axes, (index) => index.slice(0, -1).map((at, own) => (own === axis ? place(lie, at, index.at(-1) as number) : at)));
}

/** Each element of `w` added at the place of `axes` that `to` gives for its index; what is outside is left out. */
function addedUp(w: Tensor, axes: readonly Axis[], to: (index: readonly number[]) => readonly number[]): Tensor {
  const [data, strides] = [new Float64Array(sizeOf(axes)), stridesOf(axes)];
  const read = reader(w);
  build(w.axes, (index) => {
    const at = to(index);
    const isInside = at.every((own, axis) => own >= 0 && own < (axes[axis] as Axis).extent);
    const flat = strides.reduce((sum, stride, axis) => sum + stride * (at[axis] as number), 0);
    if (isInside) data[flat] = (data[flat] as number) + read(index);
    return 0;
  });
  return { axes, data };
}

/** Extents that `cells=` states, else as far as windows reach. */
function cellsOf(settings: readonly string[], lies: readonly Along[], places: readonly Axis[]): Axis[] {
  const stated = setting(settings, "cells")?.split("×").map(Number);
  if (places.length !== lies.length) throw new Unreadable(`windows of ${lies.length} axes in ${places.length}`);
  return lies.map((lie, i) => ({ extent: stated?.[i] ?? stated?.[0] ?? reach(lie, (places[i] as Axis).extent) }));
}

/** `patchesᵀ_2×2,stride=2(w)`: windows of axes [n,c,p,q,u,v] at the places where they are taken from. */
export function patchesBack(w: Tensor, settings: string): Tensor {
  const [size = "1", ...others] = settings.split(",");
  const lies = along(others, size.split("×").map(Number));
  const lead = w.axes.length - 2 * lies.length;
  const places = w.axes.slice(lead, lead + lies.length);
  const axes = [...w.axes.slice(0, lead), ...cellsOf(others, lies, places)];
  return addedUp(w, axes, (index) => [
    ...index.slice(0, lead),
    ...lies.map((lie, i) => place(lie, index[lead + i] as number, index[lead + lies.length + i] as number)),
  ]);
}

/** W[o,i,u,v]·y[n,o,p,q] at the places [n,i] where a convolution takes it from. */
export function transposedConv(y: Tensor, weights: Tensor, settings: string): Tensor {
  const all = settings.split(",").filter((each) => each !== "");
  const groups = Number(setting(all, "groups") ?? 1);
  const lies = along(
    all,
    weights.axes.slice(2).map(({ extent }) => extent),
  );
  const [outs, ins] = [weights.axes[0] as Axis, weights.axes[1] as Axis];
  if (y.axes[1]?.extent !== outs.extent) throw new Unreadable("convTranspose: W has other channels");
  const axes = [y.axes[0] as Axis, { extent: ins.extent * groups }, ...cellsOf(all, lies, y.axes.slice(2))];
  const [readY, readW] = [reader(y), reader(weights)];
  const rank = lies.length;
  const terms = build(
    [...y.axes, ...weights.axes.slice(1)],
    (index) => readY(index.slice(0, 2 + rank)) * readW([index[1] as number, ...index.slice(2 + rank)]),
  );
  const perGroup = outs.extent / groups;
  return addedUp(terms, axes, (index) => [
    index[0] as number,
    Math.floor((index[1] as number) / perGroup) * ins.extent + (index[2 + rank] as number),
    ...lies.map((lie, i) => place(lie, index[2 + i] as number, index[3 + rank + i] as number)),
  ]);
}
