// What a step by one of several losses assigns to states: what PyTorch's modules would have kept, had that step called them.

import { bare } from "../compiler/describe/form.ts";
import type { Node } from "../compiler/ir/node.ts";
import { substitute } from "../compiler/ir/walk.ts";
import { isOp } from "../compiler/ops/table.ts";
import type { Definition } from "./definition.ts";
import { readAfter } from "./tensor.ts";

/**
 * The states that a step by `loss` assigns, with their values: those of the calls of `update` that belong to what the loss is made of, in their order.
 * A layer's belong to what it gave in that application; others to all inputs and parameters that their values are made of. So a batch norm that two
 * losses apply moves in the step of each by the rows of its own applications. What is applied to the same value for one loss and again for another
 * one is one application in the step of each.
 */
export function assignedBy(loss: Node, definition: Definition): ReadonlyMap<Node, Node> {
  const run = runBy([loss], definition);
  const assigned = new Map<Node, Node>();
  /** What reads of states give in this step, and which states they read. */
  const [reads, states] = [new Map<Node, Node>(), new Map<Node, Node>()];
  const done = new Set<string>();
  for (const { target, value, given } of definition.assignments) {
    const runs = run.has(value) || (given?.some((node) => run.has(node)) ?? isMadeOf(value, run, states));
    const same = [target, ...(given ?? substitute([value], states))].map(({ id }) => id).join();
    if (runs && !done.has(same)) assigned.set(target, substitute([value], reads)[0] as Node);
    if (runs) done.add(same);
    const [now, read] = [assigned.get(target), readAfter(target, value)];
    reads.set(read, now ? readAfter(target, now) : target);
    states.set(read, target);
  }
  return assigned;
}

/** What a node depends on in training: of what is chosen by the mode, what training chooses. */
function inputsInTraining(node: Node): readonly Node[] {
  const [condition, chosen] = node.inputs;
  return isOp(node, "where") && isOp(bare(condition as Node), "training") ? [chosen as Node] : node.inputs;
}

/** Adds to `found` what its nodes depend on in training, without what those for which `ends` holds depend on. */
function close(found: Set<Node>, ends: (node: Node) => boolean = () => false): Set<Node> {
  for (const node of found) if (!ends(node)) for (const input of inputsInTraining(node)) found.add(input);
  return found;
}

/** What `roots` need as PyTorch computes it: also what is differentiated within it, of which the gradient itself may need little. */
function runBy(roots: readonly Node[], { derivations }: Definition): ReadonlySet<Node> {
  const run = close(new Set(roots));
  for (const { scalar, gradients, since } of [...derivations].reverse())
    if (gradients.some((node) => node.id >= since && run.has(node))) close(run.add(scalar));
  return run;
}

/** The values with names that `roots` do not need but for the gradient of them: the first derivative, where it is differentiated once more. */
export function differentiatedIn(roots: readonly Node[], definition: Definition): Node[] {
  const [run, needed] = [runBy(roots, definition), close(new Set(roots))];
  return definition.values.map(({ node }) => node).filter((node) => node.inputs.length > 0 && run.has(node) && !needed.has(node));
}

/** Whether all inputs and parameters that `value` is made of, but through what states had before, are among `run`. */
function isMadeOf(value: Node, run: ReadonlySet<Node>, reads: ReadonlyMap<Node, Node>): boolean {
  const sources = [...close(new Set([value]), (node) => reads.has(node))].filter((node) => isOp(node, "input") || isOp(node, "parameter"));
  return sources.every((node) => run.has(node));
}
