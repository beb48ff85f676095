// Gradients that the user says, each by itself against differences of its function. They may differ, as that of a straight-through estimator does:
// then the gradients of the loss are compared where the function's own derivative stands for them, so that all else is checked.

import { placeOf } from "../../compiler/diagnostics/places.ts";
import { type Evaluated, evaluate, type Inputs, valueAt } from "../../compiler/interpret.ts";
import { elementAt } from "../../compiler/ir/element.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { withBodies, withoutBodies } from "../../compiler/ir/walk.ts";
import * as build from "../../compiler/ops/build.ts";
import { insideOf, isSlot, isView, type LoopNode, loopOfView } from "../../compiler/ops/loops.ts";
import type { Value } from "../../compiler/ops/op.ts";
import { isOp, type OpNode } from "../../compiler/ops/table.ts";
import { is } from "../../compiler/rewrite/pattern.ts";
import { bits, type Rewriting, rewrite } from "../../compiler/rewrite/rewrite.ts";
import type { Comparison } from "./comparison.ts";
import { derivativeError, derivativeTolerance, spread } from "./differences.ts";

type Own = OpNode<"withGradient">;

/** The values at which gradients are compared, and how more of them are computed. */
export interface At {
  readonly run: Inputs;
  readonly values: ReadonlyMap<Node, Value>;
  readonly steps: Evaluated["steps"];
}

/** A gradient of the user's that was compared. */
interface Compared {
  readonly own: Own;
  readonly comparison: Comparison;
}

/**
 * Each of the user's gradients that `roots` depend on against differences of its function, the values around it held as they are; in the body of a
 * loop in each of its steps, of which the one that differs most counts.
 */
export const compareOwn = (roots: readonly Node[], at: At): Compared[] => compareAmong(withoutBodies(roots), at);

const compareAmong = (nodes: readonly Node[], at: At): Compared[] =>
  nodes.flatMap((node) => {
    if (isOp(node, "withGradient")) return node.body.map((_, i) => ({ own: node, comparison: compareInput(node, i, at) }));
    return isOp(node, "loop") ? compareSteps(node, nodes, at) : [];
  });

/** Those in the body of `loop`, and of what is asked of it among `nodes`. */
function compareSteps(loop: LoopNode, nodes: readonly Node[], at: At): Compared[] {
  const views = nodes.filter((node) => isView(node) && loopOfView(node) === loop);
  const inside = insideOf([...loop.body, ...views.flatMap(({ body }) => body)], loop.params.loop);
  if (!withBodies(inside).some((node) => isOp(node, "withGradient"))) return [];
  const steps = (at.steps.get(loop as Node) as readonly Evaluated[]).map((step, i) => compareAmong(inside, atStep(loop as Node, i, step, at)));
  return elementAt(steps, 0).map(({ own }, i) => ({ own, comparison: worstOf(steps.map((step) => elementAt(step, i).comparison)) }));
}

/** One step of a loop: what it was given is held, and what it computed is known. */
function atStep(loop: Node, i: number, { own, steps }: Evaluated, { run, ...outside }: At): At {
  const stopped = run.heldSteps?.get(loop)?.[i];
  const slots = [...own].filter(([node]) => isSlot(node));
  const held = new Map([...(run.held ?? []), ...(stopped?.own ?? []), ...slots]);
  const heldSteps = new Map([...(run.heldSteps ?? []), ...(stopped?.steps ?? [])]);
  return { run: { ...run, held, heldSteps }, values: new Map([...outside.values, ...own]), steps: new Map([...outside.steps, ...steps]) };
}

/** The comparison of the step that differs most; flat only where all are. */
const worstOf = (steps: readonly Comparison[]): Comparison => ({
  ...steps.reduce((worst, step) => (step.error <= worst.error ? worst : step)),
  isFlat: steps.every(({ isFlat }) => isFlat === true),
});

function compareInput(own: Own, i: number, { run, values }: At): Comparison {
  const y = elementAt(own.inputs, 0);
  const x = elementAt(own.inputs, i + 1);
  const value = valueAt(values, y);
  // Numbers of both signs that have nothing in common.
  const delta = Float64Array.from(value.data, (_, at) => 2 * spread(at + 3) - 1);
  const slots = new Map([
    [build.slot("delta", own.params.slot, y), { ...value, data: delta }],
    [build.slot("value", own.params.slot, y), value],
  ]);
  const [gradient] = [elementAt(own.body, i)].map((root) => valueAt(evaluate([root], { ...run, held: new Map([...values, ...slots]) }), root));
  const around = new Map(own.inputs.slice(1).map((input) => [input, valueAt(values, input)]));
  const held = run.held ?? new Map<Node, Value>();
  const along = (data: readonly number[]): number => {
    const moved = { ...valueAt(values, x), data: Float64Array.from(data) };
    const after = valueAt(evaluate([y], { ...run, held: new Map([...held, ...around, [x, moved]]) }), y).data;
    return after.reduce((sum, each, at) => sum + each * (delta[at] as number), 0);
  };
  const point = valueAt(values, x);
  const nothing = new Float64Array(point.data.length);
  return {
    name: `∂${nameOf(own) ?? "value"}/∂${nameOf(x) ?? `input ${i + 1}`}`,
    kind: "own",
    error: derivativeError(point, gradient?.data ?? nothing, 1, along),
    tolerance: derivativeTolerance,
    at: placeOf(own),
    isFlat: derivativeError(point, nothing, 1, along) === 0,
  };
}

function nameOf(node: Node): string | undefined {
  const [name] = node.graph.names.get(node) ?? [];
  return node.graph.declarations.get(node)?.name ?? name?.text ?? (isOp(node, "input") ? node.params.name : undefined);
}

/** What `roots` are with the functions themselves where the gradients that differ were. */
export function withFunctions(roots: readonly Node[], compared: readonly Compared[]): Rewriting {
  const different = new Set(compared.flatMap(({ own, comparison: { error, tolerance } }) => (error <= tolerance ? [] : [own.params.slot])));
  const isDifferent = (node: Node) => isOp(node, "withGradient") && different.has(node.params.slot);
  return rewrite(roots, [
    bits(
      "withGradient(y, ..) = y",
      is("withGradient"),
      (_, { inputs }) => inputs[0],
      (_, node) => isDifferent(node),
    ),
  ]);
}
