// Choices of products of which a factor, so chosen, is a value that stays whole: the error at a layer, whose mask the chain rule carries on. Only to
// be read: what is not chosen may be NaN where it runs.
//
//   c ? x·y : 0   =>   δ·y      where δ = (c ? x : 0)
import { elementAt } from "../../ir/element.ts";
import type { Node } from "../../ir/node.ts";
import * as build from "../../ops/build.ts";
import { isOp, type OpNode } from "../../ops/table.ts";
import { filled, fillOf } from "../../rewrite/fill.ts";
import type { Pattern } from "../../rewrite/pattern.ts";
import { finite, type Rule } from "../../rewrite/rewrite.ts";
import { choiceOf, most } from "./choices.ts";

/** Answers by node, so that what is shared is asked once. */
type Known = Map<Node, Node | undefined>;

/** `value` chosen as `choices` choose, of which each is within the one before. */
const chosen = (choices: readonly Node[], value: Node): Node => choices.reduceRight((inner, choice) => chosenAs(choice, inner), value);

/** `value` chosen as `node` chooses. */
function chosenAs(node: Node, value: Node): Node {
  const [condition, , y] = node.inputs as readonly [Node, Node, Node];
  const nothing = filled(value, 0);
  return fillOf(y) === 0 ? build.where(condition, value, nothing) : build.where(condition, nothing, value);
}

/** Choices, each within the one before, and the values that stay whole. */
interface Choosing {
  readonly choices: readonly Node[];
  readonly sealed: ReadonlySet<Node>;
  readonly known: Known;
}

/** `value` as it is chosen, where that makes it or one of its factors a value that stays whole; undefined elsewhere. */
function chosenFactor(value: Node, choosing: Choosing): Node | undefined {
  const { choices, sealed, known } = choosing;
  if (known.has(value) || known.size >= most) return known.get(value);
  known.set(value, undefined);
  const whole = chosen(choices, value);
  const found = sealed.has(whole) ? whole : sealed.has(value) ? undefined : chosenIn(value, choosing);
  known.set(value, found);
  return found;
}

/** The same of a product or quotient by one of its factors. */
function chosenIn(value: Node, choosing: Choosing): Node | undefined {
  const [x, y] = value.inputs as readonly [Node, Node];
  if (isOp(value, "add") || isOp(value, "sub")) return chosenTerms(value, choosing);
  if (isOp(value, "broadcast")) return chosenRepeated(value, choosing);
  if (!isOp(value, "mul") && !isOp(value, "div")) return undefined;
  const left = chosenFactor(x, choosing);
  if (left) return isOp(value, "mul") ? build.mul(left, y) : build.div(left, y);
  const right = isOp(value, "mul") ? chosenFactor(y, choosing) : undefined;
  return right && build.mul(x, right);
}

/** The same of what is repeated, of which each factor is repeated. */
function chosenRepeated(value: OpNode<"broadcast">, choosing: Choosing): Node | undefined {
  const inner = elementAt(value.inputs, 0);
  if (!isOp(inner, "mul") && !isOp(inner, "div")) return undefined;
  const [x, y] = inner.inputs.map((part): Node => build.broadcast(part, value.shape, value.params.axes)) as [Node, Node];
  const left = chosenFactor(x, choosing);
  if (left) return isOp(inner, "mul") ? build.mul(left, y) : build.div(left, y);
  const right = isOp(inner, "mul") ? chosenFactor(y, choosing) : undefined;
  return right && build.mul(x, right);
}

/** The same of a sum by both of its terms, of which one may stay whole with the other sign. */
function chosenTerms(value: Node, choosing: Choosing): Node | undefined {
  const [x, y] = value.inputs as readonly [Node, Node];
  const [left, right] = [chosenTerm(x, choosing), chosenTerm(y, choosing)];
  if (!left || !right) return undefined;
  const isPlus = isOp(value, "add") !== right.isOpposite;
  if (left.isOpposite) return isPlus ? build.sub(right.node, left.node) : undefined;
  return isPlus ? build.add(left.node, right.node) : build.sub(left.node, right.node);
}

/** A term as it is chosen, or what is that with the other sign. */
function chosenTerm(term: Node, choosing: Choosing): { readonly node: Node; readonly isOpposite: boolean } | undefined {
  const opposite = build.neg(chosen(choosing.choices, term));
  if (choosing.sealed.has(opposite)) return { node: opposite, isOpposite: true };
  const node = chosenFactor(term, choosing);
  return node && { node, isOpposite: false };
}

/** Of what `node` chooses by choices within each other: a product, or a sum of them, of which one factor, so chosen, is a value that stays whole. */
function wholeIn(node: Node, sealed: ReadonlySet<Node>): Node | undefined {
  const choices: Node[] = [];
  for (let value: Node | undefined = node; value; ) {
    const inner: Node | undefined = choiceOf(value)?.value;
    if (!inner) return undefined;
    choices.push(value);
    const whole = chosenIn(inner, { choices, sealed, known: new Map() });
    if (whole) return whole;
    value = sealed.has(inner) ? undefined : inner;
  }
  return undefined;
}

/** A choice of such, bound as `whole` without the choice. */
const ofWhole: Pattern<"whole"> = {
  ops: ["where"],
  find(node, bound, sealed) {
    const whole = wholeIn(node, sealed);
    return whole && { ...bound, whole };
  },
};

/** Where (c ? x : 0) is a value that stays whole. */
export const wholeFactorRule: Rule = finite("c ? x·y : 0 = (c ? x : 0)·y", ofWhole, ({ whole }) => whole);
