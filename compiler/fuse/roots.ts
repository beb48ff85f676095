import type { Node } from "../ir/node.ts";
import { upTo } from "../ir/walk.ts";
import { capturedBy, isView, withViewsBefore } from "../ops/loops.ts";
import type { OpParams } from "../ops/params.ts";
import { isOp } from "../ops/table.ts";
import { target } from "../target.ts";
import { isSource, roleOf, weightOf } from "./cost.ts";
import { basesOf, type Known } from "./loops.ts";
import { runningSums } from "./running-sums.ts";

/** Which nodes of an entry point are computed once (`roots`), and which sums become part of another sum (`merged`). */
export interface Roots {
  /** Inputs before users. */
  readonly live: readonly Node[];
  readonly roots: ReadonlySet<Node>;
  readonly merged: ReadonlySet<Node>;
}

interface Uses {
  readonly consumers: ReadonlyMap<Node, readonly Node[]>;
  /** How many computations read a node, looking through ops that only move elements. */
  readonly count: ReadonlyMap<Node, number>;
}

function findUses(live: readonly Node[], outputs: ReadonlySet<Node>): Uses {
  const consumers = new Map<Node, Node[]>(live.map((node) => [node, []]));
  for (const node of live) for (const input of new Set(node.inputs)) consumers.get(input)?.push(node);
  const count = new Map<Node, number>();
  for (const node of [...live].reverse()) {
    const reads = (consumers.get(node) ?? []).map((consumer) => (roleOf(consumer) === "free" ? (count.get(consumer) ?? 0) : 1));
    count.set(
      node,
      reads.reduce((total, reads) => total + reads, outputs.has(node) ? 1 : 0),
    );
  }
  return { consumers, count };
}

/** The computed values that `node` moves elements of. */
function origins(node: Node): Node[] {
  const found: Node[] = [];
  const stack = [node];
  for (let at = stack.pop(); at; at = stack.pop()) {
    if (isSource(at) || isView(at)) continue;
    if (roleOf(at) === "free") stack.push(...at.inputs);
    else found.push(at);
  }
  return found;
}

const sums = new Set(["contract", "sum", "fold"]);
const moves = new Set(["permute", "reshape"]);

/** A product or fold that feeds nothing but another fold, perhaps moved: one sum does both, so that no patches are ever stored. */
function findMerged(live: readonly Node[], uses: Uses, outputs: ReadonlySet<Node>): Set<Node> {
  const merged = new Set<Node>();
  for (const node of live) {
    if (!isOp(node, "fold")) continue;
    let operand = node.inputs[0] as Node;
    while (moves.has(operand.op) && uses.consumers.get(operand)?.length === 1 && !outputs.has(operand)) operand = operand.inputs[0] as Node;
    if (sums.has(operand.op) && uses.consumers.get(operand)?.length === 1 && !outputs.has(operand)) merged.add(operand);
  }
  return merged;
}

/** Values that a consumer would compute many times over: operands of products, what a loop takes from outside, and what is repeated along new axes. */
function findDemanded(live: readonly Node[]): { always: Set<Node>; ifCostly: Set<Node> } {
  const always = new Set<Node>();
  const ifCostly = new Set<Node>();
  for (const node of live) {
    for (const captured of capturedBy(node)) for (const origin of origins(captured)) always.add(origin);
    if (isOp(node, "contract")) for (const operand of node.inputs) for (const origin of origins(operand)) always.add(origin);
    const repeats = isOp(node, "broadcast") || isOp(node, "window") || isOp(node, "gather");
    const [operand] = node.inputs;
    if (repeats && operand && operand.shape.length > 0) for (const origin of origins(operand)) ifCostly.add(origin);
  }
  return { always, ifCostly };
}

/** Whether windows along one axis share elements. */
const overlap = ({ size, stride, dilation }: OpParams["window"]): boolean => stride <= dilation * (size - 1);

/** Whether elements of `node` are moved from places that are looked up. */
function isLookedUp(node: Node): boolean {
  if (isOp(node, "gather")) return true;
  return roleOf(node) === "free" && !isSource(node) && !isView(node) && isLookedUp(node.inputs[0] as Node);
}

const aroundWindows = new Set(["window", "pad"]);

/** Values that are moved from places that are looked up, where windows that overlap read each element several times and would look it up as often. */
function findLookedUp(live: readonly Node[]): Set<Node> {
  const found = new Set<Node>();
  for (const node of live) {
    if (!isOp(node, "window") || !overlap(node.params)) continue;
    let image = node.inputs[0] as Node;
    while (aroundWindows.has(image.op)) image = image.inputs[0] as Node;
    if (isLookedUp(image)) found.add(image);
  }
  return found;
}

// z = x·W + b with several readers: storing z instead of x·W saves each of them the addition.
function finishesReduction(node: Node, uses: Uses): boolean {
  return node.inputs.some((input) => roleOf(input) === "reduction" && uses.count.get(input) === 1);
}

/**
 * Decides what is computed once and what is computed where it is used. Results, updates, reductions and operands of products are
 * roots; a shared value is one when computing it again costs more than so many additions. A long expression is cut, which
 * bounds the depth of expressions and the work that is repeated.
 */
export function findRoots(results: readonly Node[], known: Known): Roots {
  const isKnown = (node: Node) => isSource(node) || known(node) !== undefined;
  const live = withViewsBefore(upTo(results, isKnown));
  const outputs = new Set([...results, ...live.flatMap(basesOf)]);
  const uses = findUses(live, outputs);
  const merged = findMerged(live, uses, outputs);
  const demanded = findDemanded(live);
  const lookedUp = findLookedUp(live);
  const { partial, order } = runningSums(live, (node) => uses.consumers.get(node)?.length === 1 && !outputs.has(node) && !merged.has(node));
  const { repeated, longest } = target.expressions;
  const roots = new Set<Node>();
  const cost = new Map<Node, number>();
  for (const node of live) {
    const inner = [...new Set(node.inputs)].reduce((total, input) => total + (roots.has(input) ? 0 : (cost.get(input) ?? 0)), 0);
    const total = inner + weightOf(node);
    cost.set(node, total);
    if (isKnown(node) || isView(node) || merged.has(node)) continue;
    const computed = roleOf(node) !== "free";
    const shared = computed && (uses.count.get(node) ?? 0) > 1;
    const isRoot =
      outputs.has(node) ||
      roleOf(node) === "reduction" ||
      partial.has(node) ||
      lookedUp.has(node) ||
      (computed && demanded.always.has(node)) ||
      (computed && demanded.ifCostly.has(node) && total > repeated) ||
      (shared && (total > repeated || finishesReduction(node, uses))) ||
      (computed && total > longest);
    if (isRoot) roots.add(node);
  }
  return { live: order, roots, merged };
}
