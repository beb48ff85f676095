import { type Centring, centringAt, variesAlong } from "../../compiler/calculus/centring.ts";
import { unmoved } from "../../compiler/calculus/comparisons.ts";
import { idleBias } from "../../compiler/diagnostics/layers.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { leadsOnlyTo, usersOf, withoutBodies } from "../../compiler/ir/walk.ts";
import { isOp } from "../../compiler/ops/table.ts";
import type { Lint } from "./lint.ts";

type Users = ReadonlyMap<Node, readonly Node[]>;

/** The trained bias that `sum` adds to what a layer gives, the same along all of `axes`. */
function biasIn({ of: sum, axes }: Centring): Node | undefined {
  const [first, second] = sum.inputs.map(unmoved);
  if (!isOp(sum, "add") || !first || !second) return undefined;
  const at = isOp(first, "contract") ? 1 : isOp(second, "contract") ? 0 : -1;
  const bias = [first, second][at];
  const isTrained = bias && isOp(bias, "parameter") && bias.graph.declarations.get(bias)?.trainable;
  return isTrained && !variesAlong(sum.inputs[at] as Node).some((axis) => axes.includes(axis)) ? bias : undefined;
}

const passing = new Set(["sum", "reshape", "broadcast", "div", "mul", "where"]);

/** Whether all that depends on `of` goes through its distance from the mean, in which a bias cancels. */
function isCentredEverywhere({ of, axes }: Centring, users: Users): boolean {
  const ways = new Set([of]);
  for (const node of ways) {
    const own = users.get(node) ?? [];
    if (own.length === 0) return false;
    for (const user of own) {
      const centring = centringAt(user);
      if (centring?.of === of && String(centring.axes) === String(axes)) continue;
      const isMean = node === of ? isOp(user, "sum") && String(user.params.axes) === String(axes) : passing.has(user.op);
      if (!isMean) return false;
      ways.add(user);
    }
  }
  return true;
}

/** Biases of layers that something which subtracts the mean stands directly behind. */
export const biasBeforeNorm: Lint = {
  code: "bias-before-norm",
  about:
    "A layer with a bias is followed by a batch norm or an instance norm, which subtracts the mean and the bias with it: its gradient is 0. Leave it out: `nn.linear(x, 8, { bias: false })`; the norm has a bias of its own.",
  look({ declared: { loss } }) {
    if (!loss) return [];
    const order = withoutBodies([loss]);
    const users = usersOf(order);
    const idle = order.flatMap((node) => {
      const centring = centringAt(node);
      const bias = centring && biasIn(centring);
      return bias && leadsOnlyTo(centring.of, bias, users) && isCentredEverywhere(centring, users) ? [{ bias, node }] : [];
    });
    return [...new Map(idle.map(({ bias, node }) => [bias, node]))].map(([bias, node]) => idleBias(bias, node));
  },
};
