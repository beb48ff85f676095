// What `watch` adds to a step: how large the gradient and the activation of each layer are, computed in the module.
import type { Slopes } from "../compiler/entry-points.ts";
import type { Result } from "../compiler/ir/entry.ts";
import type { Node } from "../compiler/ir/node.ts";
import { withoutBodies } from "../compiler/ir/walk.ts";
import type { LayerValue } from "./definition.ts";
import { ops } from "./ops/index.ts";
import { countOf } from "./ops/reduction.ts";
import { nameOf } from "./step.ts";
import { layerOf } from "./variables.ts";

/**
 * For each trained layer `hidden`, `gradients.hidden`, the norm √Σg² of the loss's gradient by all of its parameters, before it is clipped; and
 * `activations.hidden`, √(mean a²) of what the variable `hidden` holds, or where it holds nothing of what the layer gave last: a mean, so that it does
 * not depend on the number of rows or on the width. In a game both are of what its own loss sees. `init`, step and gradients are what they are
 * without it.
 */
export function watched({ total, effective }: Slopes, applied: readonly LayerValue[]): Result[] {
  const gradients = new Map<string, Node[]>();
  for (const [w, g] of effective()) {
    const layer = layerOf(nameOf(w));
    gradients.set(layer, [...(gradients.get(layer) ?? []), g]);
  }
  const activations = [...activationsOf(total, applied)].filter(([, { dtype }]) => dtype === "f32");
  return [
    ...[...gradients].map(([layer, parts]) => ({ name: `gradients.${layer}`, node: norm(parts) })),
    ...activations.map(([layer, value]) => ({ name: `activations.${layer}`, node: size(value) })),
  ];
}

/** By layer the value that stands for its activation, of those that a loss sees. */
function activationsOf(loss: Node, applied: readonly LayerValue[]): Map<string, Node> {
  const reached = new Set(withoutBodies([loss]));
  const named = new Map([...reached].flatMap((node) => [...(loss.graph.names.get(node) ?? [])].map(({ text }) => [text, node] as const)));
  return new Map(
    applied.flatMap(({ layer, value }) => {
      const own = named.get(layer) ?? (reached.has(value) ? value : undefined);
      return own ? [[layer, own] as const] : [];
    }),
  );
}

/** √(mean a²) */
function size(a: Node): Node {
  const axes = a.shape.map((_, axis) => axis);
  return ops.div(norm([a]), ops.sqrt(countOf(a.shape, axes, a)));
}

/**
 * √Σx² over the elements of all `parts`, as m·√Σ(x/m)² with the largest |x| for m: the square of 1e-25 is 0 in f32, and what vanishes is what is
 * looked for.
 */
function norm(parts: readonly Node[]): Node {
  const largest = parts.map((part) => ops.amax(ops.abs(part))).reduce(ops.maximum);
  // Neither 0 nor infinite nor NaN.
  const isPlain = ops.compare(ops.div(largest, largest), 1, "eq");
  const unit = ops.where(isPlain, largest, 1);
  const total = parts.map((part) => ops.sum(ops.square(ops.div(part, unit)))).reduce(ops.add);
  return ops.where(isPlain, ops.mul(unit, ops.sqrt(total)), largest);
}
