// What is made of a value that counts in some places alone, by the name that the value has there: where c, v ⊙ f is δ ⊙ f of δ = v ⊙ [c].
import type { Node } from "../ir/node.ts";
import { usersOf } from "../ir/walk.ts";
import * as build from "../ops/build.ts";
import { isOp } from "../ops/table.ts";
import { fillOf } from "../rewrite/fill.ts";
import { type Composition, saidBy } from "./form.ts";

/** What `node` is where a condition holds, or does not, if it is 0 elsewhere. */
function chosenIn(node: Node): Node | undefined {
  const [, x, y] = node.inputs as readonly [Node, Node, Node];
  if (!isOp(node, "where")) return undefined;
  return fillOf(y) === 0 ? x : fillOf(x) === 0 ? y : undefined;
}

/** Whether both are 0 by the same condition, where it holds or where it does not. */
const isMaskedAlike = (a: Node, b: Node): boolean =>
  a !== b && a.inputs[0] === b.inputs[0] && (fillOf(a.inputs[2] as Node) === 0) === (fillOf(b.inputs[2] as Node) === 0);

/** The product `node` with `masked` in place of its factor `factor`; undefined where it has none. */
function withFactor(node: Node, factor: Node, masked: Node): Node | undefined {
  if (node === factor) return masked;
  if (!isOp(node, "mul")) return undefined;
  const [x, y] = node.inputs as readonly [Node, Node];
  const [left, right] = [withFactor(x, factor, masked), withFactor(y, factor, masked)];
  if (left) return build.mul(left, y);
  return right && build.mul(x, right);
}

/**
 * What writes products that are 0 where a condition does not hold as those of a value among `nodes` that is 0 there too, and that `isNamed` knows or
 * that is used more than once.
 */
export function maskedProducts(nodes: readonly Node[], isNamed: (node: Node) => boolean): (node: Node) => Composition | undefined {
  const users = usersOf(nodes);
  const known = nodes.filter((node) => chosenIn(node) !== undefined && (isNamed(node) || (users.get(node) ?? []).length > 1));
  return (node) => {
    const product = chosenIn(node);
    const others = product ? known.filter((other) => isMaskedAlike(other, node)) : [];
    const [found] = others.flatMap((other) => withFactor(product as Node, chosenIn(other) as Node, other) ?? []);
    return found && saidBy(found);
  };
}
