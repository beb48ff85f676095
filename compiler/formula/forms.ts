// The named forms: what a mathematician calls by a name although the graph has no op for it. Adding one is a line of the table.
import { type Dim, multiply, product } from "../ir/dim.ts";
import { isOp, type Node } from "../ir/node.ts";
import { axisName } from "./axes.ts";
import { call, type Formula, number, operator } from "./tree.ts";

/** A value in terms of others: what its formula is made of, and how. */
export interface Step {
  readonly inputs: readonly Node[];
  build(inputs: readonly Formula[]): Formula;
}

interface Form {
  readonly name: string;
  /** The step, where `node` has this form. */
  match(node: Node): Step | undefined;
}

/** `name(inputs)`, with the axis as subscript where it is not the last one. */
const named = (name: string, inputs: readonly Node[], subscript?: string): Step => ({ inputs, build: (xs) => call(name, xs, subscript) });

const both = (node: Node): [Node, Node] => node.inputs as [Node, Node];

/** The value below broadcasts and reshapes that only add, drop or repeat axes of extent 1. */
function bare(node: Node): Node {
  let inner = node;
  while (isOp(inner, "broadcast") || isOp(inner, "reshape") || isOp(inner, "stopGradient")) inner = inner.inputs[0] as Node;
  return inner;
}

const constantOf = (node: Node): number | undefined => {
  const inner = bare(node);
  return isOp(inner, "constant") && inner.params.data.length === 1 ? inner.params.data[0] : undefined;
};

const isConstant = (node: Node, value: number): boolean => constantOf(node) === value;

/** The extent that a divisor stands for: 12, batch, batch·3. */
function extentOf(node: Node): Dim | undefined {
  const inner = bare(node);
  if (isOp(inner, "size")) return inner.params.dim;
  if (isOp(inner, "mul")) {
    const [a, b] = both(inner).map(extentOf);
    return a === undefined || b === undefined ? undefined : multiply(a, b);
  }
  return constantOf(inner);
}

/** A sum together with the axes that it runs along. */
function sumOf(node: Node): { body: Node; axes: readonly number[] } | undefined {
  const inner = bare(node);
  return isOp(inner, "sum") ? { body: inner.inputs[0] as Node, axes: inner.params.axes } : undefined;
}

/** x / n or x · (1/n), as [x, n]. */
function ratioOf(node: Node): [Node, Node] | undefined {
  if (isOp(node, "div")) return both(node);
  if (!isOp(node, "mul")) return undefined;
  const [x, y] = both(node);
  for (const [value, factor] of [[x, y], [y, x]] as const) {
    const inverse = bare(factor);
    if (isOp(inverse, "div") && isConstant(both(inverse)[0], 1)) return [value, both(inverse)[1]];
  }
  return undefined;
}

/** The mean of a value: Σ x / n where n counts the elements. */
function meanOf(node: Node): { body: Node; axes: readonly number[] } | undefined {
  const ratio = ratioOf(node);
  const sum = ratio && sumOf(ratio[0]);
  if (!ratio || !sum) return undefined;
  const count = product(sum.axes.map((axis) => sum.body.shape[axis] as Dim));
  return extentOf(ratio[1]) === count ? sum : undefined;
}

function subscript({ body, axes }: { body: Node; axes: readonly number[] }): string | undefined {
  if (axes.length === body.shape.length) return undefined;
  return axes.map((axis) => axisName(body.shape, axis)).join(",");
}

const lastAxis = (node: Node, axes: readonly number[]): boolean => axes.length === 1 && axes[0] === node.shape.length - 1;
const axisUnlessLast = (node: Node, axes: readonly number[]): string | undefined => (lastAxis(node, axes) ? undefined : axes.map((axis) => axisName(node.shape, axis)).join(","));

/** exp(z - max z) or exp(z), as z. */
function shiftedExp(node: Node): Node | undefined {
  const inner = bare(node);
  return isOp(inner, "exp") ? unshifted(inner.inputs[0] as Node) : undefined;
}

/** z - max z as z, anything else as itself. */
function unshifted(node: Node): Node {
  if (!isOp(node, "sub")) return node;
  const [z, shift] = both(node);
  const most = bare(shift);
  return isOp(most, "max") && bare(most.inputs[0] as Node) === bare(z) ? z : node;
}

/** Σ exp(z) over `axes`, perhaps shifted. */
function sumOfExp(node: Node): { body: Node; axes: readonly number[] } | undefined {
  const sum = sumOf(node);
  const z = sum && shiftedExp(sum.body);
  return sum && z ? { body: z, axes: sum.axes } : undefined;
}

/** log Σ exp(z): with the shift added again, or without a shift. */
function logSumExpOf(node: Node): { body: Node; axes: readonly number[] } | undefined {
  const inner = bare(node);
  if (isOp(inner, "log")) {
    const sum = sumOfExp(inner.inputs[0] as Node);
    return sum && !isShifted(inner) ? sum : undefined;
  }
  if (!isOp(inner, "add")) return undefined;
  const [a, b] = both(inner).map(bare) as [Node, Node];
  const [logarithm, most] = isOp(a, "log") ? [a, b] : [b, a];
  const sum = isOp(logarithm, "log") && isOp(most, "max") ? sumOfExp(logarithm.inputs[0] as Node) : undefined;
  return sum && isShifted(logarithm) ? sum : undefined;
}

const isShifted = (logarithm: Node): boolean => {
  const sum = sumOf(logarithm.inputs[0] as Node);
  const exponent = sum && bare(sum.body).inputs[0];
  return exponent !== undefined && unshifted(exponent) !== exponent;
};

function softmax(node: Node): Step | undefined {
  if (!isOp(node, "div")) return undefined;
  const [e, total] = both(node);
  const sum = sumOfExp(total);
  const z = shiftedExp(e);
  return sum && z && sumOf(total)?.body === bare(e) ? named("softmax", [sum.body], axisUnlessLast(sum.body, sum.axes)) : undefined;
}

function logSoftmax(node: Node): Step | undefined {
  if (!isOp(node, "sub")) return undefined;
  const [x, shift] = both(node);
  const whole = logSumExpOf(shift);
  if (whole && bare(whole.body) === bare(x)) return named("logSoftmax", [whole.body], axisUnlessLast(whole.body, whole.axes));
  const z = unshifted(x);
  const logarithm = bare(shift);
  const sum = z !== x && isOp(logarithm, "log") ? sumOfExp(logarithm.inputs[0] as Node) : undefined;
  return sum && bare(sum.body) === bare(z) ? named("logSoftmax", [z], axisUnlessLast(z, sum.axes)) : undefined;
}

/** Mean of (x - mean x)². */
function variance(node: Node): Step | undefined {
  const mean = meanOf(node);
  const square = mean && squareOf(mean.body);
  if (!mean || !square || !isOp(square, "sub")) return undefined;
  const [x, center] = both(square);
  const inner = meanOf(bare(center));
  return inner && bare(inner.body) === bare(x) ? named("var", [x], subscript({ body: x, axes: mean.axes })) : undefined;
}

/** x² as x. */
function squareOf(node: Node): Node | undefined {
  if (isOp(node, "mul") && node.inputs[0] === node.inputs[1]) return node.inputs[0];
  return isOp(node, "pow") && isConstant(both(node)[1], 2) ? node.inputs[0] : undefined;
}

/** √Σx² as ‖x‖. */
function norm(node: Node): Step | undefined {
  const sum = isOp(node, "sqrt") ? sumOf(node.inputs[0] as Node) : undefined;
  const x = sum && squareOf(sum.body);
  return sum && x ? named("norm", [x], subscript({ body: x, axes: sum.axes })) : undefined;
}

/** where(z <= 0, 0, g): relu(z) where g is z itself, else g times its derivative. */
function relu(node: Node): Step | undefined {
  if (!isOp(node, "where")) return undefined;
  const [condition, zero, g] = node.inputs as [Node, Node, Node];
  if (!isOp(condition, "compare") || condition.params.relation !== "le" || !isConstant(zero, 0)) return undefined;
  const [z, bound] = both(condition);
  if (!isConstant(bound, 0)) return undefined;
  if (z === g) return named("relu", [z]);
  return { inputs: [g, z], build: ([dy, x]) => reluGradient(dy as Formula, x as Formula, isConstant(g, 1)) };
}

const reluGradient = (g: Formula, z: Formula, alone: boolean): Formula => (alone ? call("relu′", [z]) : operator("*", g, call("relu′", [z])));

/** (x - mean)/deviation with the states of `nn.standardize`. */
function standardize(node: Node): Step | undefined {
  if (!isOp(node, "div")) return undefined;
  const [centered, deviation] = both(node);
  if (!isOp(centered, "sub")) return undefined;
  const [x, mean] = both(centered);
  return isStateOf(mean, "standardize.mean") && isStateOf(deviation, "standardize.deviation") ? named("standardize", [x]) : undefined;
}

function isStateOf(node: Node, suffix: string): boolean {
  const source = bare(node);
  return isOp(source, "state") && source.params.name.endsWith(suffix);
}

function mean(node: Node): Step | undefined {
  const found = meanOf(node);
  return found && named("mean", [found.body], subscript(found));
}

function logSumExp(node: Node): Step | undefined {
  if (!isOp(node, "add") && !isOp(node, "log")) return undefined;
  const found = logSumExpOf(node);
  return found && named("logSumExp", [found.body], axisUnlessLast(found.body, found.axes));
}

/** x·x as x². */
function square(node: Node): Step | undefined {
  const x = isOp(node, "mul") ? squareOf(node) : undefined;
  return x && { inputs: [x], build: ([base]) => operator("^", base as Formula, number(2)) };
}

/** Every named form. The first that matches is printed, so that the larger ones stand above their parts. */
export const forms: readonly Form[] = [
  { name: "standardize", match: standardize },
  { name: "variance", match: variance },
  { name: "mean", match: mean },
  { name: "softmax", match: softmax },
  { name: "logSoftmax", match: logSoftmax },
  { name: "logSumExp", match: logSumExp },
  { name: "norm", match: norm },
  { name: "relu", match: relu },
  { name: "square", match: square },
];

/** The named form of `node`, if it has one. */
export function formOf(node: Node): Step | undefined {
  for (const form of forms) {
    const step = form.match(node);
    if (step) return step;
  }
  return undefined;
}
