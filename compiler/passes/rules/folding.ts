// Constants are computed here with + - * / sqrt and comparisons only: what rounds differently between JavaScript engines stays for the module.
import { toldOf } from "../../formula/exact.ts";
import type { Node } from "../../ir/node.ts";
import * as build from "../../ops/build.ts";
import type { Value } from "../../ops/op.ts";
import { type OpName, recordOf } from "../../ops/table.ts";
import { filled, fillOf } from "../../rewrite/fill.ts";
import { is } from "../../rewrite/pattern.ts";
import { bits, finite, type Rule } from "../../rewrite/rewrite.ts";
import { paramsOf } from "./params.ts";

const exact: readonly OpName[] = ["add", "sub", "mul", "div", "neg", "sqrt", "abs", "sign", "minimum", "maximum", "compare", "where", "cast"];

/** The constant that `node` is, computed as the module would; undefined where it is not finite. */
function fold(node: Node): Node | undefined {
  const inputs = node.inputs.map((input): Value => ({ dtype: input.dtype, shape: [], data: Float64Array.of(fillOf(input) as number) }));
  const { evaluate } = recordOf(node);
  const { data } = evaluate(inputs, node.params, { dtype: node.dtype, shape: [], sizes: {}, sources: new Map(), training: false });
  // One operation in f64, rounded to f32, is that operation in f32.
  const value = node.dtype === "f32" ? Math.fround(data[0] as number) : (data[0] as number);
  return Number.isFinite(value) ? filled(node, value) : undefined;
}

export const foldingRules: readonly Rule[] = [
  // 2 + 3 = 5
  bits(
    "function of constants",
    is(exact),
    (_, node) => fold(node),
    (_, node) => node.inputs.every((input) => fillOf(input) !== undefined),
  ),
  // size(12) = 12
  bits(
    "known extent",
    is("size"),
    (_, node) => build.count(node.graph, paramsOf(node, "size").dim),
    (_, node) => typeof paramsOf(node, "size").dim === "number",
  ),
];

const arithmetic: Readonly<Record<string, (x: number, y: number) => number>> = { mul: (x, y) => x * y, div: (x, y) => x / y };

/** A product or quotient of two constants as a page tells them, where that is another f32: 0.1·0.05 is 0.005. Only to be read. */
export const toldFoldingRule: Rule = finite("a product of numbers as they are told", is(["mul", "div"]), (_, node) => {
  const [x, y] = node.inputs.map(fillOf);
  if (x === undefined || y === undefined || node.dtype !== "f32") return undefined;
  const value = (arithmetic[node.op] as (x: number, y: number) => number)(toldOf(x), toldOf(y));
  return Number.isFinite(value) ? filled(node, Math.fround(value)) : undefined;
});
