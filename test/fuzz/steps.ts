// One random step of each op: a value of that op over values of the plot.

import type { Dim } from "../../compiler/ir/dim.ts";
import { make } from "../../compiler/ir/graph.ts";
import type { Node } from "../../compiler/ir/node.ts";
import * as b from "../../compiler/ops/build.ts";
import { fromScalars } from "../../compiler/ops/elementwise.ts";
import type { Relation } from "../../compiler/ops/params.ts";
import type { OpName } from "../../compiler/ops/table.ts";
import { any, axesOf, drawDtype, isStatic, mostlyFloat, oneOf, type Step, shuffled, someOf } from "./draw.ts";
import { loopSteps } from "./loop-steps.ts";
import { movementSteps } from "./movement-steps.ts";
import { constantOf, countOf, drawExtent, drawShape, operand, type Plot, pick, source } from "./plot.ts";

/** Mostly a value on which log, sqrt and division are smooth. */
function positive(plot: Plot, x: Node): Node {
  return plot.draw(8) === 7 ? x : b.add(b.abs(x), b.fill(x, 0.5));
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
  const extents = new Map([
    ...[...left].map((letter, i) => [letter, x.shape[i] as Dim] as const),
    ...[...right].map((letter, i) => [letter, y.shape[i] as Dim] as const),
  ]);
  if (
    countOf(
      plot,
      kept.map((letter) => extents.get(letter) as Dim),
    ) > 1000
  )
    return undefined;
  return b.contract(x, y, `${left},${right}->${shuffled(plot, kept).join("")}`);
}

function maxOf(plot: Plot): Node | undefined {
  const x = pick(plot, mostlyFloat(plot), (node) => node.shape.length > 0);
  if (x.shape.length === 0) return undefined;
  return plot.draw(2) === 0 ? b.max(x, [oneOf(plot, axesOf(x))], "first") : b.max(x, someOf(plot, axesOf(x)), "even");
}

function argmaxOf(plot: Plot): Node | undefined {
  const x = pick(plot, mostlyFloat(plot), (node) => node.shape.length > 0);
  return x.shape.length === 0 ? undefined : b.argmax(x, oneOf(plot, axesOf(x)));
}

const relations: readonly Relation[] = ["lt", "ge", "eq", "ne", "le", "gt"];
function compareOf(plot: Plot): Node {
  const x = any(plot);
  return b.compare(x, operand(plot, x.dtype, x.shape), oneOf(plot, relations));
}

const partial: readonly ((x: Node) => Node)[] = [
  b.log,
  b.sqrt,
  (x) => b.div(b.fill(x, 1), x),
  (x) => b.pow(x, b.fill(x, 0.5)),
  (x) => b.mul(b.sqrt(x), b.log(x)),
];

/** A function that has no value where it is not chosen, or no slope: nothing of it may reach a gradient there. */
function guardedOf(plot: Plot): Node {
  const x = pick(plot, "f32");
  const value = oneOf(plot, partial)(x);
  const condition = b.compare(x, b.fill(x, 0), "gt");
  const other = operand(plot, "f32", x.shape);
  return plot.draw(2) === 0 ? b.where(condition, value, other) : b.where(b.compare(condition, b.fill(condition, 0), "eq"), other, value);
}

function whereOf(plot: Plot): Node {
  if (plot.draw(3) === 0) return guardedOf(plot);
  const x = any(plot);
  const y = operand(plot, x.dtype, x.shape);
  const condition = plot.draw(2) === 0 ? b.compare(x, y, oneOf(plot, relations)) : operand(plot, "bool", x.shape);
  return b.where(condition, x, y);
}

const exponents = [2, 3, 0.5, -1, 1.5, -0.5, 0, 1, -2, 0.3];
function powOf(plot: Plot): Node {
  const x = positive(plot, pick(plot, "f32"));
  return b.pow(x, plot.draw(4) === 3 ? operand(plot, "f32", x.shape) : b.fill(x, oneOf(plot, exponents)));
}

function constantStep(plot: Plot): Node {
  const dtype = drawDtype(plot);
  const shape = drawShape(plot, false) as number[];
  return b.constant(
    plot.graph,
    Array.from({ length: countOf(plot, shape) }, (_, i) => (i < 6 ? constantOf(plot, dtype) : i % 2)),
    shape,
    dtype,
  );
}

function randomOf(plot: Plot): Node {
  const seed = operand(plot, "i32", []);
  return b.random(seed, operand(plot, "i32", []), plot.draw(3), drawShape(plot, true));
}

function iotaOf(plot: Plot): Node | undefined {
  const shape = drawShape(plot, true);
  return shape.length === 0 ? undefined : b.iota(plot.graph, shape, plot.draw(shape.length));
}

const sourceStep: Step = (plot) => source(plot, drawDtype(plot), drawShape(plot, plot.draw(3) > 0));

/** How each op is drawn. */
export const steps: Record<OpName, Step> = {
  input: sourceStep,
  parameter: (plot) => source(plot, "f32", drawShape(plot, false)),
  state: sourceStep,
  constant: constantStep,
  iota: iotaOf,
  size: (plot) => b.size(plot.graph, "batch" in plot.sizes ? oneOf(plot, ["batch", "batch·3"]) : drawExtent(plot)),
  training: ({ graph }) => b.training(graph),
  random: randomOf,
  ...fromScalars(({ arity, domain, i32 }, name) => {
    if (arity === 2) return binary((x, y) => make(name, [x, y], {}));
    return (domain ? positiveUnary : i32 ? unaryNumber : unary)((x) => make(name, [x], {}));
  }),
  div(plot) {
    const x = pick(plot, "f32");
    return b.div(x, positive(plot, operand(plot, "f32", x.shape)));
  },
  pow: powOf,
  compare: compareOf,
  where: whereOf,
  cast: (plot) => b.cast(any(plot), drawDtype(plot)),
  contract: contractOf,
  sum(plot) {
    const x = pick(plot, mostlyFloat(plot));
    return b.sum(x, someOf(plot, axesOf(x)));
  },
  max: maxOf,
  argmax: argmaxOf,
  ...movementSteps,
  stopGradient: unary((x) => b.stopGradient(x)),
  // Values of a step are none of the program's; a loop is drawn with what is asked of it.
  slot: () => undefined,
  loop: () => undefined,
  recompute: unary((x) => b.recomputed(x.id, b.neg(b.recomputed(x.id, x)), [b.recomputed(x.id, x)])),
  barrier: unary((x) => b.barrier(x.id, x, x)),
  ...loopSteps,
  withGradient: unary((x) => b.withGradient(x, [x], [b.slot("delta", x.id, x)], x.id)),
};
