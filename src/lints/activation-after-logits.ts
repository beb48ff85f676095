import { isLinear, unmoved } from "../../compiler/calculus/comparisons.ts";
import { activationForms } from "../../compiler/describe/activation-forms.ts";
import { nothing, oneOf, softmax, z } from "../../compiler/describe/form.ts";
import { activated } from "../../compiler/diagnostics/links.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { either, fill, is, match } from "../../compiler/rewrite/pattern.ts";
import type { Lint } from "./lint.ts";

const sign = is("compare", z, fill(0));
const rectified = oneOf(
  is("where", sign, fill(0), z),
  is("where", sign, z, fill(0)),
  either("maximum", z, fill(0)),
  either("mul", z, is("cast", sign)),
);

/** Activations that give no large numbers of one sign. */
const bounded = new Set(["elu", "elu of alpha", "celu", "selu", "hardtanh", "hardsigmoid", "silu", "mish", "softsign", "gelu", "gelu by tanh"]);

interface Activated {
  readonly name: string;
  readonly of: Node;
}

/** The activation that `node` is, if it keeps numbers of one sign small. */
function activationAt(node: Node): Activated | undefined {
  const kept = match(rectified, node, nothing)?.z;
  if (kept) return { name: "relu", of: kept };
  if (["sigmoid", "tanh", "softplus"].includes(node.op)) return { name: node.op, of: node.inputs[0] as Node };
  const scores = match(softmax, node, nothing)?.z;
  if (scores) return { name: "softmax", of: scores };
  for (const { name, match: found } of activationForms) {
    const [of] = bounded.has(name) ? (found(node)?.inputs ?? []) : [];
    if (of) return { name: name.split(" ")[0] as string, of };
  }
  return undefined;
}

/** Logits that are what an activation gives of the last layer. */
export const activationAfterLogits: Lint = {
  code: "activation-after-logits",
  about:
    "A loss makes probabilities of logits, and is given what an activation such as `nn.relu` made of them, which has no large numbers of one sign, so that most probabilities cannot be reached. Give it what the last layer gives.",
  look: ({ comparisons }) =>
    comparisons.logits.flatMap(({ prediction, by }) => {
      const node = unmoved(prediction);
      const found = activationAt(node);
      return found && found.name !== by && isLinear(unmoved(found.of)) ? [activated(found.name, by, node)] : [];
    }),
};
