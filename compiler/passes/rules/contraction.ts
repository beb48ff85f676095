// Contractions in normal form: operands as they lie, without axes that are only repeated, and sums of products recognised.

import { type Dim, product } from "../../ir/dim.ts";
import { elementAt } from "../../ir/element.ts";
import { writeLabels } from "../../ir/labels.ts";
import type { Node } from "../../ir/node.ts";
import * as build from "../../ops/build.ts";
import { parseLabels } from "../../ops/contraction.ts";
import { isOp } from "../../ops/table.ts";
import { spread } from "../../rewrite/fill.ts";
import { any, as, is } from "../../rewrite/pattern.ts";
import { bits, type Rule, reals } from "../../rewrite/rewrite.ts";
import { paramsOf } from "./params.ts";
import { keptAxes } from "./reduction.ts";

/** A tensor and a letter for each of its axes. */
interface Operand {
  readonly node: Node;
  readonly letters: string;
}

const alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** Whether an operand is a broadcast that repeats whole axes. */
const isRepeated = (node: Node): boolean =>
  isOp(node, "broadcast") && node.params.axes.every((to, axis) => node.inputs[0]?.shape[axis] === node.shape[to]);

/** The operand without the axes along which it is only repeated. */
function withoutRepeats({ node, letters }: Operand): Operand {
  if (!isRepeated(node)) return { node, letters };
  const { axes } = paramsOf(node, "broadcast");
  return { node: elementAt(node.inputs, 0), letters: axes.map((axis) => elementAt(letters, axis)).join("") };
}

/** Sums the letters of an operand that are neither in `other` nor in the result. */
function presummed({ node, letters }: Operand, other: string, result: string): Operand {
  const alone = (letter: string) => !other.includes(letter) && !result.includes(letter);
  const axes = [...letters].flatMap((letter, axis) => (alone(letter) ? [axis] : []));
  return axes.length === 0 ? { node, letters } : { node: build.sum(node, axes), letters: [...letters].filter((letter) => !alone(letter)).join("") };
}

/** `operand` as a tensor with the letters of `like`, of which it has some. */
function expanded({ node, letters }: Operand, result: string, shape: Node["shape"]): Node {
  const order = [...result].flatMap((letter) => (letters.includes(letter) ? [letters.indexOf(letter)] : []));
  const axes = [...result].flatMap((letter, axis) => (letters.includes(letter) ? [axis] : []));
  return build.broadcast(build.permute(node, order), shape, axes);
}

/** Σ x·y over the letters that are not in `result`, of the shape of `y`. */
function contraction(x: Operand, y: Operand, result: string, shape: Node["shape"]): Node {
  const left = presummed(x, y.letters, result);
  const right = presummed(y, x.letters, result);
  const letters = [...result].filter((letter) => left.letters.includes(letter) || right.letters.includes(letter)).join("");
  if ([...left.letters].every((letter) => result.includes(letter))) {
    return build.mul(expanded(left, result, shape), expanded(right, result, shape));
  }
  const core = build.contract(left.node, right.node, writeLabels({ x: left.letters, y: right.letters, result: letters }));
  return expanded({ node: core, letters }, result, shape);
}

/** How many equal terms a sum has: over letters along which both operands were only repeated. */
function repeats({ node, letters }: Operand, operands: readonly Operand[], result: string): Dim {
  const lost = (letter: string) => !result.includes(letter) && operands.every((operand) => !operand.letters.includes(letter));
  return product(node.shape.filter((_, axis) => lost(elementAt(letters, axis))));
}

const times = (node: Node, count: Dim): Node => (count === 1 ? node : build.mul(node, spread(build.count(node.graph, count), node)));

/** The operands of a contraction. */
function operandsOf(node: Node): readonly [Operand, Operand, string] {
  const labels = parseLabels(paramsOf(node, "contract").spec);
  const [x, y] = node.inputs as readonly [Node, Node];
  return [{ node: x, letters: labels.x }, { node: y, letters: labels.y }, labels.result];
}

const permuted = (letters: string, order: readonly number[]) => order.map((axis) => elementAt(letters, axis)).join("");

/** An operand that is repeated along an axis is not multiplied along it, where `isMeant` holds for both. */
const repeatedOperand = (isMeant: (operand: Node) => boolean): Rule =>
  reals(
    "Σ_k x_ik·c_j = (Σ_k x_ik)·c_j",
    is("contract", any("x"), any("y")),
    (_, node) => {
      const [x, y, result] = operandsOf(node);
      const [left, right] = [withoutRepeats(x), withoutRepeats(y)];
      return times(contraction(left, right, result, node.shape), repeats(x, [left, right], result));
    },
    ({ x, y }) => (isRepeated(x) || isRepeated(y)) && isMeant(x) && isMeant(y),
  );

export const repeatedOperandRule = repeatedOperand(() => true);

/** Only to be read: a sum over windows says how they lie. */
export const repeatedOperandToRead = repeatedOperand((operand) => operand.op !== "window");

export const contractionRules: readonly Rule[] = [
  // a contraction with a number sums nothing
  reals(
    "c ⊗ x = c·x",
    is("contract", any("x"), any("y")),
    (_, node) => {
      const [x, y, result] = operandsOf(node);
      return build.mul(expanded(x, result, node.shape), expanded(y, result, node.shape));
    },
    ({ x, y }, node) => Math.min(x.shape.length, y.shape.length) === 0 && x.shape.length + y.shape.length === node.shape.length,
  ),
  // permute(x) in a contraction is x with its letters in another order
  bits("contraction of permute, left", is("contract", as("inner", is("permute", any("x"))), any("y")), ({ x, y, inner }, node) => {
    const labels = parseLabels(paramsOf(node, "contract").spec);
    return build.contract(x, y, writeLabels({ ...labels, x: unpermuted(labels.x, inner) }));
  }),
  bits("contraction of permute, right", is("contract", any("x"), as("inner", is("permute", any("y")))), ({ x, y, inner }, node) => {
    const labels = parseLabels(paramsOf(node, "contract").spec);
    return build.contract(x, y, writeLabels({ ...labels, y: unpermuted(labels.y, inner) }));
  }),
  // permute(contract) is the contraction with the letters of its result in another order
  bits("permute of contraction", is("permute", as("inner", is("contract", any("x"), any("y")))), ({ x, y, inner }, node) => {
    const labels = parseLabels(paramsOf(inner, "contract").spec);
    return build.contract(x, y, writeLabels({ ...labels, result: permuted(labels.result, paramsOf(node, "permute").order) }));
  }),
  reals("Σ (-x)·y = -Σ x·y", is("contract", is("neg", any("x")), any("y")), ({ x, y }, node) =>
    build.neg(build.contract(x, y, paramsOf(node, "contract").spec)),
  ),
  reals("Σ x·(-y) = -Σ x·y", is("contract", any("x"), is("neg", any("y"))), ({ x, y }, node) =>
    build.neg(build.contract(x, y, paramsOf(node, "contract").spec)),
  ),
  // Σ_k x_ik·y_kj with both repeated is a contraction: the product of all triples is never made
  reals(
    "sum of products with repeated values",
    is("sum", is("mul", any("x"), any("y"))),
    ({ x, y }, node) => {
      const letters = alphabet.slice(0, x.shape.length);
      const result = permuted(letters, keptAxes(letters.length, paramsOf(node, "sum").axes));
      const full = { node: x, letters };
      const left = withoutRepeats(full);
      const right = withoutRepeats({ node: y, letters });
      const shared = [...letters].some((letter) => !result.includes(letter) && left.letters.includes(letter) && right.letters.includes(letter));
      return shared ? times(contraction(left, right, result, node.shape), repeats(full, [left, right], result)) : undefined;
    },
    ({ x, y }) => x.dtype === "f32" && isRepeated(x) && isRepeated(y) && x.shape.length <= alphabet.length,
  ),
];

/** What is cheaper and no longer what the chain rule says: the gradient of a bias without the error that it is the sum of. */
export const summedContractionRules: readonly Rule[] = [
  // Σ_i Σ_k x_ik·y_kj is one contraction
  reals("sum of contraction", is("sum", as("inner", is("contract"))), ({ inner }, node) => {
    const [x, y, letters] = operandsOf(inner);
    return contraction(x, y, permuted(letters, keptAxes(letters.length, paramsOf(node, "sum").axes)), node.shape);
  }),
];

/** The letters of x given those of permute(x). */
function unpermuted(letters: string, permute: Node): string {
  const { order } = paramsOf(permute, "permute");
  return order.map((_, axis) => elementAt(letters, order.indexOf(axis))).join("");
}
