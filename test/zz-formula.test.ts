import { test } from "vitest";
import { describe as formulas } from "../compiler/formula/describe.ts";
import { simplifyProgram } from "../compiler/passes/simplify.ts";
import { specialise } from "../compiler/passes/specialise.ts";
import { partsToRead } from "../src/described.ts";
import { program } from "../src/entries.ts";
import { assigned, define, within } from "./src/running.ts";
import { f32, i32, nn, losses, ops, optim, elementwise, parameter, gradient, type Tensor } from "../src/index.ts";

const show = (d: any, o: any = {}) => {
  const f = formulas(partsToRead(simplifyProgram(specialise(program(d, o))), []));
  for (const g of [f.forward, f.gradients]) for (const v of Object.values(g)) console.log(v);
};
const dense = (line: number, name: string, x: Tensor, n: number, act?: (t: Tensor) => Tensor) => act ? assigned(line, name, () => act(within(line, name, `nn.linear ${name}`, () => nn.linear(x, n)))) : assigned(line, name, () => nn.linear(x, n));
test("conv", () => {
  show(define({ x: f32("batch", 1, 8, 8), y: i32("batch") }, ({ x, y }) => {
    const c = within(1, "conv", "c", () => nn.conv2d(x, 4, 3, { padding: 1 }));
    const conv = assigned(1, "conv", () => nn.maxPool2d(nn.relu(c), 2));
    const logits = dense(2, "logits", nn.flatten(conv), 3);
    return { outputs: { logits }, loss: losses.crossEntropy(logits, y) };
  }), { });
});
test("deep", () => {
  show(define({ x: f32("batch", 4), t: f32("batch", 3) }, ({ x, t }) => {
    const a = dense(1, "a", nn.dropout(x, 0.2), 8, nn.sigmoid);
    const b = dense(2, "b", a, 8, nn.gelu);
    const d = dense(4, "d", b, 8, (v) => elementwise((z: any) => z / (1 + Math.exp(-z)))(v));
    const logits = dense(5, "logits", ops.add(d, a), 3);
    return { outputs: { logits }, loss: losses.crossEntropy(logits, t, { labelSmoothing: 0.1 }) };
  }), {});
});
test("mae sum, penalty", () => {
  show(define({ x: f32("batch", 4), t: f32("batch", 3) }, ({ x, t }) => {
    const out = dense(1, "out", x, 3);
    return { outputs: { out }, loss: losses.mse(out, t) };
  }), { penalties: [optim.l2(0.01, "*.weight" as any)] , clip: { norm: 1 }, optimizer: optim.sgd({ lr: 0.1 }) });
});
