// Pages of values that are no numbers: rows of an attention in which nothing takes part, and quotients of roots of what may be below 0.
import { expect, test } from "vitest";
import { f32, losses, type Model, model, nn, ops } from "../../src/index.ts";
import { faultsIn, verdictsOn } from "./compare.ts";
import { subjectsOf } from "./harness.ts";

const cross = model("cross", { x: f32("batch", 3, 4), m: f32("batch", 5, 4), keep: f32("batch", 5), y: f32("batch", 3, 4) }, ({ x, m, keep, y }) => {
  const mask = ops.reshape(ops.compare(keep, 1, "gt"), ["batch", 1, 5]);
  const out = nn.scaledDotProductAttention(nn.linear(x, 4, { name: "q" }), nn.linear(m, 4, { name: "k" }), nn.linear(m, 4, { name: "v" }), { mask });
  return { outputs: { out }, loss: losses.mse(out, y) };
});

const graphs = model("graphs", { x: f32("batch", 4, 3), a: f32("batch", 4, 4), y: f32("batch", 4, 2) }, ({ x, a, y }) => {
  const degree = ops.sum(a, { dim: 2, keepDim: true });
  const shares = ops.div(a, ops.sqrt(ops.mul(degree, ops.transpose(degree, 1, 2))));
  const h = nn.relu(ops.matmul(shares, nn.linear(x, 5, { name: "h" })));
  const out = ops.matmul(shares, nn.linear(h, 2, { name: "out" }));
  return { outputs: { h, out }, loss: losses.mse(out, y) };
});

test.each([cross, graphs].map((each) => each as unknown as Model))(
  "the page of a model gives what its module does where that is no number: %#",
  async (source) => {
    for (const seed of [7, 8])
      for (const subject of await subjectsOf(source, undefined, seed)) {
        const verdicts = verdictsOn(subject);
        expect(faultsIn(verdicts)).toEqual([]);
        expect(verdicts.filter(({ verdict }) => verdict === "right").length).toBeGreaterThan(4);
      }
  },
);
