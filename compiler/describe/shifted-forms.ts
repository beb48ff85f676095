// Softmax and log Σ exp by name, from which the largest was taken off once or more, which changes nothing.
import type { Node } from "../ir/node.ts";
import { isOp } from "../ops/table.ts";
import { either, is, match } from "../rewrite/pattern.ts";
import {
  type Composition,
  expOfShifted,
  type Form,
  form,
  named,
  nothing,
  ofRows,
  overAll,
  reductionOf,
  shifted,
  shiftOf,
  softmax,
  sumOf,
} from "./form.ts";

/** A value and the sum that is taken of its exponentials. */
interface Summed {
  readonly z: Node;
  readonly total: Node;
}

/** What `node` is but for its largest, which was taken off. */
function unshifted(node: Node): Node {
  const found = node.graph.names.has(node) ? undefined : match(shifted, node, nothing);
  return found ? unshifted(found.z) : node;
}

const logSum = either("add", is("log", sumOf(expOfShifted)), shiftOf);

/** The z and the sum of which `node` is log Σ exp z: what was taken off is added again. */
function logSumOf(node: Node): Summed | undefined {
  const found = match(logSum, node, nothing);
  if (found || !isOp(node, "add")) return found;
  const [x, y] = node.inputs as readonly [Node, Node];
  return addedAgain(logSumOf(x), y) ?? addedAgain(logSumOf(y), x);
}

/** log Σ exp(z − s) + s. */
function addedAgain(inner: Summed | undefined, shift: Node): Summed | undefined {
  const off = inner && !inner.z.graph.names.has(inner.z) ? match(shifted, inner.z, nothing) : undefined;
  const own = off && match(shiftOf, shift, nothing);
  return inner && off && own && own.z === off.z ? { z: off.z, total: inner.total } : undefined;
}

function logSumExp(node: Node): Composition | undefined {
  const found = logSumOf(node);
  return found && named("logSumExp", found.z, overAll({ body: found.z, axes: reductionOf(found.total).axes }));
}

export const shiftedForms: readonly Form[] = [
  // exp(z)/Σ exp(z)
  form("softmax", softmax, ({ z, total }) => ofRows("softmax", unshifted(z), total)),
  { name: "logSumExp", match: logSumExp },
];
