// Windows along all axes behind the first two, and the products of their cells, as `ops/sliding.ts` and `ops/convolution.ts` make them.
import { lettersOf } from "../formula/contraction.ts";
import type { Sliding, Windows } from "../formula/sliding.ts";
import { type Call, call, type Formula } from "../formula/tree.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { sameShape } from "../ir/type.ts";
import * as build from "../ops/build.ts";
import { parseLabels } from "../ops/contraction.ts";
import { isOp, type OpNode } from "../ops/table.ts";
import { fillOf } from "../rewrite/fill.ts";
import type { Composition } from "./form.ts";

export type Numbers = readonly number[];

/** Windows over all axes behind the first two, as `ops/sliding.ts` makes them. */
export interface Slide extends Windows {
  readonly x: Node;
  readonly high: Numbers;
  /** What the windows lie in, `x` with what is around it, where something is. */
  readonly padded?: Node | undefined;
}

/** The nodes of `op` in a row that end in `node`, the outermost first. */
export function chainOf<K extends "window" | "fold">(op: K, node: Node): { chain: OpNode<K>[]; inner: Node } {
  const chain: OpNode<K>[] = [];
  let inner = node;
  while (isOp(inner, op)) {
    chain.push(inner as OpNode<K>);
    inner = elementAt(inner.inputs, 0);
  }
  return { chain, inner };
}

/** The windows of `node`, with `fill` around what they slide over. */
export function slideOf(node: Node, fill: number): Slide | undefined {
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
    padded: around && inner,
  };
}

/** What `said` makes of `slide`, and of the same windows in what was padded before, for where that has a name. */
export function bySlide(slide: Slide, said: (slide: Slide) => Composition | undefined): Composition | undefined {
  const step = said(slide);
  const none = slide.kernel.map(() => 0);
  return step && slide.padded ? { ...step, nearer: said({ ...slide, x: slide.padded, low: none, high: none, padded: undefined }) } : step;
}

/** The cells of windows, which are laid out in one axis where they have several. */
export const unlaid = (cells: Node): Node => (isOp(cells, "reshape") ? elementAt(cells.inputs, 0) : cells);

/** `2`, or `2×3` where the axes differ. */
export const short = (values: readonly (number | string)[]): string => (new Set(values).size === 1 ? String(values[0]) : values.join("×"));

/** `name=values`, or nothing where they are the usual ones. */
export const setting = (name: string, values: readonly (number | string)[], usual: string): string[] =>
  short(values) === usual ? [] : [`${name}=${short(values)}`];

export const paddingOf = (low: Numbers, high: Numbers): string[] =>
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
    kernelTurned: `b${group}c${at}${within},b${group}o${at}->${group}oc${within}`,
    kernel: `b${group}o${at},b${group}c${at}${within}->${group}oc${within}`,
  };
};

export const isSpec = (found: string, wanted: string): boolean => {
  const [a, b] = [lettersOf(found), lettersOf(wanted)];
  return a.x === b.x && a.y === b.y && a.result === b.result;
};

/** What was cut into groups along `axis`. */
function ungrouped(cut: OpNode<"reshape">, axis: number): Node {
  const shape = [...cut.shape.slice(0, axis), Number(cut.shape[axis]) * Number(cut.shape[axis + 1]), ...cut.shape.slice(axis + 2)];
  const whole = elementAt(cut.inputs, 0);
  return sameShape(whole.shape, shape) ? whole : build.reshape(whole, shape);
}

/** The operands of the product `node`, which may be of groups. */
export function productOf(node: Node, way: keyof ReturnType<typeof specs>, rank: number): { x: Node; weight: Node; groups: number } | undefined {
  if (rank < 1 || rank > 3) return undefined;
  const isGrouped = isOp(node, "reshape");
  const contraction = isGrouped ? elementAt(node.inputs, 0) : node;
  if (!isOp(contraction, "contract") || !isSpec(contraction.params.spec, specs(rank, isGrouped ? "g" : "")[way])) return undefined;
  const [x, weight] = contraction.inputs as readonly [Node, Node];
  if (!isGrouped) return { x, weight, groups: 1 };
  const { x: ofX, y: ofWeight } = parseLabels(contraction.params.spec);
  return isOp(x, "reshape") && isOp(weight, "reshape")
    ? { x: ungrouped(x, ofX.indexOf("g")), weight: ungrouped(weight, ofWeight.indexOf("g")), groups: x.shape[1] as number }
    : undefined;
}

/** `2×2`, and what is not usual of a pool. */
export function poolSettings({ kernel, stride, dilation, low, high }: Slide): string[] {
  return [kernel.join("×"), ...setting("stride", stride, short(kernel)), ...paddingOf(low, high), ...setting("dilation", dilation, "1")];
}

/** What is not usual of a convolution of so many groups. */
export const convSettings = ({ stride, dilation, low, high }: Pick<Slide, "stride" | "dilation" | "low" | "high">, groups: number): string[] => [
  ...setting("stride", stride, "1"),
  ...paddingOf(low, high),
  ...setting("dilation", dilation, "1"),
  ...setting("groups", [groups], "1"),
];

/** Of `groups` of channels those in each of a kernel of `shape`. */
export const groupOf = (groups: number, [outer, inner]: Node["shape"]): Pick<Sliding, "group"> =>
  groups === 1 ? {} : { group: { inner: Number(inner), outer: Number(outer) / groups } };

/** A call of a function of windows. */
export const slidingCall = (name: string, args: readonly Formula[], settings: readonly string[], sliding: Sliding): Call => ({
  ...(call(name, args, settings.join(",")) as Call),
  sliding,
});

/** How the windows of `slide` lie. */
export const windowsOf = ({ kernel, stride, dilation, low }: Slide): Windows => ({ kernel, stride, dilation, low });

/** The numbers of a table of one axis. */
export function numbersIn(table: Node): Numbers | undefined {
  if (table.shape.length !== 1) return undefined;
  const value = fillOf(table);
  if (value !== undefined) return Array.from({ length: Number(table.shape[0]) }, () => value);
  return isOp(table, "constant") ? table.params.data : undefined;
}

/** What `ops/taken.ts` makes: x at places of one axis. */
export function takenOf(node: Node): { x: Node; axis: number; places: Numbers } | undefined {
  const rows = isOp(node, "permute") ? elementAt(node.inputs, 0) : node;
  if (!isOp(rows, "gather")) return undefined;
  const [turned, table] = rows.inputs as readonly [Node, Node];
  const places = numbersIn(table);
  if (!isOp(turned, "permute") || !places) return undefined;
  const { order } = turned.params;
  const isStraight = order.every((_, axis) => elementAt(order, isOp(node, "permute") ? elementAt(node.params.order, axis) : axis) === axis);
  return isStraight ? { x: elementAt(turned.inputs, 0), axis: elementAt(order, 0), places } : undefined;
}

/** Whether `cut`, a slice, leaves rows and channels as they are. */
export const keepsChannels = (cut: OpNode<"slice">): boolean =>
  cut.params.start.slice(0, 2).every((from) => from === 0) && sameShape(cut.shape.slice(0, 2), elementAt(cut.inputs, 0).shape.slice(0, 2));
