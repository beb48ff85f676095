import { test } from "vitest";
import { describe as formulas } from "../compiler/formula/describe.ts";
import { partsOf } from "./compiler/formula/parts.ts";
import { assigned, define, within } from "./src/running.ts";
import { f32, i32, nn, losses, ops, optim, type Tensor } from "../src/index.ts";

const show = (d: any, o: any = {}) => {
  const f = formulas(partsOf(d, o).parts);
  for (const g of [f.forward, f.gradients, f.updates]) for (const v of Object.values(g)) console.log(v);
};
const dense = (line: number, name: string, x: Tensor, n: number, act?: (t: Tensor) => Tensor) => act ? assigned(line, name, () => act(within(line, name, "nn.linear", () => nn.linear(x, n)))) : assigned(line, name, () => nn.linear(x, n));
test("housing", () => {
  show(define({ x: f32("batch", 12), y: f32("batch", 1) }, ({ x, y }) => {
    const s = within(1, "hidden", "std", () => nn.standardize(x));
    const hidden = dense(1, "hidden", s, 5, nn.tanh);
    const price = dense(2, "price", hidden, 1);
    return { outputs: { price }, loss: losses.mse(price, y) };
  }), { optimizer: optim.sgd({ lr: 0.01, momentum: 0.9 }) });
});
test("iris", () => {
  show(define({ x: f32("batch", 4), y: i32("batch") }, ({ x, y }) => {
    const hidden = dense(1, "hidden", x, 8, nn.relu);
    const logits = dense(2, "logits", hidden, 3);
    return { outputs: { probabilities: nn.softmax(logits) }, loss: losses.crossEntropy(logits, y) };
  }), { optimizer: optim.adam() });
});
test("bce", () => {
  show(define({ x: f32("batch", 4), y: f32("batch", 1) }, ({ x, y }) => {
    const z = dense(1, "z", x, 1);
    return { outputs: { p: nn.sigmoid(z) }, loss: losses.bceWithLogits(z, y) };
  }), {});
});
