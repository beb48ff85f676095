// Choices where the chain rule carries the mask of a gradient further than a reader needs it. Only to be read: what is not chosen may be NaN where it runs.
import { elementAt } from "../../ir/element.ts";
import { make } from "../../ir/graph.ts";
import type { Node } from "../../ir/node.ts";
import { sameShape } from "../../ir/type.ts";
import * as build from "../../ops/build.ts";
import { isOp } from "../../ops/table.ts";
import { fillOf } from "../../rewrite/fill.ts";
import { any, as, either, is } from "../../rewrite/pattern.ts";
import { finite, type Rule } from "../../rewrite/rewrite.ts";
import { isCount, unheld } from "./lengths.ts";
import { paramsOf } from "./params.ts";
import { shareOf } from "./softmax.ts";
import { mayDiverge, vanishes, zerosOf } from "./zeros.ts";

/** A condition that has to hold, or has not to. */
interface Literal {
  readonly condition: Node;
  readonly holds: boolean;
}

/** What `node` says without negations. */
export function literal(node: Node, holds = true): Literal {
  const [x, zero] = node.inputs;
  const isNegation = isOp(node, "compare") && node.params.relation === "eq" && x?.dtype === "bool" && zero !== undefined && fillOf(zero) === 0;
  return isNegation ? literal(x as Node, !holds) : { condition: node, holds };
}

export const isSameLiteral = (a: Literal, b: Literal): boolean => a.condition === b.condition && a.holds === b.holds;

interface Choice extends Literal {
  readonly value: Node;
}

/** What `node` chooses where it is 0 elsewhere, and when. */
export function choiceOf(node: Node): Choice | undefined {
  const [condition, x, y] = node.inputs as readonly [Node, Node, Node];
  if (!isOp(node, "where")) return undefined;
  if (fillOf(y) === 0) return { ...literal(condition), value: x };
  return fillOf(x) === 0 ? { ...literal(condition, false), value: y } : undefined;
}

/** The two sides of ¬x ≤ y, which is x ∨ y. */
export function sidesOf({ condition, holds }: Literal): readonly Literal[] {
  const [x, y] = condition.inputs as readonly [Node, Node];
  const isImplication = holds && isOp(condition, "compare") && condition.params.relation === "le" && x.dtype === "bool";
  return isImplication ? [literal(x, false), literal(y)] : [];
}

/** The two sides of x > y of truths, which is x ∧ ¬y, or of x < y. */
function bothIn({ condition, holds }: Literal): readonly Literal[] {
  const [x, y] = condition.inputs as readonly [Node, Node];
  if (!holds || !isOp(condition, "compare") || x.dtype !== "bool") return [];
  const { relation } = condition.params;
  return relation === "gt" || relation === "lt" ? [literal(x, relation === "gt"), literal(y, relation === "lt")] : [];
}

/** Below a condition that says whether any along some axes holds, of which it is said, and along which. */
function anyOf({ condition, holds }: Literal): { readonly each: Literal; readonly axes: readonly number[] } | undefined {
  const [total, zero] = condition.inputs as readonly [Node, Node];
  const isAny = holds && isOp(condition, "compare") && condition.params.relation === "gt" && fillOf(zero) === 0 && isOp(total, "sum");
  const counted = isAny ? elementAt(total.inputs, 0) : undefined;
  return counted && isOp(counted, "cast") ? { each: literal(elementAt(counted.inputs, 0)), axes: paramsOf(total, "sum").axes } : undefined;
}

/** Whether `wanted` holds wherever `given` does. */
function follows(wanted: Literal, given: Literal): boolean {
  if (isSameLiteral(wanted, given) || sidesOf(wanted).some((side) => follows(side, given))) return true;
  const { condition, holds } = wanted;
  const some = isOp(condition, "broadcast") ? anyOf(literal(elementAt(condition.inputs, 0), holds)) : undefined;
  const kept = condition.shape.flatMap((_, axis) => (some?.axes.includes(axis) ? [] : [axis]));
  return some !== undefined && String(kept) === String(paramsOf(condition, "broadcast").axes) && follows(some.each, given);
}

/** Answers by node, so that what is shared is asked once. */
type Known = Map<Node, boolean>;

/** So many values are looked at, however large a formula is. */
export const most = 256;

/** Whether `node` is 0 wherever `wanted` is not so. */
function endsWith(node: Node, wanted: Literal, known: Known = new Map()): boolean {
  const answer = known.get(node);
  if (answer !== undefined || known.size >= most) return answer ?? false;
  known.set(node, false);
  const found = isEnded(node, wanted, (part) => endsWith(part, wanted, known));
  known.set(node, found);
  return found;
}

/** Whether `wanted` is so wherever x > 0. */
function isAboveZero({ condition, holds }: Literal, x: Node): boolean {
  const [left, right] = condition.inputs;
  if (!isOp(condition, "compare") || left !== x || !right || fillOf(right) !== 0) return false;
  return (holds ? ["gt", "ge", "ne"] : ["lt", "le", "eq"]).includes(condition.params.relation);
}

/** The same, where `ends` knows it of the inputs. */
function isEnded(node: Node, wanted: Literal, ends: (part: Node) => boolean): boolean {
  const [x, y, z] = node.inputs as readonly [Node, Node, Node];
  if (isOp(node, "maximum") && fillOf(y) === 0 && isAboveZero(wanted, x)) return true;
  if (sidesOf(wanted).some((side) => endsWith(node, side))) return true;
  const both = bothIn(wanted);
  if (both.length > 0 && both.every((side) => endsWith(node, side))) return true;
  const choice = choiceOf(node);
  if (choice && (follows(wanted, choice) || ends(choice.value))) return true;
  if (isOp(node, "where")) return ends(y) && ends(z);
  if (isOp(node, "mul")) return ends(x) || ends(y);
  if (isOp(node, "div")) return ends(x) || hidesShare(node, wanted);
  if (isOp(node, "neg")) return ends(x);
  if (isOp(node, "add") || isOp(node, "sub")) return ends(x) && ends(y);
  if (isOp(node, "sum")) {
    const some = anyOf(wanted);
    return some !== undefined && String(some.axes) === String(node.params.axes) && endsWith(x, some.each);
  }
  return isMovedAlike(node, wanted.condition) && endsWith(x, literal(elementAt(wanted.condition.inputs, 0), wanted.holds));
}

/** Whether what is repeated or takes another shape does so as its condition does. */
function isMovedAlike(node: Node, condition: Node): boolean {
  const [x, c] = [node.inputs[0], condition.inputs[0]];
  if (!x || !c || node.op !== condition.op || !sameShape(x.shape, c.shape)) return false;
  return (
    isOp(node, "reshape") || (isOp(node, "broadcast") && isOp(condition, "broadcast") && String(node.params.axes) === String(condition.params.axes))
  );
}

/** Whether `node` is a share e^z/Σ e^z of a row in which z is -∞ where `wanted` is not so. */
function hidesShare(node: Node, wanted: Literal): boolean {
  const e = shareOf(node)?.e;
  let z = e && isOp(e, "exp") ? elementAt(e.inputs, 0) : node;
  while (isOp(z, "sub") || isOp(z, "add")) z = elementAt(z.inputs, 0);
  while (isOp(z, "where")) {
    const [condition, x, y] = z.inputs as readonly [Node, Node, Node];
    const isKept = fillOf(y) === Number.NEGATIVE_INFINITY;
    if (!isKept && fillOf(x) !== Number.NEGATIVE_INFINITY) return false;
    if (follows(wanted, literal(condition, isKept))) return true;
    z = isKept ? x : y;
  }
  return false;
}

/** Whether `node` is `x`, or that with another sign or over a number of elements. */
function isMultipleOf(x: Node, node: Node): boolean {
  const [inner, by] = node.inputs as readonly [Node, Node];
  if (node === x) return true;
  if (isOp(node, "neg") || (isOp(node, "div") && isCount(by))) return isMultipleOf(x, inner);
  return isOp(node, "mul") && fillOf(by) !== undefined && isMultipleOf(x, inner);
}

/** Whether a choice by whether something is 0 is of what is 0 there anyway. */
function isZeroWith({ condition, holds, value }: Choice): boolean {
  const [x, zero] = condition.inputs as readonly [Node, Node];
  const isTest = isOp(condition, "compare") && condition.params.relation === (holds ? "ne" : "eq") && x.dtype === "f32" && fillOf(zero) === 0;
  return isTest && vanishes(value, new Set(zerosOf(x))) && !mayDiverge(value, new Set(zerosOf(x)));
}

/** Whether `node` asks whether x is 0 before it chooses x, or a multiple of it. */
function asksForItself(node: Node): boolean {
  const choice = choiceOf(node);
  const [x, zero] = choice?.condition.inputs ?? [];
  if (!choice || !x || !zero || !isOp(choice.condition, "compare") || fillOf(zero) !== 0) return false;
  return choice.condition.params.relation === (choice.holds ? "ne" : "eq") && isMultipleOf(x, choice.value);
}

/** Whether `node` chooses what is 0 anyway where it is not chosen. */
function isIdle(node: Node): boolean {
  const choice = choiceOf(node);
  return choice !== undefined && (endsWith(choice.value, choice) || isZeroWith(choice));
}

/** Whether `node` chooses what is 0 where it is not chosen, but for rows of shares that are all -∞ there, of which none is a number. */
export function choosesShares(node: Node): boolean {
  const choice = choiceOf(node);
  return choice !== undefined && endsWith(choice.value, choice);
}

/** Whether `node` holds where something is NaN, or with "eq" where it is not. */
function asksForNaN(node: Node, relation: "eq" | "ne"): boolean {
  const inner = isOp(node, "broadcast") ? elementAt(node.inputs, 0) : node;
  return isOp(inner, "compare") && inner.params.relation === relation && inner.inputs[0] === inner.inputs[1];
}

const isOrder = (node: Node, relation: "ge" | "gt"): boolean => isOp(node, "compare") && node.params.relation === relation;

export const choiceRules: readonly Rule[] = [
  // where x is 0 whenever c does not hold
  finite(
    "c ? x : 0 = x",
    is("where"),
    (_, node) => {
      const choice = choiceOf(node);
      return choice && unheld(choice.value, choice.condition);
    },
    (_, node) => isIdle(node) || asksForItself(node),
  ),
  // where both are 0 whenever c holds
  finite(
    "c ? x : y = y",
    is("where", any("c"), any("x"), any("y")),
    ({ y }) => y,
    ({ c, x, y }) => [x, y].every((value) => endsWith(value, literal(c, false))),
  ),
  // the slope of a root that is held off 0
  finite(
    "c ? x : y/(k·√(c ? z : v)) = c ? x : y/(k·√v)",
    is("where", any("c"), any("x"), is("div", any("y"), either("mul", any("k"), is("sqrt", is("where", any("c"), any("z"), any("v")))))),
    ({ c, x, y, k, v }) => build.where(c, x, build.div(y, build.mul(k, build.sqrt(v)))),
  ),
  // the order of numbers
  finite(
    "x ≠ x ? (y = y ∨ c) : (c ? x ≥ y : x > y) = c ? x ≥ y : x > y",
    is("where", any("unknown"), any("ties"), as("order", is("where", any("c"), any("weak"), any("strict")))),
    ({ order }) => order,
    ({ unknown, ties, weak, strict }) =>
      asksForNaN(unknown, "ne") && ties.inputs.some((each) => asksForNaN(each, "eq")) && isOrder(weak, "ge") && isOrder(strict, "gt"),
  ),
  // and repeated
  finite(
    "reshape(-x)·y = -(reshape(x)·y)",
    either("mul", as("moved", is(["reshape", "broadcast"], is("neg", any("x")))), any("y")),
    ({ moved, x, y }) => build.neg(build.mul(make(moved.op, [x], moved.params), y)),
  ),
];
