import { test } from "vitest";
import * as b from "../compiler/ops/build.ts";
import { createGraph } from "../compiler/ops/table.ts";
import { withGraph } from "../compiler/ir/graph.ts";
import { print } from "../compiler/ir/print.ts";
import { differentiate } from "../compiler/passes/differentiate.ts";
import { simplifyProgram, simplify } from "../compiler/passes/simplify.ts";
import { stabiliseProgram } from "../compiler/passes/stabilise.ts";
import { specialise } from "../compiler/passes/specialise.ts";
import * as ops from "../src/ops/index.ts";

const show = (title: string, g: any, y: any, wrt: any[], inputs: any[]) => {
  const grads = differentiate(y, wrt);
  const program: any = { name: "m", graph: g, capacity: { batch: 4 }, inputs, entries: [{ name: "gradients", training: true, results: [{ name: "loss", node: y }, ...grads.map((node: any, i: number) => ({ name: `g${i}`, node }))], updates: [], splittable: false, minimum: 1 }] };
  const out = simplifyProgram(specialise(stabiliseProgram(program)));
  console.log(`== ${title}\n${print(out.entries[0]!.results.map((r) => r.node))}`);
};
test("try", () => {
  const g = createGraph();
  withGraph(g, () => {
    const x: any = b.input(g, "x", "f32", ["batch", 4]);
    const y: any = b.input(g, "y", "i32", ["batch"]);
    const w: any = b.parameter(g, "w", [4, 3]);
    const bias: any = b.parameter(g, "b", [3]);
    const z: any = ops.add(ops.matmul(x, w), bias);
    const ls = ops.logSoftmax(z);
    const rows = ops.neg(ops.sum(ops.mul(b.oneHot(y, 3) as any, ls), { dim: -1 }));
    show("ce", g, ops.mean(rows), [z, w, bias], [x, y]);
    const sm = ops.log(ops.div(ops.exp(z), ops.sum(ops.exp(z), { dim: -1, keepDim: true })));
    show("ce naive", g, ops.mean(ops.neg(ops.sum(ops.mul(b.oneHot(y, 3) as any, sm), { dim: -1 }))), [z, w], [x, y]);
    const t: any = b.input(g, "t", "f32", ["batch", 3]);
    const h = ops.tanh(z);
    show("mse", g, ops.mean(ops.pow(ops.sub(h, t), 2)), [h, w, bias], [x, t]);
    const p = ops.div(1, ops.add(1, ops.exp(ops.neg(z))));
    show("bce", g, ops.mean(ops.neg(ops.add(ops.mul(t, ops.log(p)), ops.mul(ops.sub(1, t), ops.log(ops.sub(1, p)))))), [z], [x, t]);
    show("bce logits", g, ops.mean(ops.sub(ops.softplus(z), ops.mul(z, t))), [z], [x, t]);
    const s2 = ops.softmax(z);
    show("softmax", g, ops.sum(ops.mul(s2, t)), [z], [x, t]);
    show("soft targets", g, ops.mean(ops.neg(ops.sum(ops.mul(t, ls), { dim: -1 }))), [z], [x, t]);
  });
});
