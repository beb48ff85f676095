// Functions that only words describe: known to everybody, or described on the page.

import type { Formula } from "./parse.ts";
import { alongOf, reduce, sweep, total } from "./reduce.ts";
import type { Scope } from "./scope.ts";
import { type Axis, build, letterAt, map, meet, plain, reader, scalar, shapeText, sideBySide, sizeOf, type Tensor, Unreadable } from "./tensor.ts";
import { folded, padded, patchesBack, transposedConv, windowed } from "./windows.ts";

type F = (...values: number[]) => number;

/** 2/√π times the integral of exp(−t²) from 0 to x, by its series, and far out by the continued fraction of what is missing to 1. */
export function erf(x: number): number {
  const t = Math.abs(x);
  if (t > 3) {
    let below = 0;
    for (let k = 60; k > 0; k--) below = k / 2 / (t + below);
    return Math.sign(x) * (1 - Math.exp(-t * t) / Math.sqrt(Math.PI) / (t + below));
  }
  let [term, sum] = [t, t];
  for (let k = 1; k < 80; k++) {
    term *= (-t * t) / k;
    sum += term / (2 * k + 1);
  }
  return (Math.sign(x) * 2 * sum) / Math.sqrt(Math.PI);
}

/** Functions of numbers, element by element. */
export const known: ReadonlyMap<string, F> = new Map<string, F>([
  ...(
    ["exp", "log", "sin", "cos", "tan", "tanh", "sinh", "cosh", "asin", "acos", "atan", "asinh", "abs", "floor", "ceil", "trunc", "sign"] as const
  ).map((name) => [name, (x: number) => Math[name](x)] as [string, F]),
  ["√", (x: number) => Math.sqrt(x)],
  ["erf", (x: number) => erf(x)],
  ["relu′", (x: number) => Number(x > 0)],
  ["max", (x: number, y: number) => Math.max(x, y)],
  ["min", (x: number, y: number) => Math.min(x, y)],
  ["or", (x: number, y: number) => Number(x !== 0 || y !== 0)],
  ["and", (x: number, y: number) => Number(x !== 0 && y !== 0)],
]);

interface Called {
  readonly name: string;
  readonly settings: string;
  readonly args: readonly Formula[];
  readonly scope: Scope;
  tensor(formula: Formula): Tensor;
}

type Spoken = (call: Called) => Tensor;

const first = ({ args, tensor }: Called): Tensor => tensor(args[0] as Formula);
const second = ({ args, tensor }: Called): Tensor => tensor(args[1] as Formula);
const unnamed = (call: Called): Tensor => plain(first(call));

/** The axes that stand below a name, else `usual`. */
const below = (x: Tensor, settings: string, usual?: "last"): number[] => alongOf(x, settings === "" ? usual : settings.split(","));

/** Along what is below, else along what a definition around says, else along all. */
function reduced(f: (values: readonly number[]) => number): Spoken {
  return (call) => {
    const { args, settings, scope, tensor } = call;
    const along = settings === "" ? scope.along : settings.split(",");
    const [given] = args;
    if (along !== "last" && along?.[0] === "group") return ofGroups(unnamed(call), along.slice(1), scope.groups, f);
    if (given?.kind !== "infix" || given.sign !== "|") return reduce(first(call), alongOf(first(call), along), f);
    const held = meet(tensor(given.x), tensor(given.y), (value, holds) => (holds ? value : Number.NaN));
    return reduce(held, alongOf(held, along), (values) => f(values.filter((value) => !Number.isNaN(value))));
  };
}

/** For each channel what `f` gives of all of its group and along some axes. */
function ofGroups(x: Tensor, letters: readonly string[], groups: number | undefined, f: (values: readonly number[]) => number): Tensor {
  const [rows, channels, ...cells] = x.axes as [Axis, Axis, ...Axis[]];
  if (groups === undefined) throw new Unreadable("nothing says how many groups there are");
  const size = channels.extent / groups;
  const cut: Tensor = { axes: [rows, { extent: groups }, { extent: size }, ...cells], data: x.data };
  const along = alongOf(x, letters);
  const found = reduce(cut, [2, ...along.map((axis) => axis + 1)], f);
  const read = reader(found);
  const kept = x.axes.flatMap((axis, place) => (along.includes(place) ? [] : [{ ...axis, left: letterAt(place) }]));
  return build(kept, ([row, channel, ...others]) => read([row as number, Math.floor((channel as number) / size), ...others]));
}

/** The axes that a list says, as the second argument. */
function listed({ args, tensor }: Called): Axis[] {
  const [, list] = args as [Formula, Formula];
  if (list?.kind !== "list") throw new Unreadable("a shape is missing");
  return list.items.map((item): Axis => {
    const { data } = tensor(item);
    return { extent: data[0] as number, ...(/"batch"/.test(JSON.stringify(item)) && { batch: true }) };
  });
}

/** What is given again and again along the axes that it lacks. */
function broadcast(call: Called): Tensor {
  const wide: Tensor = build(listed(call), () => 0);
  return plain(meet(call.tensor(call.args[0] as Formula), wide, (value) => value));
}

/** As many as all elements, in the shape that a list says. */
function reshape(call: Called): Tensor {
  const x = plain(call.tensor(call.args[0] as Formula));
  const axes = listed(call);
  if (sizeOf(axes) !== x.data.length) throw new Unreadable(`reshape of ${shapeText(x)} to ${shapeText({ axes, data: x.data })}`);
  return { axes, data: x.data };
}

function permute(call: Called): Tensor {
  const x = unnamed(call);
  const order = call.settings.split(",").map(Number);
  const read = reader(x);
  return build(
    order.map((axis) => x.axes[axis] as Axis),
    (at) => read(order.map((_, axis) => at[order.indexOf(axis)] as number)),
  );
}

/** `slice_2:8,:(x)`: along the last axes. */
function slice(call: Called): Tensor {
  const x = unnamed(call);
  const ranges = call.settings.split(",");
  const lead = x.axes.length - ranges.length;
  const from = x.axes.map((_, axis) => Number(ranges[axis - lead]?.split(":")[0] ?? 0));
  const axes = x.axes.map((axis, place) => {
    const end = ranges[place - lead]?.split(":")[1] ?? "";
    return end === "" || end === "batch" ? axis : { extent: Number(end) - (from[place] as number) };
  });
  const read = reader(x);
  return build(axes, (at) => read(at.map((place, axis) => place + (from[axis] as number))));
}

/** Along the only axis that fits, where none stands below; the last, where all fit. */
function concat(call: Called): Tensor {
  const parts = call.args.map((arg) => plain(call.tensor(arg)));
  const [x] = parts as [Tensor];
  const other = x.axes.flatMap((axis, at) => (parts.every(({ axes }) => axes[at]?.extent === axis.extent) ? [] : [at]));
  const along = call.settings === "" && other.length === 1 ? other : below(x, call.settings, "last");
  return sideBySide(parts, along[0] as number);
}

/** Along a new axis, by its letter. */
function stack(call: Called): Tensor {
  const given = call.args.map((arg) => plain(call.tensor(arg)));
  const whole = given.find(({ axes }) => axes.length > 0);
  const parts = given.map((x) => (whole && x.axes.length === 0 ? map(whole, () => x.data[0] as number) : x));
  const at = Array.from({ length: 8 }, (_, place) => letterAt(place)).indexOf(call.settings);
  if (at < 0) throw new Unreadable(`stack: which axis is ${call.settings}?`);
  return sideBySide(
    parts.map(({ axes, data }) => ({ axes: [...axes.slice(0, at), { extent: 1 }, ...axes.slice(at)], data })),
    at,
  );
}

/** `at_j=1(x)`: one place along an axis, which the result lacks. */
function atPlace(call: Called): Tensor {
  const x = unnamed(call);
  const [name = "", place] = call.settings.split("=");
  const [along] = below(first(call), name) as [number];
  const read = reader(x);
  return build(
    x.axes.filter((_, axis) => axis !== along),
    (at) => read([...at.slice(0, along), Number(place), ...at.slice(along)]),
  );
}

/** What lies at each place along an axis, no number outside of it; where the places lack the axis, so does that. */
function take(call: Called): Tensor {
  const [x, places] = [unnamed(call), plain(second(call))];
  const [along] = below(first(call), call.settings) as [number];
  const [read, place] = [reader(x), reader(places)];
  const rest = places.axes.length < x.axes.length ? along : along + 1;
  const { extent } = x.axes[along] as Axis;
  const isInside = (at: number) => at >= 0 && at < extent;
  return build(places.axes, (at) => (isInside(place(at)) ? read([...at.slice(0, along), place(at), ...at.slice(rest)]) : Number.NaN));
}

function gather(call: Called): Tensor {
  const [table, rows] = [unnamed(call), plain(second(call))];
  const [read, row] = [reader(table), reader(rows)];
  const depth = rows.axes.length;
  return build([...rows.axes, ...table.axes.slice(1)], (at) => read([row(at.slice(0, depth)), ...at.slice(depth)]));
}

/** Into as many rows as stand below, else as the parameter has whose gradient it is. */
function scatter(call: Called): Tensor {
  const [added, rows] = [unnamed(call), plain(second(call))];
  const extent = call.settings === "" ? call.scope.rows : Number(call.settings);
  if (extent === undefined) throw new Unreadable("scatter: nothing says into how many rows");
  const axes = [{ extent }, ...added.axes.slice(rows.axes.length)];
  const size = sizeOf(axes.slice(1));
  const data = new Float64Array(sizeOf(axes));
  for (const [i, row] of rows.data.entries())
    for (let k = 0; k < size; k++) data[row * size + k] = (data[row * size + k] as number) + (added.data[i * size + k] as number);
  return { axes, data };
}

const swept = (f: (values: readonly number[]) => number[]): Spoken => {
  return (call) => sweep(first(call), below(first(call), call.settings, "last")[0] as number, f);
};

/** Each value with all before it. */
const running = (f: (a: number, b: number) => number): Spoken =>
  swept((values) => {
    let before: number | undefined;
    return values.map((value) => {
      before = before === undefined ? value : f(before, value);
      return before;
    });
  });

const flip: Spoken = (call) =>
  below(first(call), call.settings).reduce((x, along) => sweep(x, along, (values) => [...values].reverse()), first(call));

/** The place of the first largest. */
const argmax: Spoken = (call) => {
  const x = first(call);
  return reduce(x, below(x, call.settings, "last"), (values) => values.indexOf(Math.max(...values)));
};

/** The place of the first smallest. */
const argmin: Spoken = (call) => {
  const x = first(call);
  return reduce(x, below(x, call.settings, "last"), (values) => values.indexOf(Math.min(...values)));
};

/** `heads_2(x)[n,h,l,e] is x[n,l,h·d+e]`: the columns of each head, for all rows. */
function heads(call: Called): Tensor {
  const [x, count] = [unnamed(call), Number(call.settings)];
  const [rows, columns] = x.axes.slice(-2) as [Axis, Axis];
  const read = reader(x);
  return build([...x.axes.slice(0, -2), { extent: count }, rows, { extent: columns.extent / count }], (at) => {
    const [head, row, column] = at.slice(-3) as [number, number, number];
    return read([...at.slice(0, -3), row, (head * columns.extent) / count + column]);
  });
}

/** `joined(x)[n,l,h·d+e] is x[n,h,l,e]`: the columns of all heads side by side. */
function joined(call: Called): Tensor {
  const x = unnamed(call);
  const [head, rows, { extent }] = x.axes.slice(-3) as [Axis, Axis, Axis];
  const read = reader(x);
  return build([...x.axes.slice(0, -3), rows, { extent: head.extent * extent }], (at) => {
    const [row, column] = at.slice(-2) as [number, number];
    return read([...at.slice(0, -2), Math.floor(column / extent), row, column % extent]);
  });
}

/** The nearest whole number, the even one where two are as near. */
function nearest(x: number): number {
  const low = Math.floor(x);
  if (x - low !== 0.5) return Math.round(x);
  return low % 2 === 0 ? low : low + 1;
}

const mean = (values: readonly number[]): number => total(values) / values.length;

function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(total(values.map((value) => (value - middle) ** 2)) / (values.length - 1));
}

/** What words on the page describe. */
const described: ReadonlyMap<string, Spoken> = new Map<string, Spoken>([
  ["mean", reduced(mean)],
  ["std", reduced(deviation)],
  ["round", (call) => map(first(call), nearest)],
  ["random", ({ settings, scope }) => scope.value(`random_${settings}`)],
  ["reshape", reshape],
  ["broadcast", broadcast],
  ["permute", permute],
  ["slice", slice],
  ["concat", concat],
  ["stack", stack],
  ["at", atPlace],
  ["take", take],
  ["gather", gather],
  ["scatter", scatter],
  ["heads", heads],
  ["joined", joined],
  ["flip", flip],
  ["argmax", argmax],
  ["argmin", argmin],
  ["cumsum", running((a, b) => a + b)],
  ["cumprod", running((a, b) => a * b)],
  ["pad", (call) => padded(unnamed(call), call.settings, call.args.length > 1 ? (second(call).data[0] as number) : 0)],
  ["windows", (call) => windowed(unnamed(call), call.settings)],
  ["fold", (call) => folded(unnamed(call), call.settings)],
  ["patchesᵀ", (call) => patchesBack(unnamed(call), call.settings)],
  ["convTranspose", (call) => transposedConv(unnamed(call), plain(second(call)), call.settings)],
]);

/** Of the words that everybody knows. */
const common: ReadonlyMap<string, Spoken> = new Map<string, Spoken>([
  ["log", (call) => meet(first(call), scalar(Math.log(Number(call.settings))), (value, base) => Math.log(value) / base)],
  ["max", reduced((values) => Math.max(...values))],
  ["min", reduced((values) => Math.min(...values))],
]);

/** What `name` is in words. @throws Unreadable where the page has none */
export function inWords(name: string, words: ReadonlyMap<string, string>): Spoken {
  const spoken = common.get(name) ?? (words.has(name) ? described.get(name) : undefined);
  if (!spoken) throw new Unreadable(words.has(name) ? `not known: ${words.get(name)}` : `nothing says what ${name} is`);
  return spoken;
}
