// Convolutions, pools and upsampling by their names. Settings other than the usual ones are a subscript: `conv_stride=2(x, W)`.

import { lettersOf } from "../formula/contraction.ts";
import { call } from "../formula/tree.ts";
import { product } from "../ir/dim.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { isOp, type OpNode } from "../ops/table.ts";
import { bare, type Composition, type Form, named } from "./form.ts";

type Numbers = readonly number[];

/** Windows over all axes behind the first two, as `ops/sliding.ts` makes them. */
interface Slide {
  readonly x: Node;
  readonly kernel: Numbers;
  readonly stride: Numbers;
  readonly dilation: Numbers;
  readonly low: Numbers;
  readonly high: Numbers;
}

/** The nodes of `op` in a row that end in `node`, the outermost first. */
function chainOf<K extends "window" | "fold">(op: K, node: Node): { chain: OpNode<K>[]; inner: Node } {
  const chain: OpNode<K>[] = [];
  let inner = node;
  while (isOp(inner, op)) {
    chain.push(inner as OpNode<K>);
    inner = elementAt(inner.inputs, 0);
  }
  return { chain, inner };
}

/** The windows of `node`, with `fill` around what they slide over. */
function slideOf(node: Node, fill: number): Slide | undefined {
  const { chain, inner } = chainOf("window", node);
  const windows = chain.reverse().map(({ params }) => params);
  if (windows.length === 0 || inner.shape.length !== windows.length + 2 || windows.some(({ axis }, i) => axis !== i + 2)) return undefined;
  const around = isOp(inner, "pad") && inner.params.value === fill ? inner.params : undefined;
  if (around && [...around.low.slice(0, 2), ...around.high.slice(0, 2)].some((cells) => cells > 0)) return undefined;
  const none = windows.map(() => 0);
  return {
    x: around ? elementAt(inner.inputs, 0) : inner,
    kernel: windows.map(({ size }) => size),
    stride: windows.map(({ stride }) => stride),
    dilation: windows.map(({ dilation }) => dilation),
    low: around?.low.slice(2) ?? none,
    high: around?.high.slice(2) ?? none,
  };
}

/** `2`, or `2×3` where the axes differ. */
const short = (values: readonly (number | string)[]): string => (new Set(values).size === 1 ? String(values[0]) : values.join("×"));

/** `name=values`, or nothing where they are the usual ones. */
const setting = (name: string, values: readonly (number | string)[], usual: string): string[] =>
  short(values) === usual ? [] : [`${name}=${short(values)}`];

const paddingOf = (low: Numbers, high: Numbers): string[] =>
  setting(
    "padding",
    low.map((cells, axis) => (cells === high[axis] ? cells : `${cells}+${high[axis]}`)),
    "0",
  );

/** The letters of a convolution, and those of the products that a transposed one adds up. */
const specs = (rank: number, group: string) => {
  const [at, within] = ["zyx".slice(3 - rank), "hij".slice(3 - rank)];
  return {
    forth: `b${group}c${at}${within},${group}oc${within}->b${group}o${at}`,
    back: `b${group}c${at},${group}co${within}->b${group}o${at}${within}`,
  };
};

const isSpec = (found: string, wanted: string): boolean => {
  const [a, b] = [lettersOf(found), lettersOf(wanted)];
  return a.x === b.x && a.y === b.y && a.result === b.result;
};

/** The operands of the product `node`, which may be of groups. */
function productOf(node: Node, way: "forth" | "back", rank: number): { x: Node; weight: Node; groups: number } | undefined {
  if (rank < 1 || rank > 3) return undefined;
  const isGrouped = isOp(node, "reshape");
  const contraction = isGrouped ? elementAt(node.inputs, 0) : node;
  if (!isOp(contraction, "contract") || !isSpec(contraction.params.spec, specs(rank, isGrouped ? "g" : "")[way])) return undefined;
  const [x, weight] = contraction.inputs as readonly [Node, Node];
  if (!isGrouped) return { x, weight, groups: 1 };
  return isOp(x, "reshape") && isOp(weight, "reshape")
    ? { x: elementAt(x.inputs, 0), weight: elementAt(weight.inputs, 0), groups: x.shape[1] as number }
    : undefined;
}

function convolution(node: Node): Composition | undefined {
  const rank = node.shape.length - 2;
  const found = productOf(node, "forth", rank);
  const slide = found && slideOf(found.x, 0);
  if (!slide) return undefined;
  const { stride, dilation, low, high } = slide;
  const settings = [
    ...setting("stride", stride, "1"),
    ...paddingOf(low, high),
    ...setting("dilation", dilation, "1"),
    ...setting("groups", [found.groups], "1"),
  ];
  return { inputs: [slide.x, found.weight], build: (xs) => call("conv", xs, settings.join(",")) };
}

/** Windows added up, cut by what was padding: the gradient of a convolution with respect to what it slides over is one too. */
function transposed(node: Node): Composition | undefined {
  const cut = isOp(node, "slice") ? node : undefined;
  const whole = cut ? elementAt(cut.inputs, 0) : node;
  const { chain, inner } = chainOf("fold", isOp(whole, "pad") ? elementAt(whole.inputs, 0) : whole);
  const rank = node.shape.length - 2;
  const found = chain.length === rank && chain.every(({ params }, i) => params.axis === i + 2) ? productOf(inner, "back", rank) : undefined;
  if (!found) return undefined;
  const kernel = inner.shape.slice(2 + rank) as Numbers;
  const [stride, dilation] = [chain.map(({ params }) => params.stride), chain.map(({ params }) => params.dilation)];
  const low = cut?.params.start.slice(2) ?? kernel.map(() => 0);
  const high = low.map((cells, axis) => {
    const spread = ((inner.shape[axis + 2] as number) - 1) * elementAt(stride, axis) + elementAt(dilation, axis) * (elementAt(kernel, axis) - 1) + 1;
    return spread - cells - (node.shape[axis + 2] as number);
  });
  const more = low.map((cells, axis) => Math.max(0, cells - elementAt(high, axis)));
  const settings = [
    ...setting("stride", stride, "1"),
    ...paddingOf(
      low,
      high.map((cells, axis) => cells + elementAt(more, axis)),
    ),
    ...setting("outputPadding", more, "0"),
    ...setting("dilation", dilation, "1"),
    ...setting("groups", [found.groups], "1"),
  ];
  return { inputs: [found.x, found.weight], build: (xs) => call("convTranspose", xs, settings.join(",")) };
}

/** `2×2`, and what is not usual of a pool. */
function poolSettings({ kernel, stride, dilation, low, high }: Slide): string[] {
  return [kernel.join("×"), ...setting("stride", stride, short(kernel)), ...paddingOf(low, high), ...setting("dilation", dilation, "1")];
}

function maxPool(node: Node): Composition | undefined {
  if (!isOp(node, "max") || node.params.ties !== "first") return undefined;
  const windows = bare(elementAt(node.inputs, 0));
  const isWhole = node.params.axes.length === 1 && node.params.axes[0] === node.shape.length;
  const rank = node.shape.length - 2;
  if (!isWhole || windows.shape.length !== 2 + 2 * rank) return undefined;
  const x = adaptedBy(windows, rank);
  if (x) return named("adaptiveMaxPool", x, node.shape.slice(2).join("×"));
  const slide = slideOf(windows, Number.NEGATIVE_INFINITY);
  return slide && named("maxPool", slide.x, poolSettings(slide).join(","));
}

/** The first of the numbers that `counts` is made of. */
function firstOf(counts: Node): number | undefined {
  const inner = bare(counts);
  if (isOp(inner, "constant")) return elementAt(inner.params.data, 0);
  if (!isOp(inner, "mul")) return undefined;
  const [a, b] = inner.inputs.map(firstOf);
  return a === undefined || b === undefined ? undefined : a * b;
}

function avgPool(node: Node): Composition | undefined {
  const rank = node.shape.length - 2;
  const total = isOp(node, "div") ? elementAt(node.inputs, 0) : node;
  if (!isOp(node, "div") || !isOp(total, "sum")) return undefined;
  const [windows] = total.inputs as readonly [Node];
  const first = firstOf(elementAt(node.inputs, 1));
  if (first === undefined || windows.shape.length !== 2 + 2 * rank || total.params.axes.some((axis, i) => axis !== 2 + rank + i)) return undefined;
  const x = adaptedBy(windows, rank);
  if (x) return named("adaptiveAvgPool", x, node.shape.slice(2).join("×"));
  const slide = slideOf(windows, 0);
  if (!slide || first > (product(slide.kernel) as number)) return undefined;
  const isInside = first < (product(slide.kernel) as number);
  return named("avgPool", slide.x, [...poolSettings(slide), ...(isInside ? ["inside"] : [])].join(","));
}

/** What `ops/taken.ts` makes: x at places of one axis. */
function takenOf(node: Node): { x: Node; axis: number } | undefined {
  const rows = isOp(node, "permute") ? elementAt(node.inputs, 0) : node;
  if (!isOp(rows, "gather")) return undefined;
  const [turned, places] = rows.inputs as readonly [Node, Node];
  return isOp(turned, "permute") && isOp(places, "constant")
    ? { x: elementAt(turned.inputs, 0), axis: elementAt(turned.params.order, 0) }
    : undefined;
}

/** What uneven windows along `rank` axes were taken of. */
function adaptedBy(windows: Node, rank: number): Node | undefined {
  let [x, isUneven] = [windows, false];
  for (let axis = rank + 1; axis >= 2; axis--) {
    if (!isOp(x, "window") || x.params.axis !== axis) return undefined;
    const inner: Node = elementAt(x.inputs, 0);
    const found = takenOf(inner);
    isUneven ||= found !== undefined;
    x = found && isOp(found.x, "pad") ? elementAt(found.x.inputs, 0) : inner;
  }
  return isUneven ? x : undefined;
}

/** x between two cells of an axis, in proportion. */
function betweenOf(node: Node): { x: Node; axis: number } | undefined {
  if (!isOp(node, "add") || node.inputs.some((part) => !isOp(part, "mul"))) return undefined;
  const [low, high] = node.inputs.map((part) => takenOf(elementAt(part.inputs, 0)));
  return low && high && low.x === high.x && low.axis === high.axis ? low : undefined;
}

function upsampled(node: Node, mode: string, along: typeof takenOf): Composition | undefined {
  let x = node;
  for (let axis = node.shape.length - 1; axis >= 2; axis--) {
    const found = along(x);
    if (found?.axis !== axis) return undefined;
    x = found.x;
  }
  return x === node ? undefined : named("upsample", x, `${mode}${node.shape.slice(2).join("×")}`);
}

/** `3×3`, and the steps of the windows `chain` that are more than 1. */
function stepsOf(sizes: Numbers, chain: readonly OpNode<"window" | "fold">[]): string {
  const strides = chain.map(({ params }) => params.stride);
  const dilations = chain.map(({ params }) => params.dilation);
  return [sizes.join("×"), ...setting("stride", strides, "1"), ...setting("dilation", dilations, "1")].join(",");
}

/** Windows along several axes: `patches_3×3(x)`. */
function patches(node: Node): Composition | undefined {
  const { chain, inner } = chainOf("window", node);
  const sizes = chain.reverse().map(({ params }) => params.size);
  return sizes.length > 1 ? named("patches", inner, stepsOf(sizes, chain)) : undefined;
}

function addedPatches(node: Node): Composition | undefined {
  const { chain, inner } = chainOf("fold", node);
  const sizes = chain.map(({ inputs: [windows] }) => Number((windows as Node).shape.at(-1)));
  // How many cells there are is said where the windows do not reach to the last one.
  const extents = chain.map(({ params }) => params.extent);
  const reached = chain.map(({ params: { axis, stride, dilation }, inputs: [windows] }, i) => {
    const count = Number((windows as Node).shape[axis]);
    return (count - 1) * stride + dilation * (elementAt(sizes, i) - 1) + 1;
  });
  const cells = String(extents) === String(reached) ? [] : setting("cells", extents, "");
  return sizes.length > 1 ? named("patchesᵀ", inner, [stepsOf(sizes, chain), ...cells].join(",")) : undefined;
}

export const spatialForms: readonly Form[] = [
  { name: "convolution", match: convolution },
  { name: "transposed convolution", match: transposed },
  { name: "max-pool", match: maxPool },
  { name: "average pool", match: avgPool },
  { name: "upsample to the nearest", match: (node) => upsampled(node, "", takenOf) },
  { name: "upsample between two", match: (node) => upsampled(node, "bilinear,", betweenOf) },
  { name: "patches", match: patches },
  { name: "patchesᵀ", match: addedPatches },
];
