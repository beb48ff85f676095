// What a loss is made of over many rows: the outermost sums over them.
//
//   div(sum(loss of each row), size("batch"))   =>   sum(..), size("batch")
//
// Other than `rows.ts` it does not ask what is within a sum, such as a batch norm, so that the sums of parts need not be those of all rows together.
import { namesOf } from "../ir/dim.ts";
import type { Node } from "../ir/node.ts";
import { withoutBodies } from "../ir/walk.ts";
import { isOp } from "../ops/table.ts";

/** The outermost sums over rows that a value depends on, or what takes rows together in another way. */
export type OuterSums = { readonly sums: readonly Node[] } | { readonly other: Node };

const hasRows = ({ shape }: Node, dim: string): boolean => shape.some((extent) => namesOf(extent).includes(dim));

/** The nodes whose values depend on rows or on their number. */
function dependents(value: Node, dim: string): Set<Node> {
  const found = new Set<Node>();
  for (const node of withoutBodies([value])) {
    const counts = isOp(node, "size") && namesOf(node.params.dim).includes(dim);
    if (counts || hasRows(node, dim) || node.inputs.some((input) => found.has(input))) found.add(node);
  }
  return found;
}

/** The outermost sums over rows of `value`, which has none itself; `dim` is the dimension of rows. */
export function outerSums(value: Node, dim: string): OuterSums {
  const known = dependents(value, dim);
  const sums = new Set<Node>();
  const seen = new Set([value]);
  for (const node of seen) {
    if (!known.has(node)) continue;
    const reduces = node.inputs.some((input) => hasRows(input, dim));
    if (reduces && !(isAdditive(node) && node.inputs.every((input) => !isScaled(input, known, dim)))) return { other: node };
    if (reduces || isOp(node, "size")) sums.add(node);
    else for (const input of node.inputs) seen.add(input);
  }
  return { sums: [...sums] };
}

const isAdditive = (node: Node): boolean => isOp(node, "sum") || isOp(node, "contract") || isOp(node, "scatterAdd");

/** Whether each row is multiplied or divided by a number that depends on all rows, as in Σ x / n with the division inside: such a sum does not add up. */
function isScaled(row: Node, known: ReadonlySet<Node>, dim: string): boolean {
  const isTotal = (factor: Node) => isOp(factor, "broadcast") && factor.inputs.every((scalar) => known.has(scalar) && !hasRows(scalar, dim));
  if (isTotal(row)) return true;
  if (isOp(row, "div")) return isTotal(row.inputs[1] as Node);
  return isOp(row, "mul") && row.inputs.some(isTotal);
}
