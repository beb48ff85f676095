// How convolutions change with their kernels, and pools with what they slide over, by names: `convKernel_3×3(δ, x)`, `maxPoolᵀ_2×2(δ, x)`.
import { product } from "../ir/dim.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import * as build from "../ops/build.ts";
import { isOp, type OpNode, recordOf } from "../ops/table.ts";
import { fillOf } from "../rewrite/fill.ts";
import { any, as, fill, is, match } from "../rewrite/pattern.ts";
import { type Composition, type Form, nothing } from "./form.ts";
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
  unlaid,
  windowsOf,
} from "./slides.ts";

/** The error and the windows in the product `node`, whichever stands first. */
function factorsOf(node: Node): ReturnType<typeof productOf> {
  const rank = node.shape.length - 2;
  const turned = productOf(node, "kernelTurned", rank);
  return productOf(node, "kernel", rank) ?? (turned && { ...turned, x: turned.weight, weight: turned.x });
}

/** Σ_n,p,q δ[n,o,p,q]·x[n,i,p+u,q+v] */
function kernelGradient(node: Node): Composition | undefined {
  const found = factorsOf(node);
  const slide = found && slideOf(found.weight, 0);
  if (!slide) return undefined;
  return bySlide(slide, (slide) => {
    const settings = [slide.kernel.join("×"), ...convSettings(slide, found.groups)];
    const sliding = { ...windowsOf(slide), makes: "ofKernel", ...groupOf(found.groups, node.shape) } as const;
    return { inputs: [found.x, slide.x], build: (xs) => slidingCall("convKernel", xs, settings, sliding) };
  });
}

/** Windows that are added up, and how they lie in what that makes. */
interface Added extends Slide {
  readonly extents: Numbers;
}

/** The windows that `node` adds up, without what was padding. */
function addedBy(node: Node): Added | undefined {
  const cut = isOp(node, "slice") ? node : undefined;
  const { chain, inner } = chainOf("fold", cut ? elementAt(cut.inputs, 0) : node);
  const rank = node.shape.length - 2;
  if (rank < 1 || chain.length !== rank || chain.some(({ params }, axis) => params.axis !== axis + 2)) return undefined;
  if (cut && !keepsChannels(cut)) return undefined;
  const low = cut?.params.start.slice(2) ?? chain.map(() => 0);
  const extents = node.shape.slice(2) as Numbers;
  return {
    x: inner,
    kernel: inner.shape.slice(2 + rank) as Numbers,
    stride: chain.map(({ params }) => params.stride),
    dilation: chain.map(({ params }) => params.dilation),
    low,
    high: chain.map(({ params }, axis) => params.extent - elementAt(low, axis) - elementAt(extents, axis)),
    extents,
  };
}

/** An error at the first of the largest, 0 elsewhere. */
export const chosen = is("where", is("compare", is("iota"), is("broadcast", as("place", is("argmax")))), is("broadcast", any("error")), fill(0));

function maxBack(node: Node): Composition | undefined {
  const found = addedBy(node);
  const bound = found && match(chosen, unlaid(found.x), nothing);
  const slide = bound && isOp(bound.place, "argmax") ? slideOf(unlaid(elementAt(bound.place.inputs, 0)), Number.NEGATIVE_INFINITY) : undefined;
  if (!bound || !slide || product(bound.error.shape) !== product(bound.place.shape)) return undefined;
  const error = bound.error.shape.length === bound.place.shape.length ? bound.error : build.reshape(bound.error, bound.place.shape);
  return {
    inputs: [error, slide.x],
    build: (xs) => slidingCall("maxPoolᵀ", xs, poolSettings(slide), { ...windowsOf(slide), makes: "maxᵀ" }),
  };
}

/** What is repeated in each cell of a window, perhaps divided by how many there are. */
function meanBack(node: Node): Composition | undefined {
  const found = addedBy(node);
  if (!found || !isOp(found.x, "broadcast")) return undefined;
  const rank = found.kernel.length;
  const error = errorIn(found.x, rank);
  if (!error) return undefined;
  const share = sharedOut(error, product(found.kernel) as number);
  const settings = [...poolSettings({ ...found, high: found.low }), ...setting("cells", found.extents, "")];
  const [name, makes] = share ? (["avgPoolᵀ", "meanᵀ"] as const) : (["sumPoolᵀ", "sumᵀ"] as const);
  return { inputs: [share ?? error], build: (xs) => slidingCall(name, xs, settings, { ...windowsOf(found), makes }) };
}

/** What is repeated in the cells of windows, of which there may be one alone. */
function errorIn({ inputs, params: { axes }, shape }: OpNode<"broadcast">, rank: number): Node | undefined {
  const error = elementAt(inputs, 0);
  const whole = shape.slice(0, rank + 2);
  const isOfWindows = axes.every((axis, i) => axis === i) && whole.slice(axes.length).every((count) => count === 1);
  if (!isOfWindows || axes.length > whole.length) return undefined;
  return axes.length === whole.length ? error : build.reshape(error, whole);
}

/** What `node` is an equal share of. */
function sharedOut(node: Node, count: number): Node | undefined {
  if (isOp(node, "div")) return fillOf(elementAt(node.inputs, 1)) === count ? elementAt(node.inputs, 0) : undefined;
  const inner = isOp(node, "reshape") ? sharedOut(elementAt(node.inputs, 0), count) : undefined;
  return inner && build.reshape(inner, node.shape);
}

/** Some of the channels of what is cut by its padding too: first the one, then the other. */
function channelsOf(node: Node): Composition | undefined {
  const whole = isOp(node, "slice") ? elementAt(node.inputs, 0) : undefined;
  const folded = whole && isOp(whole, "pad") ? elementAt(whole.inputs, 0) : whole;
  if (!whole || !isOp(node, "slice") || !folded || !isOp(folded, "fold") || keepsChannels(node)) return undefined;
  const { start } = node.params;
  const [front, behind] = [2, whole.shape.length - 2];
  const inner = build.slice(whole, [0, 0, ...start.slice(front)], [...whole.shape.slice(0, front), ...node.shape.slice(front)]);
  if (inner === whole) return undefined;
  const outer = build.slice(inner, [...start.slice(0, front), ...Array.from({ length: behind }, () => 0)], node.shape);
  return { inputs: [inner], build: (xs) => recordOf(outer).formula(xs, outer.params, outer) };
}

export const spatialGradients: readonly Form[] = [
  { name: "channels of what is cut", match: channelsOf },
  { name: "gradient of a kernel", match: kernelGradient },
  { name: "gradient of a max-pool", match: maxBack },
  { name: "gradient of an average pool", match: meanBack },
];
