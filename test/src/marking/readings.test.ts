// What students write beside the page's notation: · for products of elements, vectors as columns, and derivations that keep what the page cancels.
import { expect, test } from "vitest";
import { f32, losses, model, nn, ops, parameter } from "../../../src/index.ts";
import type { Verdict } from "../../../src/marking/verdict.ts";
import { netOf } from "./nets.ts";

const neuron = await netOf(
  model("neuron", { x: f32("batch", 3), y: f32("batch") }, ({ x, y }) => {
    const [w, b] = [parameter([3], { name: "w" }), parameter([], { name: "b" })];
    const z = ops.add(ops.matmul(x, w), b);
    const p = ops.sigmoid(z);
    const each = ops.add(ops.mul(y, ops.log(p)), ops.mul(ops.sub(1, y), ops.log(ops.sub(1, p))));
    return { outputs: { z, p }, loss: ops.neg(ops.mean(each)) };
  }),
);

const single = await netOf(
  model("single", { x: f32(2), y: f32() }, ({ x, y }) => {
    const [W, v] = [parameter([2, 2], { name: "W" }), parameter([2], { name: "v" })];
    const h = ops.tanh(ops.matmul(x, W));
    const o = ops.matmul(h, v);
    return { outputs: { h, o }, loss: ops.mul(0.5, ops.square(ops.sub(o, y))) };
  }),
);

const norm = await netOf(
  model("norm", { x: f32("batch", 3), y: f32("batch", 4) }, ({ x, y }) => {
    const a = nn.linear(x, 4, { name: "a", bias: false });
    const n = nn.batchNorm1d(a, { name: "n" });
    return { outputs: { n }, loss: losses.mse(n, y) };
  }),
);

const gated = await netOf(
  model("gated", { i: f32("batch", 3), y: f32("batch", 3) }, ({ i, y }) => {
    const [Wi, Wj] = [parameter([3, 3], { name: "Wi" }), parameter([3, 3], { name: "Wj" })];
    const j = ops.tanh(ops.matmul(i, Wi));
    const n = ops.mul(i, j);
    const out = ops.matmul(n, Wj);
    return { outputs: { j, n, out }, loss: losses.mse(out, y) };
  }),
);

const pooled = await netOf(
  model("pooled", { x: f32("batch", 1, 4, 4), y: f32("batch", 2) }, ({ x, y }) => {
    const c = nn.maxPool2d(x, 2, { name: "c" });
    const out = nn.linear(nn.flatten(c), 2);
    return { outputs: { out, c }, loss: losses.mse(out, y) };
  }),
);

type Net = typeof neuron;
const first = (net: Net, claim: string): Verdict => (net.mark(claim) as [Verdict])[0];

const right: readonly (readonly [Net, string])[] = [
  [neuron, "∂loss/∂w = Σ_batch δ_z·x"],
  [neuron, "∂loss/∂w = Σ_batch x·δ_z"],
  [neuron, "∂loss/∂w = (p − y)ᵀ·x/batch"],
  [neuron, "∂loss/∂w = mean_batch((p − y)·x)"],
  [neuron, "z = Σ_j w·x + b"],
  [neuron, "z = wᵀ·xᵀ + b"],
  [neuron, "δ_z = −(y/p − (1 − y)/(1 − p))·p·(1 − p)/batch"],
  [neuron, "δ_z = ½·(p − y)·2/batch"],
  [single, "o = vᵀ·h"],
  [single, "h = tanh(xᵀ·W)"],
  [single, "∂loss/∂W = x·δ_hᵀ"],
  [single, "δ_h = (1 − h²)·v·(o − y)"],
  [norm, "δ_xhat_n = δ_n·γ_n"],
  [norm, "n = γ_n·xhat_n + β_n"],
];

test.each(right.map(([net, claim]) => [claim, net] as const))("%s is right", (claim, net) => {
  expect(first(net, claim)).toMatchObject({ verdict: "right" });
});

const wrong: readonly (readonly [Net, string, kind: string, hint: string])[] = [
  [neuron, "δ_z = −(y/p − (1 − y)/(1 − p))/batch", "missing", "the factor p ⊙ (1 − p) is missing"],
  [neuron, "δ_z = −(y/p + (1 − y)/(1 − p))·p·(1 − p)/batch", "sign", "the sign of (1 − y)/(1 − p) is wrong"],
  [norm, "δ_a = δ_xhat_n / σ_n", "missing", "what is added to it, "],
  [gated, "n = i + j", "exchanged", "i + j stands where i ⊙ j belongs"],
  [gated, "δ_j = (δ_out·Wjᵀ) ⊙ (i + (1 − j²))", "exchanged", "i + (1 − (j²)) stands where"],
  [gated, "δ_j = (δ_out·Wjᵀ)·j·(1 − j²)", "exchanged", "j stands where i belongs"],
  [norm, "σ_n = √(var_batch(a)) + 0.00001", "exchanged", "√(var_batch(a)) + 0.00001 stands where √(var_batch(a) + 0.00001) belongs"],
  [pooled, "c[n,o,p,q] = max_u<2,v<2 x[n,o,p+u,q+v]", "exchanged", "x[n,o,p+u,q+v] stands where x[n,o,2·p+u,2·q+v] belongs"],
];

test.each(wrong.map(([net, ...others]) => [...others, net] as const))("%s has its mistake named", (claim, kind, hint, net) => {
  const verdict = first(net, claim);
  expect(verdict).toMatchObject({ verdict: "wrong", kind });
  expect(verdict.hint).toContain(hint);
});

const unread: readonly (readonly [string, string])[] = [
  ["= 3", "got nothing on the left of ="],
  ["\\frac{p − y}{batch}", 'got LaTeX, "\\frac"'],
  ["δ_z = \\frac{p − y}{batch}", 'got LaTeX, "\\frac"'],
];

test.each(unread)("%s cannot be read", (claim, says) => {
  const verdict = first(neuron, claim);
  expect(verdict.verdict).toBe("unread");
  expect(verdict.hint).toContain(says);
});

test("many signs that may mean two things are bounded work", () => {
  const before = performance.now();
  const long = Array.from({ length: 200 }, () => "(p − y)·x").join(" + ");
  expect(first(neuron, `∂loss/∂w = ${long}`).verdict).toBe("wrong");
  expect(first(neuron, `z = x${"·w·x".repeat(150)}`).verdict).toBe("wrong");
  expect(performance.now() - before).toBeLessThan(60_000);
});
