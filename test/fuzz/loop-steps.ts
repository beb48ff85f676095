// Random loops: of one or two carries, with products, other loops and gradients that stop in their steps.

import type { Node } from "../../compiler/ir/node.ts";
import { sameShape } from "../../compiler/ir/type.ts";
import * as b from "../../compiler/ops/build.ts";
import { carrySlot, elementSlot, type LoopNode, lastOf, makeLoop, stackOf, stepSlot } from "../../compiler/ops/loops.ts";
import { isStatic, oneOf, type Step } from "./draw.ts";
import { operand, type Plot, pick, source } from "./plot.ts";

const labelIn = (plot: Plot): string => `${plot.graph.nodes.length}`;

const isReverse = (plot: Plot): boolean => plot.draw(2) > 0;

/** x·W along the last axis; x where that has no fixed extent. */
function productOf(plot: Plot, x: Node): Node {
  const extent = x.shape.at(-1);
  if (extent === undefined || !isStatic(extent)) return x;
  const rows = "abcdef".slice(0, x.shape.length - 1);
  return b.contract(x, source(plot, "f32", [extent, extent]), `${rows}y,yz->${rows}z`);
}

/** A loop in the step of another: of `x` over `steps`, which takes `y` from around it. */
function innerLoop(plot: Plot, x: Node, y: Node): Node {
  const loop = labelIn(plot);
  const h = carrySlot(plot.graph, loop, 0, "inner", x);
  const next = oneOf(plot, [b.tanh(b.add(h, y)), b.mul(b.tanh(h), y), productOf(plot, b.tanh(h)), y]);
  const made = makeLoop(plot.graph, {
    loop,
    steps: 1 + plot.draw(2),
    reverse: isReverse(plot),
    carries: ["inner"],
    starts: [x],
    sequences: [],
    next: [next],
  });
  return plot.draw(2) === 0 ? lastOf(made, 0) : b.sum(stackOf(made, b.mul(next, h)), [0]);
}

/** What is carried beside the first: how it begins, and how a step makes the next of it and of values like `h`. */
interface Second {
  readonly start: Node;
  next(slot: Node, h: Node): Node;
  /** As a value like `h`. */
  like(slot: Node, h: Node): Node;
}

function secondOf(plot: Plot, start: Node): Second | undefined {
  const kind = plot.draw(4);
  if (kind === 0) return undefined;
  if (kind === 1) {
    const isPositive = (h: Node) => b.cast(b.compare(h, b.fill(h, 0), "gt"), "i32");
    const counted = operand(plot, "i32", start.shape);
    return { start: counted, next: (k, h) => oneOf(plot, [b.add(k, isPositive(h)), isPositive(h), k]), like: (k) => b.cast(k, "f32") };
  }
  return { start: operand(plot, "f32", start.shape), next: (g, h) => oneOf(plot, [h, g, b.sub(h, g), productOf(plot, b.tanh(g))]), like: (g) => g };
}

interface Drawn {
  readonly loop: LoopNode;
  readonly values: readonly Node[];
}

function loopOf(plot: Plot): Drawn {
  const [start, outside] = [pick(plot, "f32"), pick(plot, "f32")];
  const steps = 1 + plot.draw(3);
  const elements = operand(plot, "f32", [steps, ...start.shape]);
  const second = secondOf(plot, start);
  const loop = labelIn(plot);
  const h = carrySlot(plot.graph, loop, 0, "h", start);
  const x = elementSlot(plot.graph, loop, 0, start);
  const other = second && carrySlot(plot.graph, loop, 1, "g", second.start);
  const captured = sameShape(outside.shape, start.shape) ? outside : b.fill(start, 0.5);
  const beside = second && other ? second.like(other, h) : captured;
  const at = b.broadcast(b.cast(stepSlot(plot.graph, loop), "f32"), start.shape, []);
  const nexts: readonly (() => Node)[] = [
    () => b.add(h, x),
    () => b.tanh(b.add(b.mul(h, captured), x)),
    () => b.mul(b.tanh(h), b.add(x, at)),
    () => b.sub(captured, beside),
    () => x,
    () => beside,
    () => b.tanh(b.add(productOf(plot, h), b.mul(beside, x))),
    () => innerLoop(plot, h, b.add(x, beside)),
    () => b.add(innerLoop(plot, x, h), at),
    () => b.mul(b.stopGradient(b.tanh(b.add(h, x))), b.tanh(beside)),
  ];
  const next = oneOf(plot, nexts)();
  const handed = second && other ? [next, second.next(other, next)] : [next];
  const made = makeLoop(plot.graph, {
    ...{ loop, steps, reverse: isReverse(plot), carries: ["h", "g"].slice(0, handed.length), sequences: [elements], next: handed },
    starts: second ? [start, second.start] : [start],
  });
  return { loop: made, values: [next, h, b.mul(next, x), b.add(h, captured), beside, ...handed.slice(1), ...(other ? [other] : [])] };
}

/** What is asked of a random loop. */
export const loopSteps: Record<"stack" | "last", Step> = {
  stack(plot) {
    const { loop, values } = loopOf(plot);
    return stackOf(loop, oneOf(plot, values));
  },
  last(plot) {
    const { loop } = loopOf(plot);
    return lastOf(loop, plot.draw(loop.body.length));
  },
};
