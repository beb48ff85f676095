// The gradient of a bias below another linear layer, as the sum that the rule says and not as the product that is cheaper:
//
//   δ_f = δ_g·W_gᵀ,  (Σ_batch δ_g)·W_gᵀ   =>   Σ_batch δ_f
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import * as build from "../ops/build.ts";
import { parseLabels } from "../ops/contraction.ts";
import { isOp } from "../ops/table.ts";
import type { Composition } from "./form.ts";

/** The product that `error`, a product of rows, adds up to over its rows, and the sum itself; `moved` are such products of other errors. */
function sumsOf(error: Node, moved: ReadonlyMap<Node, Node>): { readonly product: Node; readonly sum: Node } | undefined {
  if (!isOp(error, "contract")) return undefined;
  const { spec } = error.params;
  const { x, y, result } = parseLabels(spec);
  const rows = [...result.slice(0, -1)];
  const at = [x, y].findIndex((letters) => rows.every((letter) => letters.includes(letter)));
  const other = [x, y][1 - at];
  if (rows.length === 0 || other === undefined || rows.some((letter) => other.includes(letter))) return undefined;
  const above = elementAt(error.inputs, at);
  const axes = rows.map((letter) => ([x, y][at] as string).indexOf(letter));
  const inputs = [...error.inputs] as [Node, Node];
  inputs[at] = moved.get(above) ?? build.sum(above, axes);
  return {
    product: build.contract(
      ...inputs,
      rows.reduce((left, letter) => left.replaceAll(letter, ""), spec),
    ),
    sum: build.sum(
      error,
      rows.map((_, axis) => axis),
    ),
  };
}

/** How the sums of the errors `named` are written, wherever they are computed by a product. */
export function sumsOfErrors(named: Iterable<Node>): Map<Node, Composition> {
  const moved = new Map<Node, Node>();
  const written = new Map<Node, Composition>();
  for (const error of [...named].sort((a, b) => a.id - b.id)) {
    const found = sumsOf(error, moved);
    if (!found) continue;
    moved.set(error, found.product);
    written.set(found.product, { inputs: [found.sum], build: ([x]) => x as NonNullable<typeof x> });
  }
  return written;
}
