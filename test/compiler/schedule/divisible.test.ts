import { f32, losses, model, nn, optim } from "gradc";
import { compile } from "gradc/compiler";
import { expect, test, vi } from "vitest";
import type { Kernel, Statement } from "../../../compiler/kernel/kernel.ts";
import { isDivisible } from "../../../compiler/schedule/divisible.ts";
import {
  accumulator,
  axis,
  buffer,
  combine,
  get,
  kernel,
  linear,
  load,
  local,
  op,
  parallel,
  reduce,
  scatter,
  softmax,
  store,
} from "../kernel/kernels.ts";

const i = axis("i", 8);
const [x, y, scale] = [buffer("x", [8]), buffer("y", [8]), buffer("scale", [])];
const s = local("s");
const stores = parallel(i, store(y, [i], op("mul", load(x, i), get(s))));
const held = (from = scale): Statement => ({ kind: "let", local: s, value: from === scale ? load(scale) : load(from, 0) });
const total = [accumulator(s), reduce(i, combine(s, load(x, i))), store(scale, [], get(s))];

test.each<[string, boolean, Kernel]>([
  ["one parallel loop", true, linear().kernel],
  ["rows with sums and maxima of their own", true, softmax().kernel],
  ["a loop behind a value that it does not change", true, kernel("scaled", held(), stores)],
  ["a loop that stores over the value before it", false, kernel("over", held(y), stores)],
  ["a sum in order", false, scatter().kernel],
  ["a total", false, kernel("total", ...total)],
  ["two loops", false, kernel("two", parallel(i, store(x, [i], load(y, i))), held(), stores)],
  ["nothing but a value", false, kernel("one", store(scale, [], load(x, 0)))],
  ["a loop that something follows", false, kernel("tail", held(), stores, store(scale, [], get(s)))],
])("%s: %s", (_, expected, one) => {
  expect(isDivisible(one)).toBe(expected);
});

test("the pass `schedule` prints it", async () => {
  const net = model("net", { x: f32("batch", 3), y: f32("batch", 8) }, (given) => {
    const out = nn.tanh(nn.linear(given.x, 8));
    return { outputs: { out }, loss: losses.mse(out, given.y) };
  });
  const error = vi.spyOn(console, "error").mockImplementation(() => undefined);
  await compile(net, { optimizer: optim.sgd({ lr: 0.1 }), debug: { dump: ["schedule"], level: 0 } });
  const kernels = error.mock.calls.flat().join("\n").split("\n\n");
  vi.restoreAllMocks();
  const marked = kernels.filter((text) => text.endsWith("\n  divisible"));
  expect(marked.length).toBeGreaterThan(0);
  expect(marked.length).toBeLessThan(kernels.length);
});
