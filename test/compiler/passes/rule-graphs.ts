// Parts of the graphs on which rules are tried.
import type { Node } from "../../../compiler/ir/node.ts";
import * as b from "../../../compiler/ops/build.ts";
import { filled } from "../../../compiler/rewrite/fill.ts";
import type { Sources } from "./sources.ts";

export interface Case {
  readonly fires: (sources: Sources) => Node;
  readonly stays: (sources: Sources) => Node;
}

export const count = (x: Node, numerator = 1) => b.div(b.constant(x.graph, [numerator]), b.size(x.graph, "batch"));
export const every = (scalar: Node, x: Node) => b.broadcast(scalar, x.shape, []);
export const along = (v: Node, x: Node) => b.broadcast(v, x.shape, [1]);
export const power = (x: Node, exponent: number) => b.pow(x, filled(x, exponent));
export const onePlusExp = (x: Node) => b.add(b.exp(x), filled(x, 1));
export const rowSum = (x: Node) => b.sum(x, [1]);
export const perRow = (r: Node, x: Node) => b.broadcast(r, x.shape, [0]);
export const chosen = (i: Node, x: Node) => b.where(b.compare(b.oneHot(i, 3), filled(x, 0), "ne"), x, filled(x, 0));
export const not = (c: Node) => b.compare(c, filled(c, 0), "eq");
export const centred = (x: Node) => b.sub(x, along(b.div(b.sum(x, [0]), b.broadcast(b.size(x.graph, "batch"), [3], [])), x));
export const lengthOf = (x: Node) => b.sqrt(b.add(rowSum(b.mul(x, x)), filled(rowSum(x), 1)));
export const softmax = (x: Node) => b.div(b.exp(x), perRow(rowSum(b.exp(x)), x));
