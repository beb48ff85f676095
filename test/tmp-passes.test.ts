import { test } from "vitest";
import * as b from "../compiler/ops/build.ts";
import { createGraph } from "../compiler/ops/table.ts";
import { withGraph } from "../compiler/ir/graph.ts";
import { print } from "../compiler/ir/print.ts";
import { differentiate } from "../compiler/passes/differentiate.ts";
import { simplifyProgram, simplify } from "../compiler/passes/simplify.ts";
import { stabiliseProgram } from "../compiler/passes/stabilise.ts";
import { specialise } from "../compiler/passes/specialise.ts";
import * as losses from "../src/losses/index.ts";
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
    show("ce", g, losses.crossEntropy(z, y), [z, w, bias], [x, y]);
    show("ce smooth", g, losses.crossEntropy(z, y, { labelSmoothing: 0.1, weight: [1, 2, 3] }), [z], [x, y]);
    const t: any = b.input(g, "t", "f32", ["batch", 3]);
    show("bce", g, losses.bce(ops.sigmoid(z), t), [z], [x, t]);
    const ff = createGraph();
  });
  const deep = createGraph();
  withGraph(deep, () => {
    let h: any = b.input(deep, "x", "f32", ["batch", 8]);
    const ps: any[] = [];
    for (let i = 0; i < 1000; i++) {
      const w: any = b.parameter(deep, `w${i}`, [8, 8]);
      const c: any = b.parameter(deep, `b${i}`, [8]);
      ps.push(w, c);
      h = ops.tanh(ops.add(ops.matmul(h, w), c));
    }
    const loss: any = ops.mean(ops.mul(h, h));
    let t0 = performance.now();
    const gs = differentiate(loss, ps);
    console.log("differentiate", performance.now() - t0, deep.nodes.length);
    t0 = performance.now();
    const { image, fired } = simplify([loss, ...gs]);
    console.log("simplify", performance.now() - t0, deep.nodes.length, fired);
  });
});
