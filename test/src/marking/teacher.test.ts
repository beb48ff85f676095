// Lines as a teacher writes them, of networks that are no chain of layers, which both the page and a claim say.
import { expect, test } from "vitest";
import { constant, f32, losses, model, nn, ops, parameter } from "../../../src/index.ts";
import type { Model } from "../../../src/model.ts";
import { netOf } from "./nets.ts";

const codes = model("codes", { x: f32("batch", 4) }, ({ x }) => {
  const ze = nn.linear(x, 2);
  const table = parameter([5, 2], { init: "ones", name: "table" });
  const d = ops.sum(ops.square(ops.sub(ops.reshape(ze, ["batch", 1, 2]), table)), { dim: 2 });
  const nearest = ops.gather(table, ops.argmin(d, { dim: 1 }));
  return { outputs: { d, nearest }, loss: losses.mse(ze, nearest) };
});

const judge = model("judge", { x: f32("batch", 2) }, ({ x }) => {
  const score = nn.linear(x, 1);
  return { outputs: { score }, loss: losses.bceWithLogits(score, ops.broadcast(0, ["batch", 1])) };
});

const neighbours = model("neighbours", { X: f32("batch", 4, 3), y: f32("batch", 4, 2) }, ({ X, y }) => {
  const c1 = constant([0.5, 0.5, 0, 0, 0.33, 0.33, 0.33, 0, 0, 0.33, 0.33, 0.33, 0, 0, 0.5, 0.5], [4, 4]);
  const W = parameter([3, 2], { init: "ones", name: "W" });
  const H = ops.tanh(ops.matmul(c1, ops.matmul(X, W)));
  return { outputs: { H }, loss: losses.mse(H, y) };
});

const pairs = model("pairs", { X: f32("batch", 3, 2), y: f32("batch", 3, 3) }, ({ X, y }) => {
  const left = nn.linear(X, 1);
  const right = nn.linear(X, 1);
  const e = ops.tanh(ops.add(left, ops.transpose(right, 1, 2)));
  return { outputs: { left, right, e }, loss: losses.mse(e, y) };
});

const lines: readonly (readonly [name: string, right: string, definition: Model])[] = [
  ["nearest", "gather(table, argmin_j(d))", codes],
  ["loss", "mean(softplus(score))", judge],
  ["H", "tanh(c1·(X·W))", neighbours],
  ["e", "tanh(left + rightᵀ)", pairs],
];

test.each(lines)("%s = %s", async (name, right, definition) => {
  const net = await netOf(definition);
  expect(net.lines.get(name)).toBe(right);
  const verdicts = net.mark([...net.lines].map(([left, line]) => `${left} = ${line}`).join("\n"));
  expect(verdicts.filter(({ verdict }) => verdict !== "right")).toEqual([]);
});

test("the nearest is not the furthest", async () => {
  const net = await netOf(codes);
  expect(net.mark("nearest = gather(table, argmax_j(d))")[0]).toMatchObject({ kind: "exchanged", hint: "argmax stands where argmin belongs" });
});
