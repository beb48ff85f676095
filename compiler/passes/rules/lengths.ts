// Roots that are never taken of 0, so that their slope at 0 is 0, as norms and deviations have them: `s = 0 ? s : √(s = 0 ? 1 : s)`.
import { elementAt } from "../../ir/element.ts";
import { make } from "../../ir/graph.ts";
import type { Node } from "../../ir/node.ts";
import { isOp, type OpName } from "../../ops/table.ts";
import { fillOf, scalarOf } from "../../rewrite/fill.ts";
import { paramsOf } from "./params.ts";

/** The s of which `condition` says that it is 0. */
export function zeroIn(condition: Node): Node | undefined {
  const [s, zero] = condition.inputs as readonly [Node, Node];
  return isOp(condition, "compare") && condition.params.relation === "eq" && s.dtype === "f32" && fillOf(zero) === 0 ? s : undefined;
}

const arithmetic: ReadonlySet<string> = new Set<OpName>(["mul", "div", "neg", "pow", "sqrt"]);

/** `node`, of which what is held off 0 by `s = 0 ? x : s`, where `condition` says that s is 0, is s itself. */
export function unheld(node: Node, condition: Node): Node {
  const [own, , s] = node.inputs as readonly [Node, Node, Node];
  if (isOp(node, "where") && own === condition && zeroIn(condition) === s) return s;
  if (!arithmetic.has(node.op)) return node;
  return make(
    node.op,
    node.inputs.map((input) => unheld(input, condition)),
    node.params,
  );
}

/** The s of which `node` is the root, or the root where s is not 0. */
export function underRoot(node: Node): Node | undefined {
  if (!isOp(node, "sqrt")) return undefined;
  const s = elementAt(node.inputs, 0);
  const [condition, , other] = s.inputs as readonly [Node, Node, Node];
  return isOp(s, "where") && zeroIn(condition) === other ? other : s;
}

/** The s of which `node` is the root with slope 0 at 0. */
export function ofLength(node: Node): Node | undefined {
  const [condition, s, root] = node.inputs as readonly [Node, Node, Node];
  return isOp(node, "where") && zeroIn(condition) === s && underRoot(root) === s ? s : undefined;
}

/** A length that is held at or above a number: `l ≥ ε ? l : max(l, ε)`. */
export interface Held {
  readonly condition: Node;
  readonly length: Node;
}

export function heldIn(node: Node): Held | undefined {
  const [condition, length, held] = node.inputs as readonly [Node, Node, Node];
  const isHeld = isOp(node, "where") && isOp(held, "maximum") && held.inputs[0] === length;
  return isHeld && bounded(condition)?.length === length ? { condition, length } : undefined;
}

/** The length of which `condition` says that it is at least a number above 0. */
export function bounded(condition: Node): { readonly length: Node; readonly least: Node } | undefined {
  const [length, least] = condition.inputs as readonly [Node, Node];
  const isBound = isOp(condition, "compare") && condition.params.relation === "ge" && (fillOf(least) ?? 0) > 0;
  return isBound && ofLength(length) ? { length, least } : undefined;
}

/** Whether `node` is one number that counts elements. */
export function isCount(node: Node): boolean {
  const value = fillOf(node);
  return value !== undefined ? Number.isInteger(value) && value > 0 : scalarOf(node)?.op === "size";
}

/** The x whose squares are added up to s, or of whose squares s is so many times the mean, and along which axes. */
export function squaredIn(s: Node): { readonly x: Node; readonly axes: readonly number[] } | undefined {
  const total = isOp(s, "div") && isCount(elementAt(s.inputs, 1)) ? elementAt(s.inputs, 0) : s;
  const square = isOp(total, "sum") ? elementAt(total.inputs, 0) : undefined;
  const [x, y] = square?.inputs ?? [];
  return square && isOp(square, "mul") && x && x === y ? { x, axes: paramsOf(total, "sum").axes } : undefined;
}

/** Whether x/l is a vector over its own length, or over what that is held at. */
export function isDirection(x: Node, length: Node): boolean {
  const s = ofLength(heldIn(length)?.length ?? length);
  return s !== undefined && squaredIn(s)?.x === x;
}

/** The quotient of `l = 0 ? 0 : x/l`, repeated, where l is a length. */
export function quotientIn(node: Node): Node | undefined {
  const [condition, zero, quotient] = node.inputs as readonly [Node, Node, Node];
  if (!isOp(node, "where") || fillOf(zero) !== 0 || !isOp(quotient, "div") || !isOp(condition, "broadcast")) return undefined;
  const repeated = elementAt(quotient.inputs, 1);
  const length = isOp(repeated, "broadcast") ? elementAt(repeated.inputs, 0) : undefined;
  return length && ofLength(length) && zeroIn(elementAt(condition.inputs, 0)) === length ? quotient : undefined;
}
