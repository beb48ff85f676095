// A claimed value in the shape of the right one, where that may be said in less.
import type { Node } from "../../compiler/ir/node.ts";
import { isOp } from "../../compiler/ops/table.ts";
import { workOf } from "../../compiler/reading/evaluate.ts";
import { elementwise, Misfit, type Tensor, withoutOnes } from "../../compiler/reading/tensor.ts";
import type { Term } from "../../compiler/reading/tree.ts";

/** A value that is repeated may be claimed as it is before that, and a sum without the axes of extent 1 that it leaves. */
export function asWhole(claimed: Tensor, right: Tensor, node: Node, term: Term): Tensor {
  if (term.kind === "total" && claimed.shape.length > right.shape.length) return withoutOnes(claimed, right.shape.length);
  if (!isOp(node, "broadcast")) return claimed;
  try {
    return elementwise((value) => value, [claimed, right], workOf());
  } catch (error) {
    if (error instanceof Misfit) return claimed;
    throw error;
  }
}
