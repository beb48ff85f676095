// Functions that move elements: reshape, permute, flip, pad, slice, concat, stack.
import { letterOf } from "../formula/axes.ts";
import { all, axesNamed, type FunctionTable, type Given, namedIn } from "./given.ts";
import { elements, elementwise, Misfit, make, permuted, shapeText, type Tensor, taken, type Work, withNames } from "./tensor.ts";

/** Side by side along the only axis that fits, or the one that the subscript names; of what has an axis less, that has extent 1. */
function concat(given: readonly Tensor[], { subscript, work }: Given): Tensor {
  const widest = given.reduce((most, x) => (x.shape.length > most.shape.length ? x : most));
  const named = subscript === undefined ? undefined : axesNamed(widest, [subscript])[0];
  const axes = named === undefined ? all(widest).reverse() : [named];
  for (const axis of axes) {
    const parts = given.map((x) => (x.shape.length === widest.shape.length - 1 ? withOne(x, axis) : x));
    const fits = ({ shape }: Tensor) => shape.length === widest.shape.length && shape.every((size, at) => at === axis || size === widest.shape[at]);
    if (parts.every(fits)) return concatAlong(parts, axis, work);
  }
  throw new Misfit(`concat of ${given.map(({ shape }) => shapeText(shape)).join(" and ")}`);
}

/** `x` with an axis of extent 1 before its axis `at`. */
function withOne({ shape, data, axes }: Tensor, at: number): Tensor {
  const names = shape.map((_, axis) => axes?.[axis]);
  return make([...shape.slice(0, at), 1, ...shape.slice(at)], data, [...names.slice(0, at), undefined, ...names.slice(at)]);
}

/** Along a new axis, which the subscript names; numbers are tables of the shape of the others. */
function stack(args: readonly Tensor[], { subscript = "", work }: Given): Tensor {
  const first = args.find(({ shape }) => shape.length > 0) ?? (args[0] as Tensor);
  const given = args.map((x) =>
    x.shape.length > 0
      ? x
      : make(
          first.shape,
          first.data.map(() => x.data[0] as number),
          first.axes,
        ),
  );
  const axis = all(withOne(first, 0)).find((at) => letterOf(at) === subscript);
  const isFitting = given.every(({ shape }) => String(shape) === String(first.shape));
  if (axis === undefined || !isFitting) throw new Misfit(`stack_${subscript} of ${given.map(({ shape }) => shapeText(shape)).join(" and ")}`);
  return concatAlong(
    given.map((x) => withOne(x, axis)),
    axis,
    work,
  );
}

function concatAlong(parts: readonly Tensor[], axis: number, work: Work): Tensor {
  const [first] = parts as [Tensor];
  const order = [axis, ...all(first).filter((other) => other !== axis)];
  const front = parts.map((part) => permuted(part, order));
  work.spend(front.reduce((total, { data }) => total + data.length, 0));
  const length = parts.reduce((total, { shape }) => total + (shape[axis] as number), 0);
  const data = new Float64Array(front.reduce((total, part) => total + part.data.length, 0));
  let at = 0;
  for (const part of front) {
    data.set(part.data, at);
    at += part.data.length;
  }
  const joined = make(
    [length, ...(front[0] as Tensor).shape.slice(1)],
    data,
    order.map((each) => first.axes?.[each]),
  );
  return permuted(
    joined,
    all(first).map((at) => order.indexOf(at)),
  );
}

/** `slice_0:2(x)` of the last axis, `slice_0:2,:(x)` of the one before. */
function slice(x: Tensor, { subscript = "", work }: Given): Tensor {
  const ranges = subscript.split(",").map((range) => range.split(":").map((end) => (end === "" ? undefined : Number(end))));
  let result = x;
  for (const [i, [from = 0, to]] of ranges.entries()) {
    const axis = x.shape.length - ranges.length + i;
    const size = x.shape[axis] ?? 0;
    if (axis < 0 || !(from >= 0 && (to ?? size) <= size && from < (to ?? size))) throw new Misfit(`slice_${subscript} of ${shapeText(x.shape)}`);
    result = cut(result, axis, from, to ?? size, work);
  }
  return result;
}

export function cut(x: Tensor, axis: number, from: number, to: number, work: Work): Tensor {
  const order = [axis, ...all(x).filter((other) => other !== axis)];
  const front = permuted(x, order);
  const row = elements(front.shape.slice(1));
  work.spend((to - from) * row);
  const part = make([to - from, ...front.shape.slice(1)], front.data.slice(from * row, to * row), front.axes ?? []);
  return permuted(
    part,
    all(x).map((at) => order.indexOf(at)),
  );
}

/** The elements of `x` in their order in another shape, whose axes may have names. */
export function reshaped(x: Tensor, shape: readonly number[], names: readonly (string | undefined)[]): Tensor {
  if (elements(shape) !== x.data.length || shape.some((size) => !Number.isInteger(size) || size < 0))
    throw new Misfit(`reshape of ${shapeText(x.shape)} to ${shapeText(shape)}`);
  return make(shape, x.data, names);
}

/** `x` along those axes of a shape that it has, the same along the others. @throws Misfit */
export function broadcasted(x: Tensor, shape: readonly number[], names: readonly (string | undefined)[], work: Work): Tensor {
  if (shape.some((size) => !Number.isInteger(size) || size < 0)) throw new Misfit(`broadcast to ${shapeText(shape)}`);
  work.spend(elements(shape));
  return elementwise((element) => element, [x, make(shape, new Float64Array(elements(shape)), names)], work);
}

/** `at_j=1(x)`: at one place along an axis, without that. */
function at(x: Tensor, { subscript = "", work }: Given): Tensor {
  const [name = "", place = ""] = subscript.split("=");
  const [axis] = axesNamed(x, [name]) as [number];
  const start = Number(place);
  if (!(start < (x.shape[axis] as number))) throw new Misfit(`at_${subscript} of ${shapeText(x.shape)}`);
  const without = <T>(list: readonly T[]): T[] => list.filter((_, each) => each !== axis);
  const from = (index: readonly number[]) => [...index.slice(0, axis), start, ...index.slice(axis)];
  return withNames(taken(x, without(x.shape), from, work), without(all(x).map((each) => x.axes?.[each])));
}

function permute(x: Tensor, { subscript = "" }: Given): Tensor {
  const order = subscript.split(",").map(Number);
  if (String([...order].sort((a, b) => a - b)) !== String(all(x))) throw new Misfit(`permute_${subscript} of ${shapeText(x.shape)}`);
  return permuted(x, order);
}

/** The last two axes but one exchanged: rows of heads, or heads of rows. */
const turned = (x: Tensor): Tensor => {
  const rank = x.shape.length;
  if (rank < 3) throw new Misfit(`heads of ${shapeText(x.shape)}`);
  return permuted(x, [...all(x).slice(0, -3), rank - 2, rank - 3, rank - 1]);
};

/** `heads_4(x)`: the last axis in so many parts, each of them a table. */
function heads(x: Tensor, { subscript = "" }: Given): Tensor {
  const size = (x.shape.at(-1) ?? 0) / Number(subscript);
  return turned(
    reshaped(
      x,
      [...x.shape.slice(0, -1), Number(subscript), size],
      [
        ...all(x)
          .slice(0, -1)
          .map((axis) => x.axes?.[axis]),
        undefined,
        undefined,
      ],
    ),
  );
}

/** The tables of heads side by side. */
function joined(x: Tensor): Tensor {
  const { shape, data, axes } = turned(x);
  const [count = 0, size = 0] = shape.slice(-2);
  return reshaped(
    make(shape, data, axes ?? []),
    [...shape.slice(0, -2), count * size],
    [...shape.slice(0, -2).map((_, axis) => axes?.[axis]), undefined],
  );
}

function flip(x: Tensor, { subscript, work }: Given): Tensor {
  const axes = namedIn(x, subscript);
  const from = (index: readonly number[]) => index.map((i, axis) => (axes.includes(axis) ? (x.shape[axis] as number) - 1 - i : i));
  return withNames(taken(x, x.shape, from, work), x.axes ?? []);
}

/** `pad_1:2(x, c)`: so many before and behind along the last axes. */
function pad([x, fill]: readonly Tensor[], { subscript = "", work }: Given): Tensor {
  const { shape, axes } = x as Tensor;
  const margins = subscript.split(",").map((text) => text.split(":").map(Number) as [number, number]);
  const first = shape.length - margins.length;
  if (first < 0 || margins.some((pair) => pair.length !== 2 || pair.some((cells) => !(cells >= 0 && cells < 1e6))))
    throw new Misfit(`pad_${subscript} of ${shapeText(shape)}`);
  const wide = shape.map((size, axis) => (axis < first ? size : size + (margins[axis - first] as number[]).reduce((a, b) => a + b)));
  const from = (index: readonly number[]) => index.map((i, axis) => (axis < first ? i : i - (margins[axis - first] as [number, number])[0]));
  return withNames(taken(x as Tensor, wide, from, work, fill?.data[0] ?? 0), axes ?? []);
}

export const movement: FunctionTable = {
  concat: [1, 64, concat],
  stack: [1, 64, stack],
  slice: [1, 1, ([x], given) => slice(x as Tensor, given)],
  at: [1, 1, ([x], given) => at(x as Tensor, given)],
  permute: [1, 1, ([x], given) => permute(x as Tensor, given)],
  heads: [1, 1, ([x], given) => heads(x as Tensor, given)],
  joined: [1, 1, ([x]) => joined(x as Tensor)],
  flip: [1, 1, ([x], given) => flip(x as Tensor, given)],
  pad: [1, 2, pad],
};
