// What type rules refuse, by code.
import { expect, test } from "vitest";
import { make } from "../../../compiler/ir/graph.ts";
import type { Params } from "../../../compiler/ir/node.ts";
import type { Shape, TensorType } from "../../../compiler/ir/type.ts";
import * as build from "../../../compiler/ops/build.ts";
import { createGraph, type OpName } from "../../../compiler/ops/table.ts";
import { GradcError } from "../../../runtime/error.ts";

const f32 = (...shape: Shape): TensorType => ({ dtype: "f32", shape });
const i32 = (...shape: Shape): TensorType => ({ dtype: "i32", shape });
const bool = (...shape: Shape): TensorType => ({ dtype: "bool", shape });

type Row = [code: string, op: OpName, operands: readonly TensorType[], params: Params];

const refused: Row[] = [
  ["shape-mismatch", "constant", [], { data: [1, 2], shape: [3], dtype: "f32" }],
  ["axis-out-of-range", "iota", [], { shape: [2], axis: 1 }],
  ["dtype-mismatch", "random", [f32(), i32()], { stream: 0, shape: [2] }],
  ["shape-mismatch", "random", [i32(1), i32()], { stream: 0, shape: [2] }],
  ["setting-out-of-range", "random", [i32(), i32()], { stream: 0.5, shape: [2] }],
  ["shape-mismatch", "add", [f32(2), f32(1)], {}],
  ["shape-mismatch", "add", [f32("batch"), f32(2)], {}],
  ["dtype-mismatch", "add", [f32(2), i32(2)], {}],
  ["dtype-mismatch", "mul", [bool(2), bool(2)], {}],
  ["dtype-mismatch", "div", [i32(2), i32(2)], {}],
  ["dtype-mismatch", "pow", [i32(2), i32(2)], {}],
  ["dtype-mismatch", "exp", [i32(2)], {}],
  ["dtype-mismatch", "compare", [f32(2), i32(2)], { relation: "lt" }],
  ["dtype-mismatch", "where", [f32(2), f32(2), f32(2)], {}],
  ["dtype-mismatch", "where", [bool(2), f32(2), i32(2)], {}],
  ["shape-mismatch", "where", [bool(), f32(2), f32(2)], {}],
  ["dtype-mismatch", "cast", [f32(2)], { dtype: "f64" }],
  ["invalid-labels", "contract", [f32(2, 3), f32(3)], { spec: "ik,k" }],
  ["invalid-labels", "contract", [f32(2, 2), f32(2)], { spec: "ii,i->i" }],
  ["invalid-labels", "contract", [f32(2, 3), f32(3)], { spec: "ik,k->ij" }],
  ["invalid-labels", "contract", [f32(2, 3), f32(3)], { spec: "ik,k->" }],
  ["shape-mismatch", "contract", [f32(2, 3), f32(2)], { spec: "ik,k->i" }],
  ["shape-mismatch", "contract", [f32(2, 3), f32(3, 1)], { spec: "ik,k->i" }],
  ["dtype-mismatch", "contract", [f32(2, 3), i32(3)], { spec: "ik,k->i" }],
  ["axis-out-of-range", "sum", [f32(2)], { axes: [1] }],
  ["axis-out-of-range", "sum", [f32(2)], { axes: [-1] }],
  ["setting-out-of-range", "sum", [f32(2)], { axes: [0, 0] }],
  ["dtype-mismatch", "sum", [bool(2)], { axes: [0] }],
  ["empty-axis", "max", [f32(2, 0)], { axes: [1], ties: "first" }],
  ["setting-out-of-range", "max", [f32(2, 2)], { axes: [0, 1], ties: "first" }],
  ["empty-axis", "argmax", [f32(0)], { axis: 0 }],
  ["axis-out-of-range", "argmax", [f32()], { axis: 0 }],
  ["shape-mismatch", "reshape", [f32(2, 3)], { shape: [4] }],
  ["shape-mismatch", "reshape", [f32("batch", 3)], { shape: [3] }],
  ["setting-out-of-range", "permute", [f32(2, 3)], { order: [0] }],
  ["setting-out-of-range", "permute", [f32(2, 3)], { order: [0, 0] }],
  ["shape-mismatch", "broadcast", [f32(2)], { shape: [3], axes: [0] }],
  ["setting-out-of-range", "broadcast", [f32(2, 3)], { shape: [3, 2], axes: [1, 0] }],
  ["setting-out-of-range", "slice", [f32(4)], { start: [2], shape: [3] }],
  ["setting-out-of-range", "slice", [f32(4)], { start: [-1], shape: [2] }],
  ["dynamic-dimension", "slice", [f32("batch")], { start: [1], shape: [2] }],
  ["dynamic-dimension", "pad", [f32("batch")], { low: [1], high: [0], value: 0 }],
  ["setting-out-of-range", "pad", [f32(2)], { low: [-1], high: [0], value: 0 }],
  ["dynamic-dimension", "flip", [f32("batch")], { axes: [0] }],
  ["dynamic-dimension", "concat", [f32("batch"), f32("batch")], { axis: 0 }],
  ["shape-mismatch", "concat", [f32(2, 2), f32(2, 3)], { axis: 0 }],
  ["dtype-mismatch", "concat", [f32(2), i32(2)], { axis: 0 }],
  ["setting-out-of-range", "concat", [], { axis: 0 }],
  ["dynamic-dimension", "window", [f32("batch")], { axis: 0, size: 2, stride: 1, dilation: 1 }],
  ["setting-out-of-range", "window", [f32(2)], { axis: 0, size: 3, stride: 1, dilation: 1 }],
  ["setting-out-of-range", "window", [f32(2)], { axis: 0, size: 2, stride: 0, dilation: 1 }],
  ["shape-mismatch", "fold", [f32(3, 2)], { axis: 0, extent: 3, stride: 1, dilation: 1 }],
  ["axis-out-of-range", "fold", [f32(3, 2)], { axis: 1, extent: 3, stride: 1, dilation: 1 }],
  ["dtype-mismatch", "gather", [f32(3), f32(2)], {}],
  ["axis-out-of-range", "gather", [f32(), i32(2)], {}],
  ["shape-mismatch", "scatterAdd", [f32(3), i32(2)], { extent: 4 }],
  ["dtype-mismatch", "oneHot", [f32(3)], { extent: 4 }],
];

test.each(refused)("%s: %s of %j with %j", (code, op, operands, params) => {
  const graph = createGraph();
  const xs = operands.map(({ dtype, shape }, i) => build.input(graph, `x${i}`, dtype, shape));
  const made = () => make(op, xs, params as never, graph);
  expect(made).toThrow(GradcError);
  expect(made).toThrow(expect.objectContaining({ code }));
});

test("a refusal says what was attempted, what was given and what would fit", () => {
  const graph = createGraph();
  const x = build.input(graph, "x", "f32", ["batch", 12]);
  expect(() => build.add(x, build.input(graph, "y", "f32", [12]))).toThrowErrorMatchingInlineSnapshot(`
    [GradcError: Cannot apply "add"
      got       [batch, 12] and [12]
      expected  [batch, 12] for all]
  `);
  expect(() => build.contract(x, build.input(graph, "w", "f32", [10, 5]), "ik,kj->ij")).toThrowErrorMatchingInlineSnapshot(`
    [GradcError: Cannot contract along "ik,kj->ij"
      got       [batch, 12] and [10, 5]
      expected  [i, k] and [k, j]]
  `);
  expect(() => build.flip(x, [0])).toThrowErrorMatchingInlineSnapshot(
    `[GradcError: Cannot apply "flip" along axis 0 of [batch, 12]: its extent is known only when the model runs]`,
  );
  expect(() => build.exp(build.argmax(x, 1))).toThrowErrorMatchingInlineSnapshot(`
    [GradcError: Cannot apply "exp"
      got       i32
      expected  f32]
  `);
});
