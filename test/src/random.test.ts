// Noise in definitions: its distribution, when it is drawn anew, and the way of a gradient beside it.
import { compile } from "gradc/compiler";
import { load } from "gradc/runtime";
import { expect, it } from "vitest";
import { f32, model, nn, ops, optim, random, training } from "../../src/index.ts";
import { define } from "./running.ts";

const noisy = model("noisy", { x: f32("batch", 64) }, ({ x }) => {
  const [flat, bell] = [random.uniform(["batch", 64]), random.normal(["batch", 64])];
  const scale = nn.linear(x, 64, { name: "scale", init: { weight: 0, bias: 0 } });
  const loss = ops.mean(ops.mul(ops.add(scale, 1), bell));
  return { outputs: { flat, bell, mode: ops.where(training(), 1, ops.mul(x, 0)) }, loss };
});
const rows = { x: new Float32Array(64 * 64) };
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
const power = (values: ArrayLike<number>, p: number) => mean(Array.from(values, (value) => value ** p));

it("is spread as its name says", async () => {
  const { flat, bell } = (await load(await compile(noisy, { batch: 64 }))).predict(rows);
  expect(Math.min(...flat)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...flat)).toBeLessThan(1);
  // Four deviations of the means of 4096 numbers.
  expect(Math.abs(mean(flat) - 0.5)).toBeLessThan(0.02);
  expect(Math.abs(power(flat, 2) - 1 / 3)).toBeLessThan(0.02);
  expect(Math.abs(mean(bell))).toBeLessThan(0.07);
  expect(Math.abs(power(bell, 2) - 1)).toBeLessThan(0.09);
  expect(Math.abs(power(bell, 4) - 3)).toBeLessThan(0.7);
});

it("is the same until the next step, and another for each seed and each call", async () => {
  const built = await compile(noisy, { batch: 64, optimizer: optim.sgd() });
  const [net, other] = [await load(built), await load(built, { seed: 1 })];
  const first = net.predict(rows);
  expect(net.predict(rows)).toEqual(first);
  expect(first.mode.every((value) => value === 0)).toBe(true);
  expect(other.predict(rows).flat).not.toEqual(first.flat);
  // The gradient of the mean of (z + 1)·noise by the biases of z adds up to that mean.
  const { loss, gradients } = net.gradients(rows);
  expect(64 * mean((gradients as Record<string, Float32Array>)["scale.bias"] as Float32Array)).toBeCloseTo(loss, 6);
  expect(net.step(rows).loss).toBe(loss);
  expect(net.predict(rows).flat).not.toEqual(first.flat);
});

it("refuses what is no shape", () => {
  const drawnOf = (shape: unknown) => () => define({ x: f32(2) }, () => ({ outputs: { y: random.normal(shape as [number]) } }));
  expect(drawnOf([-1])).toThrowError(/random.normal/);
  expect(drawnOf(3)).toThrowError(expect.objectContaining({ code: "setting-out-of-range" }));
});
