// One random step of each op: a value of that op over values of the plot.
import { coefficientOf, type Dim, isDynamic, multiply, namesOf, product } from "../../compiler/ir/dim.ts";
import type { Node } from "../../compiler/ir/node.ts";
import type { Dtype, Shape } from "../../compiler/ir/type.ts";
import * as b from "../../compiler/ops/build.ts";
import type { OpName } from "../../compiler/ops/table.ts";
import { axesWithin, choose, constantOf, countOf, drawExtent, drawShape, operand, type Plot, pick, source } from "./plot.ts";

/** Makes a value, or nothing where no value of the plot fits. */
type Step = (plot: Plot) => Node | undefined;

const dtypes: readonly Dtype[] = ["f32", "f32", "i32", "bool"];
const drawDtype = ({ draw }: Plot): Dtype => dtypes[draw(dtypes.length)] as Dtype;
const mostlyFloat = ({ draw }: Plot): Dtype => (draw(6) === 5 ? "i32" : "f32");
const isStatic = (dim: Dim): dim is number => !isDynamic(dim);
const axesOf = (node: Node): number[] => [...node.shape.keys()];
const staticAxes = (node: Node): number[] => axesOf(node).filter((axis) => isStatic(node.shape[axis] as Dim));
const oneOf = <T>({ draw }: Plot, list: readonly T[]): T => list[draw(list.length)] as T;
const someOf = <T>({ draw }: Plot, list: readonly T[]): T[] => list.filter(() => draw(2) === 0);
const any = (plot: Plot) => pick(plot, drawDtype(plot));

function shuffled<T>({ draw }: Plot, list: readonly T[]): T[] {
  const result = [...list];
  for (let i = result.length - 1; i > 0; i--) {
    const j = i - draw(i + 1);
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
}

/** Mostly a value on which log, sqrt and division are smooth. */
function positive(plot: Plot, x: Node): Node {
  return plot.draw(8) === 7 ? x : (b.add(b.abs(x), b.fill(x, 0.5)) as Node);
}

const unary =
  (make: (x: Node) => Node): Step =>
  (plot) =>
    make(pick(plot, "f32"));
const unaryNumber =
  (make: (x: Node) => Node): Step =>
  (plot) =>
    make(pick(plot, mostlyFloat(plot)));
const positiveUnary =
  (make: (x: Node) => Node): Step =>
  (plot) =>
    make(positive(plot, pick(plot, "f32")));
const binary =
  (make: (x: Node, y: Node) => Node): Step =>
  (plot) => {
    const x = pick(plot, mostlyFloat(plot));
    const y = operand(plot, x.dtype, x.shape);
    return plot.draw(3) === 2 ? make(y, x) : make(x, y);
  };

/** A shape of as many elements with factors dealt out anew to `rank` axes. */
function redealt(plot: Plot, shape: Shape, rank: number): Dim[] {
  const total = product(shape);
  const factors: Dim[] = [...namesOf(total)];
  let rest = coefficientOf(total);
  for (let prime = 2; rest > 1; prime++) for (; rest % prime === 0; rest /= prime) factors.push(prime);
  const result: Dim[] = Array.from({ length: rank }, () => 1);
  for (const factor of factors) {
    const axis = plot.draw(rank);
    result[axis] = multiply(result[axis] as Dim, factor);
  }
  return result;
}

function reshaped(plot: Plot, { shape }: Node): Dim[] {
  const way = plot.draw(5);
  if (way === 0 && shape.length > 1) {
    const at = plot.draw(shape.length - 1);
    return [...shape.slice(0, at), multiply(shape[at] as Dim, shape[at + 1] as Dim), ...shape.slice(at + 2)];
  }
  if (way === 1 && shape.length > 0) {
    const at = plot.draw(shape.length);
    return [...shape.slice(0, at), ...redealt(plot, [shape[at] as Dim], 2), ...shape.slice(at + 1)];
  }
  if (way === 2) return [product(shape)];
  if (way === 3) return [1, ...shape];
  return redealt(plot, shape, 1 + plot.draw(4));
}

function broadcastOf(plot: Plot): Node {
  const x = any(plot);
  const shape: Dim[] = [];
  const axes: number[] = [];
  for (const dim of x.shape) {
    if (plot.draw(3) === 0) shape.push(plot.draw(3) === 0 && "batch" in plot.sizes ? "batch" : drawExtent(plot));
    axes.push(shape.length);
    shape.push(dim === 1 && plot.draw(2) === 0 ? drawExtent(plot) : dim);
  }
  if (shape.length < 4 && plot.draw(2) === 0) shape.push(drawExtent(plot));
  return b.broadcast(x, shape, axes) as Node;
}

function sliceOf(plot: Plot): Node {
  const x = any(plot);
  const start: number[] = [];
  const shape = x.shape.map((dim, axis) => {
    start[axis] = isStatic(dim) ? plot.draw(dim) : 0;
    return isStatic(dim) ? dim - (start[axis] as number) - plot.draw(dim - (start[axis] as number)) : dim;
  });
  return b.slice(x, start, shape) as Node;
}

const fills: Record<Dtype, readonly number[]> = { f32: [0, 7, -1, 0.5, Number.NEGATIVE_INFINITY], i32: [0, -1, 5], bool: [0, 1] };

function padOf(plot: Plot): Node {
  const x = any(plot);
  const amount = (dim: Dim) => (isStatic(dim) ? plot.draw(3) : 0);
  return b.pad(x, x.shape.map(amount), x.shape.map(amount), oneOf(plot, fills[x.dtype])) as Node;
}

function concatOf(plot: Plot): Node | undefined {
  const x = any(plot);
  const axes = staticAxes(x);
  if (axes.length === 0) return undefined;
  const axis = oneOf(plot, axes);
  const fits = (y: Node) => y.dtype === x.dtype && y.shape.length === x.shape.length && y.shape.every((dim, i) => (i === axis ? isStatic(dim) : dim === x.shape[i]));
  const others = plot.nodes.filter(fits);
  const rest = Array.from({ length: 1 + plot.draw(2) }, () => choose(plot, others) ?? x);
  return b.concat(plot.draw(2) === 0 ? [x, ...rest] : [...rest, x], axis) as Node;
}

function windowOf(plot: Plot): Node | undefined {
  const x = pick(plot, drawDtype(plot), (node) => staticAxes(node).length > 0 && node.shape.length < 5);
  const axes = staticAxes(x);
  if (axes.length === 0) return undefined;
  const axis = oneOf(plot, axes);
  const extent = x.shape[axis] as number;
  const size = 1 + plot.draw(Math.min(extent, 4));
  const room = size === 1 ? 3 : Math.floor((extent - 1) / (size - 1));
  return b.window(x, axis, size, 1 + plot.draw(3), 1 + plot.draw(Math.min(3, room))) as Node;
}

function foldOf(plot: Plot): Node | undefined {
  const x = pick(plot, "f32", (node) => node.shape.length > 1 && isStatic(node.shape.at(-1) as Dim) && staticAxes(node).length > 1);
  const axes = staticAxes(x).slice(0, -1);
  if (axes.length === 0 || !isStatic(x.shape.at(-1) as Dim)) return undefined;
  const axis = axes[axes.length - 1 - plot.draw(axes.length)] as number;
  const [stride, dilation] = [1 + plot.draw(3), 1 + plot.draw(3)];
  const extent = ((x.shape[axis] as number) - 1) * stride + dilation * ((x.shape.at(-1) as number) - 1) + 1 + plot.draw(stride);
  return b.fold(x, axis, extent, stride, dilation) as Node;
}

/** Mostly an index that lies within [0, extent). */
function indexInto(plot: Plot, index: Node, extent: Dim): Node {
  if (!isStatic(extent) || plot.draw(3) > 0) return index;
  return b.minimum(b.maximum(index, b.fill(index, 0)), b.fill(index, extent - 1)) as Node;
}

function gatherOf(plot: Plot): Node | undefined {
  const x = pick(plot, "f32", (node) => node.shape.length > 0);
  if (x.shape.length === 0) return undefined;
  const index = pick(plot, "i32", (node) => node.shape.length < 3);
  return b.gather(x, indexInto(plot, index, x.shape[0] as Dim)) as Node;
}

function scatterOf(plot: Plot): Node {
  const x = pick(plot, "f32");
  const index = operand(plot, "i32", x.shape.slice(0, plot.draw(x.shape.length + 1)));
  const extent: Dim = plot.draw(4) === 3 && "batch" in plot.sizes ? "batch" : drawExtent(plot);
  return b.scatterAdd(x, indexInto(plot, index, extent), extent) as Node;
}

/** Letters for the axes of two operands: equal extents are sometimes one letter. */
function lettersFor(plot: Plot, x: Node, y: Node): [string, string] {
  const left = [..."abcdef"].slice(0, x.shape.length);
  const free = new Set(left.keys());
  const right = y.shape.map((dim, axis) => {
    const equal = [...free].filter((i) => x.shape[i] === dim);
    if (equal.length === 0 || plot.draw(4) === 3) return "uvwxyz"[axis] as string;
    const at = oneOf(plot, equal);
    free.delete(at);
    return left[at] as string;
  });
  return [left.join(""), right.join("")];
}

function contractOf(plot: Plot): Node | undefined {
  const x = pick(plot, "f32");
  const beside = (dim: Dim | undefined) => (isStatic(dim ?? 1) ? [dim ?? 1, drawExtent(plot)] : [drawExtent(plot), drawExtent(plot)]);
  const y = plot.draw(3) === 0 ? source(plot, "f32", beside(x.shape.at(-1))) : pick(plot, "f32");
  const [left, right] = lettersFor(plot, x, y);
  const shared = [...left].filter((letter) => right.includes(letter));
  const kept = [...new Set([...left, ...right])].filter((letter) => !shared.includes(letter) || plot.draw(4) === 3);
  const extents = new Map([...[...left].map((letter, i) => [letter, x.shape[i] as Dim] as const), ...[...right].map((letter, i) => [letter, y.shape[i] as Dim] as const)]);
  if (countOf(plot, kept.map((letter) => extents.get(letter) as Dim)) > 1000) return undefined;
  return b.contract(x, y, `${left},${right}->${shuffled(plot, kept).join("")}`) as Node;
}

function maxOf(plot: Plot): Node | undefined {
  const x = pick(plot, mostlyFloat(plot), (node) => node.shape.length > 0);
  if (x.shape.length === 0) return undefined;
  return plot.draw(2) === 0 ? (b.max(x, [oneOf(plot, axesOf(x))], "first") as Node) : (b.max(x, someOf(plot, axesOf(x)), "even") as Node);
}

function argmaxOf(plot: Plot): Node | undefined {
  const x = pick(plot, mostlyFloat(plot), (node) => node.shape.length > 0);
  return x.shape.length === 0 ? undefined : (b.argmax(x, oneOf(plot, axesOf(x))) as Node);
}

const relations: readonly b.Relation[] = ["lt", "ge", "eq", "ne", "le", "gt"];
function compareOf(plot: Plot): Node {
  const x = any(plot);
  return b.compare(x, operand(plot, x.dtype, x.shape), oneOf(plot, relations)) as Node;
}

function whereOf(plot: Plot): Node {
  const x = any(plot);
  const y = operand(plot, x.dtype, x.shape);
  const condition = plot.draw(2) === 0 ? (b.compare(x, y, oneOf(plot, relations)) as Node) : operand(plot, "bool", x.shape);
  return b.where(condition, x, y) as Node;
}

const exponents = [2, 3, 0.5, -1, 1.5, -0.5, 0, 1, -2, 0.3];
function powOf(plot: Plot): Node {
  const x = positive(plot, pick(plot, "f32"));
  return b.pow(x, plot.draw(4) === 3 ? operand(plot, "f32", x.shape) : b.fill(x, oneOf(plot, exponents))) as Node;
}

function constantStep(plot: Plot): Node {
  const dtype = drawDtype(plot);
  const shape = drawShape(plot, false) as number[];
  return b.constant(plot.graph, Array.from({ length: countOf(plot, shape) }, (_, i) => (i < 6 ? constantOf(plot, dtype) : i % 2)), shape, dtype) as Node;
}

function randomOf(plot: Plot): Node {
  const seed = operand(plot, "i32", []);
  return b.random(seed, operand(plot, "i32", []), plot.draw(3), drawShape(plot, true)) as Node;
}

function iotaOf(plot: Plot): Node | undefined {
  const shape = drawShape(plot, true);
  return shape.length === 0 ? undefined : (b.iota(plot.graph, shape, plot.draw(shape.length)) as Node);
}

const sourceStep: Step = (plot) => source(plot, drawDtype(plot), drawShape(plot, plot.draw(3) > 0));

/** How each op is drawn. */
export const steps: Record<OpName, Step> = {
  input: sourceStep,
  parameter: (plot) => source(plot, "f32", drawShape(plot, false)),
  state: sourceStep,
  constant: constantStep,
  iota: iotaOf,
  size: (plot) => b.size(plot.graph, "batch" in plot.sizes ? oneOf(plot, ["batch", "batch·3"]) : drawExtent(plot)) as Node,
  training: ({ graph }) => b.training(graph) as Node,
  random: randomOf,
  add: binary((x, y) => b.add(x, y) as Node),
  sub: binary((x, y) => b.sub(x, y) as Node),
  mul: binary((x, y) => b.mul(x, y) as Node),
  div(plot) {
    const x = pick(plot, "f32");
    return b.div(x, positive(plot, operand(plot, "f32", x.shape))) as Node;
  },
  pow: powOf,
  minimum: binary((x, y) => b.minimum(x, y) as Node),
  maximum: binary((x, y) => b.maximum(x, y) as Node),
  neg: unaryNumber((x) => b.neg(x) as Node),
  exp: unary((x) => b.exp(x) as Node),
  log: positiveUnary((x) => b.log(x) as Node),
  log1p: positiveUnary((x) => b.log1p(x) as Node),
  expm1: unary((x) => b.expm1(x) as Node),
  sqrt: positiveUnary((x) => b.sqrt(x) as Node),
  tanh: unary((x) => b.tanh(x) as Node),
  sigmoid: unary((x) => b.sigmoid(x) as Node),
  softplus: unary((x) => b.softplus(x) as Node),
  erf: unary((x) => b.erf(x) as Node),
  sin: unary((x) => b.sin(x) as Node),
  cos: unary((x) => b.cos(x) as Node),
  abs: unaryNumber((x) => b.abs(x) as Node),
  sign: unaryNumber((x) => b.sign(x) as Node),
  floor: unary((x) => b.floor(x) as Node),
  round: unary((x) => b.round(x) as Node),
  trunc: unary((x) => b.trunc(x) as Node),
  compare: compareOf,
  where: whereOf,
  cast: (plot) => b.cast(any(plot), drawDtype(plot)) as Node,
  contract: contractOf,
  sum(plot) {
    const x = pick(plot, mostlyFloat(plot));
    return b.sum(x, someOf(plot, axesOf(x))) as Node;
  },
  max: maxOf,
  argmax: argmaxOf,
  reshape(plot) {
    const x = any(plot);
    return b.reshape(x, reshaped(plot, x)) as Node;
  },
  permute(plot) {
    const x = any(plot);
    return b.permute(x, shuffled(plot, axesOf(x))) as Node;
  },
  broadcast: broadcastOf,
  slice: sliceOf,
  pad: padOf,
  flip(plot) {
    const x = any(plot);
    return b.flip(x, someOf(plot, staticAxes(x))) as Node;
  },
  concat: concatOf,
  window: windowOf,
  fold: foldOf,
  gather: gatherOf,
  scatterAdd: scatterOf,
  oneHot: (plot) => b.oneHot(pick(plot, "i32", (node) => node.shape.length < 3), drawExtent(plot)) as Node,
  stopGradient: unary((x) => b.stopGradient(x) as Node),
};
