// Convolutions, pools and upsampling by their names. Settings other than the usual ones are a subscript: `conv_stride=2(x, W)`.

import type { Sliding } from "../formula/sliding.ts";
import { product } from "../ir/dim.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { isOp, type OpNode } from "../ops/table.ts";
import { adaptedBy, adaptiveGradients } from "./adaptive-forms.ts";
import { bare, type Composition, type Form, named } from "./form.ts";
import {
  bySlide,
  chainOf,
  convSettings,
  groupOf,
  keepsChannels,
  type Numbers,
  poolSettings,
  productOf,
  type Slide,
  setting,
  slideOf,
  slidingCall,
  windowsOf,
} from "./slides.ts";
import { spatialGradients } from "./spatial-gradients.ts";
import { upsampleForms } from "./upsample-forms.ts";

function convolution(node: Node): Composition | undefined {
  const rank = node.shape.length - 2;
  const found = productOf(node, "forth", rank);
  const slide = found && slideOf(found.x, 0);
  if (!slide) return undefined;
  return bySlide(slide, (slide) => {
    const sliding: Sliding = { ...windowsOf(slide), makes: "conv", ...groupOf(found.groups, found.weight.shape) };
    return { inputs: [slide.x, found.weight], build: (xs) => slidingCall("conv", xs, convSettings(slide, found.groups), sliding) };
  });
}

/** Windows added up, cut by what was padding: the gradient of a convolution with respect to what it slides over is one too. */
function transposed(node: Node): Composition | undefined {
  const cut = isOp(node, "slice") ? node : undefined;
  if (cut && !keepsChannels(cut)) return undefined;
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
    ...convSettings({ stride, dilation, low, high: high.map((cells, axis) => cells + elementAt(more, axis)) }, found.groups),
    // Windows that lie apart do not tell where the last one ends.
    ...([...stride, ...more.map((cells) => cells + 1)].some((apart) => apart > 1) ? [`cells=${node.shape.slice(2).join("×")}`] : []),
  ];
  const sliding: Sliding = { makes: "convTranspose", kernel, stride, dilation, low, ...groupOf(found.groups, found.weight.shape) };
  return { inputs: [found.x, found.weight], build: (xs) => slidingCall("convTranspose", xs, settings, sliding) };
}

const pool = (name: string, slide: Slide, makes: "max" | "mean"): Composition => ({
  inputs: [slide.x],
  build: (xs) => slidingCall(name, xs, poolSettings(slide), { ...windowsOf(slide), makes }),
});

function maxPool(node: Node): Composition | undefined {
  if (!isOp(node, "max") || node.params.ties !== "first") return undefined;
  const windows = bare(elementAt(node.inputs, 0));
  const isWhole = node.params.axes.length === 1 && node.params.axes[0] === node.shape.length;
  const rank = node.shape.length - 2;
  if (!isWhole || windows.shape.length !== 2 + 2 * rank) return undefined;
  const x = adaptedBy(windows, rank);
  if (x) return named("adaptiveMaxPool", x, node.shape.slice(2).join("×"));
  const slide = slideOf(windows, Number.NEGATIVE_INFINITY);
  return slide && bySlide(slide, (slide) => pool("maxPool", slide, "max"));
}

/** The number that `counts` has at a place, where that is known. */
function countAt(counts: Node, at: Numbers): number | undefined {
  if (isOp(counts, "constant"))
    return elementAt(
      counts.params.data,
      counts.shape.reduce<number>((flat, extent, axis) => flat * Number(extent) + elementAt(at, axis), 0),
    );
  if (isOp(counts, "broadcast")) {
    const [inner] = counts.inputs as readonly [Node];
    return countAt(
      inner,
      counts.params.axes.map((axis, from) => (inner.shape[from] === 1 ? 0 : elementAt(at, axis))),
    );
  }
  if (isOp(counts, "reshape")) return countWithUnits(counts, at);
  if (!isOp(counts, "mul")) return undefined;
  const [a, b] = counts.inputs.map((factor) => countAt(factor, at));
  return a === undefined || b === undefined ? undefined : a * b;
}

/** The same in another shape that has other axes of extent 1 alone. */
function countWithUnits({ inputs: [inner], shape }: Node, at: Numbers): number | undefined {
  const own = at.filter((_, axis) => shape[axis] !== 1);
  const isSame = String(inner?.shape.filter((extent) => extent !== 1)) === String(shape.filter((extent) => extent !== 1));
  return inner && isSame
    ? countAt(
        inner,
        inner.shape.map((extent) => (extent === 1 ? 0 : (own.shift() as number))),
      )
    : undefined;
}

/** How many of its cells each window of `slide` is divided by in `node`: all, or those that lie within what it slides over. */
function countedIn(node: OpNode<"div">, { x, kernel, stride, low }: Slide): "all" | "inside" | undefined {
  const [, counts] = node.inputs as readonly [Node, Node];
  const within = kernel.map((size, axis) =>
    Array.from({ length: Number(node.shape[axis + 2]) }, (_, window) => {
      const start = window * elementAt(stride, axis) - elementAt(low, axis);
      return Math.min(start + size, Number(x.shape[axis + 2])) - Math.max(start, 0);
    }),
  );
  const places = within.reduce<number[][]>((before, along) => before.flatMap((at) => along.map((_, window) => [...at, window])), [[]]);
  const all = product(kernel);
  const isCounted = (count: (at: Numbers) => number | undefined) => places.every((at) => countAt(counts, [0, 0, ...at]) === count(at));
  if (isCounted(() => all as number)) return "all";
  return isCounted((at) => at.reduce((cells, window, axis) => cells * elementAt(elementAt(within, axis), window), 1)) ? "inside" : undefined;
}

function averageOf(node: OpNode<"div">, slide: Slide): Composition | undefined {
  const counted = countedIn(node, slide);
  if (!counted) return undefined;
  return counted === "inside" ? named("avgPool", slide.x, [...poolSettings(slide), "inside"].join(",")) : pool("avgPool", slide, "mean");
}

function avgPool(node: Node): Composition | undefined {
  const rank = node.shape.length - 2;
  const total = isOp(node, "div") ? elementAt(node.inputs, 0) : node;
  if (!isOp(node, "div") || !isOp(total, "sum")) return undefined;
  const [windows] = total.inputs as readonly [Node];
  if (windows.shape.length !== 2 + 2 * rank || total.params.axes.some((axis, i) => axis !== 2 + rank + i)) return undefined;
  const x = adaptedBy(windows, rank);
  if (x) return named("adaptiveAvgPool", x, node.shape.slice(2).join("×"));
  const slide = slideOf(windows, 0);
  return slide && bySlide(slide, (slide) => averageOf(node, slide));
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
  ...upsampleForms,
  ...spatialGradients,
  ...adaptiveGradients,
  { name: "patches", match: patches },
  { name: "patchesᵀ", match: addedPatches },
];
