// Axes that a reader would not see: which ones an operand goes along where none has all of them, and axes of extent 1 that come or go.
import { letterOf } from "../formula/axes.ts";
import { unviewed } from "../formula/guards.ts";
import { type Formula, inShape, isReshaped, view } from "../formula/tree.ts";
import type { Dim } from "../ir/dim.ts";
import type { Node } from "../ir/node.ts";
import type { Shape } from "../ir/type.ts";
import { elementwise, isElementwise } from "../ops/elementwise.ts";
import { withLetters } from "../ops/reshaped.ts";
import { isOp } from "../ops/table.ts";
import { fillOf } from "../rewrite/fill.ts";
import { bare } from "./form.ts";

/** The axes of `shape` that `operand` goes along by more than one place. */
function axesAlong({ op, inputs, params, shape }: Node): readonly number[] {
  const longer = (extents: Node["shape"], axisOf: (axis: number) => number) => extents.flatMap((dim, axis) => (dim === 1 ? [] : [axisOf(axis)]));
  const [inner] = inputs;
  return op === "broadcast" && inner
    ? longer(inner.shape, (axis) => (params as { axes: readonly number[] }).axes[axis] as number)
    : longer(shape, (axis) => axis);
}

/** Whether it is the place along an axis, which is written as a letter. */
const isPlace = (operand: Node): boolean => isOp(bare(operand), "iota");

/** `formula` of `operand`, which is repeated, with the letters of its axes; what has other axes in the shape of these. */
function lettered(formula: Formula, operand: Node, axes: readonly number[]): Formula {
  if (formula.kind !== "view") return formula;
  const rank = unreshaped(operand.inputs[0] as Node).shape.length;
  const body =
    rank === axes.length
      ? formula.body
      : inShape(
          "reshape",
          unviewed(formula.body),
          axes.map((axis) => operand.shape[axis] as Dim),
        );
  return withLetters({ ...formula, body }, axes.map(letterOf).join(""));
}

/** What is below reshapes, or below it the first that has a name. */
const unreshaped = (node: Node): Node => (isOp(node, "reshape") && !node.graph.names.has(node) ? unreshaped(node.inputs[0] as Node) : node);

/** What `operand` repeats, where that has all axes in their places, of extent 1 those along which it is repeated: it shows itself where it goes. */
function spanning(operand: Node, shape: Shape): Node | undefined {
  const [inner] = operand.inputs;
  if (!isOp(operand, "broadcast") || !inner) return undefined;
  const source = unreshaped(inner);
  const kept = axesAlong(operand);
  const fits = source.shape.length === shape.length && source.shape.every((dim, axis) => dim === (kept.includes(axis) ? shape[axis] : 1));
  return fits ? source : undefined;
}

/** Whether `operand`, which is written as `x`, goes along the last axes beside `source`, along whose first ones it could not go. */
function isBehind(operand: Node, x: Formula, source: Node): boolean {
  if (!isOp(operand, "broadcast") || x.kind !== "view" || x.at !== undefined) return false;
  const { shape } = operand.inputs[0] as Node;
  const fromEnd = operand.shape.length - shape.length;
  const isLast = operand.params.axes.every((axis, at) => axis === fromEnd + at);
  return isLast && (shape.length === 0 || shape.some((dim, axis) => dim !== source.shape[axis] && source.shape[axis] !== 1));
}

/** The same where each operand spans all axes, `left + rightᵀ` of a column and a row, or one does and others go along the last: `x − knots`. */
function spanned({ inputs, shape }: Node, xs: readonly Formula[]): readonly Formula[] | undefined {
  const sources = inputs.map((input) => spanning(input, shape));
  const widest = sources.find((source) => source !== undefined);
  if (!widest || !inputs.every((input, i) => sources[i] || isBehind(input, xs[i] as Formula, widest))) return undefined;
  return xs.map((x, i) => (sources[i] ? { ...view(unviewed(x), shape, [...shape.keys()]), from: (sources[i] as Node).shape } : x));
}

/** `xs`, the formulas of the inputs of `node`, with letters where none of them has all axes. */
export function lettersAcross(node: Node, xs: readonly Formula[]): readonly Formula[] {
  if (!isElementwise(node.op) || node.inputs.some(isPlace)) return xs;
  const axes = node.inputs.map(axesAlong);
  const all = new Set(axes.flat());
  const isPlain = axes.some((own) => own.length === all.size);
  if (isPlain) return xs;
  return (
    spanned(node, xs) ??
    xs.map((x, i) => (axes[i]?.length && isOp(node.inputs[i] as Node, "broadcast") ? lettered(x, node.inputs[i] as Node, axes[i]) : x))
  );
}

/** Whether `node` has more or fewer axes than what it is another shape of. */
const changesRank = (node: Node): boolean =>
  isOp(node, "reshape") && node.shape.some((dim) => dim !== 1) && node.inputs[0]?.shape.length !== node.shape.length;

/** The right side of a line: `formula` of `node`, with the reshape that it is. */
export const withReshape = (node: Node, formula: Formula): Formula =>
  changesRank(node) && isReshaped(formula) ? inShape("reshape", formula.body, node.shape) : formula;

/** An elementwise step, which is told as one, with an operand that shows all axes, of which `operand` shows no more. */
const showsAxes = (user: Node, operand: Node): boolean =>
  isElementwise(user.op) &&
  user.inputs.includes(operand) &&
  (operand.inputs[0]?.shape.length ?? 0) <= operand.shape.length &&
  user.inputs.some((other) => other !== operand && !isOp(other, "reshape") && !isOp(other, "broadcast") && other.shape.length === user.shape.length);

/** Steps that say themselves how their operands go along axes. */
const sayAxes: ReadonlySet<string> = new Set([...Object.keys(elementwise), "broadcast", "contract", "sum", "max"]);

/** What is written as what it stands for. */
const isPassedOn = ({ op }: Node): boolean => op === "slot" || op === "stack" || op === "last";

/** `formula` of `operand`, with the shape in which it is repeated within a step that makes `user`, one number too. */
function withBroadcast(user: Node, operand: Node, formula: Formula): Formula {
  const isOfOne = fillOf(operand) !== undefined || (isOp(operand, "broadcast") && operand.inputs[0]?.shape.length === 0);
  const isRepeated = isOfOne ? operand.shape.length > 0 && !isPassedOn(user) : isOp(operand, "broadcast");
  return isRepeated ? inShape("broadcast", withOwnLetters(operand, formula), operand.shape) : formula;
}

/** `formula` of what is repeated, with the letters of its axes where these could go along the first ones as well as along the last. */
function withOwnLetters(operand: Node, formula: Formula): Formula {
  if (!isOp(operand, "broadcast") || formula.kind !== "view") return formula;
  const { axes } = operand.params;
  const { shape } = operand.inputs[0] as Node;
  const couldBegin = shape.every((dim, axis) => dim === operand.shape[axis] || dim === 1 || operand.shape[axis] === 1);
  return couldBegin && axes.some((axis, at) => axis !== at) ? withLetters(formula, axes.map(letterOf).join("")) : formula;
}

/** `formula` of `operand` within a step that makes `user`. */
export function asOperand(user: Node, operand: Node, formula: Formula): Formula {
  if (!sayAxes.has(user.op)) return withBroadcast(user, operand, user.op === "reshape" ? formula : withReshape(operand, formula));
  return user.op === "broadcast" || showsAxes(user, operand) ? formula : withReshape(operand, formula);
}

/** Whether `node` has axes along which nothing changes: none of the broadcasts that it is made of element by element has them. */
export function isRepeated(node: Node): boolean {
  const shown = new Set<number>();
  const seen = new Set([node]);
  for (const inner of seen) {
    if (isOp(inner, "broadcast")) for (const axis of inner.params.axes) shown.add(axis);
    else if (isElementwise(inner.op)) for (const input of inner.inputs) seen.add(input);
    else return false;
  }
  return node.shape.some((dim, axis) => dim !== 1 && !shown.has(axis));
}
