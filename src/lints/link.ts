// Predictions that a cross-entropy takes for something else than they are: probabilities for logits, or the other way round.
import { linkedTwice, notLinked } from "../../compiler/diagnostics/links.ts";
import { elementAt } from "../../compiler/ir/element.ts";
import type { Node } from "../../compiler/ir/node.ts";
import type { Lint } from "./lint.ts";

const movements = new Set<string>(["broadcast", "permute", "reshape"]);

function unmoved(node: Node): Node {
  let inner = node;
  while (movements.has(inner.op)) inner = elementAt(inner.inputs, 0);
  return inner;
}

/** Whether `node` is `p / Σ p` of powers p, as `nn.softmax` makes it. */
function isSoftmax(node: Node): boolean {
  if (node.op !== "div") return false;
  const [powers, total] = node.inputs as readonly [Node, Node];
  const sum = unmoved(total);
  return powers.op === "exp" && sum.op === "sum" && sum.inputs[0] === powers;
}

/** Whether `node` is what a linear layer gives, which can be any number. */
const isLinear = (node: Node): boolean => node.op === "contract" || (node.op === "add" && node.inputs[0]?.op === "contract");

/** Predictions of cross-entropies that are a softmax or sigmoid already, or are none where one is needed. */
export const link: Lint = {
  name: "link",
  look: ({ declared }) =>
    declared.compared.flatMap(({ prediction, link }) => {
      const node = unmoved(prediction);
      if (link === "softmax" && isSoftmax(node)) return [linkedTwice("crossEntropy", "softmax", node)];
      if (link === "sigmoid" && node.op === "sigmoid") return [linkedTwice("bceWithLogits", "sigmoid", node)];
      return link === "identity" && isLinear(node) ? [notLinked(node)] : [];
    }),
};
