// Choices that cannot keep what is behind them from the gradient: a contraction lies between, where the mask of the gradient ends.
//
//   where(c, matmul(log(x), w), 0)   =>   matmul: 0·log(0) is NaN in the gradient of w, and 0/0 in that of x
//
// What is warned about is what the condition can have been meant for: it knows the argument of the function that is not defined
// everywhere, or is an input of its own, that serves for nothing else. So relu(linear(log(x))) is not: its condition is as lost as its value.
// Requires: a loss in its stable form. Cost: linear, and linear again for each choice that is warned about.
import type { EndedChoice } from "../diagnostics/gradients.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { withoutBodies } from "../ir/walk.ts";
import { scalarNamed } from "../ops/elementwise.ts";
import type { Range, Ranges } from "../ops/range.ts";
import { isOp, type OpName } from "../ops/table.ts";
import { isTransparent } from "./masks.ts";
import { rangesOf } from "./ranges.ts";

/** The operand of a function that is not defined everywhere that decides whether it is. */
const deciding = (node: Node): Node => elementAt(node.inputs, isOp(node, "div") ? 1 : 0);

// Data are finite, what a layer keeps as a state is positive where it divides, and what a choice gives is what it was made for.
function trusted(range: Range, node: Node): Range {
  if (isOp(node, "input") && node.dtype === "f32") return { ...range, nan: false, infinite: false };
  if (isOp(node, "state")) return { low: 2 ** -126, high: Infinity, nan: false, infinite: false };
  return isOp(node, "where") ? { ...range, nan: false, infinite: false } : range;
}

/**
 * For each value that is computed from one that is not finite everywhere, that one. It ends at a choice whose condition is not computed from
 * it as well, since that can be its guard.
 */
function partsOf(order: readonly Node[]): Map<Node, Node> {
  const range = rangesOf(order, trusted);
  const parts = new Map<Node, Node>();
  for (const node of order) {
    const isDefined = scalarNamed(node.op)?.domain?.(node.inputs.map(range) as unknown as Ranges) ?? true;
    const [first, ...others] = node.inputs.map((input) => parts.get(input));
    const behind = isOp(node, "where") ? others.find((part) => part === first) : [first, ...others].find((part) => part !== undefined);
    const part = isDefined ? behind : node;
    if (part) parts.set(node, part);
  }
  return parts;
}

/** The ops behind `branch` at which a mask ends. */
function endsOf(branch: Node, path: ReadonlySet<Node>): Node[] {
  const seen = new Set<Node>();
  const stack = [branch];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (seen.has(node) || !path.has(node)) continue;
    seen.add(node);
    if (isTransparent(node.op)) stack.push(...node.inputs);
  }
  return [...seen].filter((node) => !isTransparent(node.op) && node.inputs.length > 0);
}

const carriers: ReadonlySet<string> = new Set<OpName>(["broadcast", "reshape", "permute", "cast"]);

/** The inputs of which nothing but conditions and counts is made. */
function masksAmong(order: readonly Node[]): Set<Node> {
  const users = new Map<Node, Node[]>();
  for (const node of order) for (const input of node.inputs) users.set(input, [...(users.get(input) ?? []), node]);
  const isMask = (node: Node): boolean =>
    (users.get(node) ?? []).every((user) => {
      if (isOp(user, "where")) return user.inputs[0] === node;
      return user.op === "compare" || (carriers.has(user.op) && (user.dtype !== "i32" || isMask(user)));
    });
  return new Set(order.filter((node) => isOp(node, "input") && node.dtype !== "f32" && isMask(node)));
}

/** The choices of `loss` behind which the gradient by one of `wrt` can meet what is not finite. */
export function endedChoices(loss: Node, wrt: readonly Node[]): EndedChoice[] {
  const order = withoutBodies([loss]);
  const path = new Set(wrt);
  for (const node of order) if (node.inputs.some((input) => path.has(input))) path.add(node);
  const parts = partsOf(order);
  const masks = masksAmong(order);
  return order.flatMap((choice) => {
    if (!isOp(choice, "where") || !path.has(choice)) return [];
    const [condition, ...branches] = choice.inputs as readonly [Node, Node, Node];
    const ends = branches.flatMap((branch) => endsOf(branch, path));
    const lost = ends.flatMap((end) => end.inputs.flatMap((input) => ({ choice, end, part: parts.get(input) })));
    const found = lost.find(({ end, part }) => part && isMeantFor(condition, end, part, masks));
    return found ? [found as EndedChoice] : [];
  });
}

/** Whether `condition` can have been written because of `part`: it does not depend on it, nor on `end`, and knows its argument or is a mask. */
function isMeantFor(condition: Node, end: Node, part: Node, masks: ReadonlySet<Node>): boolean {
  const known = new Set(withoutBodies([condition]));
  if (known.has(part) || known.has(end)) return false;
  const argument = withoutBodies([deciding(part)]).filter(({ op }) => op === "input" || op === "parameter");
  return argument.some((source) => known.has(source)) || [...known].some((node) => masks.has(node));
}
