// A dynamic dimension: types name it, and for every size the value is that of the static op.
import { expect, test } from "vitest";
import { evaluate, valueAt } from "../../../compiler/interpret.ts";
import { type Dim, evaluate as extentOf } from "../../../compiler/ir/dim.ts";
import { make } from "../../../compiler/ir/graph.ts";
import type { Params } from "../../../compiler/ir/node.ts";
import { type Dtype, formatType, type Shape } from "../../../compiler/ir/type.ts";
import * as build from "../../../compiler/ops/build.ts";
import type { Op } from "../../../compiler/ops/op.ts";
import { createGraph, type OpName, ops } from "../../../compiler/ops/table.ts";
import { count } from "../../../compiler/ops/value.ts";
import { direction } from "../../support/projection.ts";

type Operand = readonly [Dtype, Shape];
type Row = [type: string, op: OpName, operands: readonly Operand[], params: Params & { readonly shape?: Shape; readonly extent?: Dim }];

const x: Operand = ["f32", ["batch", 3]];
const rows: Row[] = [
  ["f32[batch, 3]", "add", [x, x], {}],
  ["f32[batch, 2]", "contract", [x, ["f32", [3, 2]]], { spec: "ik,kj->ij" }],
  ["f32[3, 3]", "contract", [x, x], { spec: "ik,ij->kj" }],
  ["f32[3]", "sum", [x], { axes: [0] }],
  ["f32[batch]", "max", [x], { axes: [1], ties: "first" }],
  ["f32[3]", "max", [x], { axes: [0], ties: "first" }],
  ["f32[]", "max", [x], { axes: [0, 1], ties: "even" }],
  ["f32[batch·3]", "reshape", [x], { shape: ["batch·3"] }],
  ["f32[batch, 1, 3]", "reshape", [x], { shape: ["batch", 1, 3] }],
  ["f32[3, batch]", "permute", [x], { order: [1, 0] }],
  ["f32[batch, 3]", "broadcast", [["f32", [3]]], { shape: ["batch", 3], axes: [1] }],
  ["f32[batch, 3]", "broadcast", [["f32", [1, 3]]], { shape: ["batch", 3], axes: [0, 1] }],
  ["f32[batch, 2]", "slice", [x], { start: [0, 1], shape: ["batch", 2] }],
  ["f32[batch, 5]", "pad", [x], { low: [0, 1], high: [0, 1], value: 0 }],
  ["f32[batch, 3]", "flip", [x], { axes: [1] }],
  ["f32[batch, 6]", "concat", [x, x], { axis: 1 }],
  ["f32[batch, 2, 2]", "window", [x], { axis: 1, size: 2, stride: 1, dilation: 1 }],
  [
    "f32[batch, 3]",
    "gather",
    [
      ["f32", [4, 3]],
      ["i32", ["batch"]],
    ],
    {},
  ],
  ["f32[4, 3]", "scatterAdd", [x, ["i32", ["batch"]]], { extent: 4 }],
  [
    "f32[batch, 3]",
    "scatterAdd",
    [
      ["f32", [5, 3]],
      ["i32", [5]],
    ],
    { extent: "batch" },
  ],
  ["f32[batch, 4]", "oneHot", [["i32", ["batch"]]], { extent: 4 }],
  ["i32[batch, 3]", "iota", [], { shape: ["batch", 3], axis: 0 }],
];

/** The values of the op and of its gradients for g = 1, dynamic dimensions taken as numbers where `sizes` is applied first. */
function run([, op, operands, params]: Row, resolve: (shape: Shape) => Shape, batch: number) {
  const graph = createGraph();
  const sizes = { batch };
  const xs = operands.map(([dtype, shape], i) => build.input(graph, `x${i}`, dtype, resolve(shape)));
  const { shape, extent } = params;
  const resolved = { ...params, ...(shape && { shape: resolve(shape) }), ...(extent && { extent: resolve([extent])[0] }) };
  const y = make(op, xs, resolved as never, graph);
  const rule = (ops[op] as unknown as Op<Params>).gradient;
  const gradients = rule ? rule(build.fill(y, 1), xs, y, y.params).filter((gradient) => gradient !== null) : [];
  const sources = new Map(
    operands.map(([dtype, dims], i) => {
      const shape = dims.map((dim) => extentOf(dim, sizes));
      const data = direction(count(shape), i).map((value) => (dtype === "i32" ? Math.floor(3 * value) : value));
      return [`x${i}`, { dtype, shape, data }] as const;
    }),
  );
  const values = evaluate([y, ...gradients], { sizes, sources });
  return { type: formatType(y), values: [y, ...gradients].map((node) => valueAt(values, node)) };
}

test.each(rows)("%s: %s of %j with %j", (...row) => {
  for (const batch of [1, 4]) {
    const dynamic = run(row, (shape) => shape, batch);
    const fixed = run(row, (shape) => shape.map((dim) => extentOf(dim, { batch })), batch);
    expect(dynamic.type).toBe(row[0]);
    expect(dynamic.values).toEqual(fixed.values);
  }
});
