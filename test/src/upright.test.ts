// What a module says of matrices that PyTorch has in the same order: all others multiply the last axis, and are transposed there.
import { f32, i32, model, nn, ops, parameter } from "gradc";
import { compile } from "gradc/compiler";
import { expect, test } from "vitest";

test("tables, norms over two axes and parameters of the user's are upright; what multiplies is not", async () => {
  const all = model("all", { x: f32("batch", 3, 4), index: i32("batch", 3) }, ({ x, index }) => {
    const words = nn.embedding(index, 5, 4);
    const norm = nn.layerNorm(ops.add(x, words), { normalizedShape: [3, 4] });
    const own = parameter([4, 4], { init: "xavierUniform" });
    const rec = nn.lstm(ops.matmul(norm, own), 4);
    const att = nn.multiheadAttention(rec.output, rec.output, rec.output, 2);
    const y = nn.linear(att, 4);
    const conv = nn.conv1d(y, 2, 2);
    return { outputs: { conv } };
  });
  const { manifest } = await compile(all);
  const upright = manifest.variables.filter((variable) => variable.upright).map(({ name }) => name);
  expect(upright.sort()).toEqual(["embedding.0.weight", "layerNorm.0.bias", "layerNorm.0.weight", "parameter.0"]);
});
