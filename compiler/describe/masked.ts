// What is made of a value that counts in some places alone, by the name that the value has there: where c, v ⊙ f is δ ⊙ f of δ = v ⊙ [c].
import type { Node } from "../ir/node.ts";
import * as build from "../ops/build.ts";
import { isOp } from "../ops/table.ts";
import { fillOf } from "../rewrite/fill.ts";
import { type Composition, saidBy } from "./form.ts";

/** What `node` is where a condition holds, if it is 0 elsewhere. */
const chosenIn = (node: Node): Node | undefined => (isOp(node, "where") && fillOf(node.inputs[2] as Node) === 0 ? node.inputs[1] : undefined);

/** The product `node` with `masked` in place of its factor `factor`; undefined where it has none. */
function withFactor(node: Node, factor: Node, masked: Node): Node | undefined {
  if (node === factor) return masked;
  if (!isOp(node, "mul")) return undefined;
  const [x, y] = node.inputs as readonly [Node, Node];
  const [left, right] = [withFactor(x, factor, masked), withFactor(y, factor, masked)];
  if (left) return build.mul(left, y);
  return right && build.mul(x, right);
}

/** What writes products that are 0 where a condition does not hold as those of a value among `nodes` that `isNamed` knows and that is 0 there too. */
export function maskedProducts(nodes: readonly Node[], isNamed: (node: Node) => boolean): (node: Node) => Composition | undefined {
  const known = nodes.filter((node) => chosenIn(node) !== undefined && isNamed(node));
  return (node) => {
    const product = chosenIn(node);
    const others = product ? known.filter((other) => other !== node && other.inputs[0] === node.inputs[0]) : [];
    const [found] = others.flatMap((other) => withFactor(product as Node, chosenIn(other) as Node, other) ?? []);
    return found && saidBy(found);
  };
}
