import { f32, losses, type Model, model, nn, ops, optim } from "gradc";
import { compile } from "gradc/compiler";
import { describe, expect, test } from "vitest";
import { readsOf } from "../../../compiler/kernel/visit.ts";
import { runFused } from "../../support/fused.ts";
import { fusedCase } from "../../support/fused-cases.ts";

const width = 32;
const batch = 2;

/** One layer, applied so many times. */
const repeated = (times: number): Model =>
  model("repeated", { x: f32("batch", width), y: f32("batch", 1) }, ({ x, y }) => {
    const layer = nn.linear(width);
    const h = Array.from({ length: times }).reduce<typeof x>((value) => ops.tanh(layer(ops.add(value, x))), x);
    const out = nn.linear(h, 1);
    return { outputs: { out }, loss: losses.mse(out, y) };
  });

const bytesOf = async (times: number): Promise<number> => (await compile(repeated(times), { optimizer: optim.adam(), batch })).manifest.bytes;

describe("a sum whose terms are whole products", () => {
  test("of a layer that is applied once more, only activations take more memory", async () => {
    const [before, after] = [await bytesOf(5), await bytesOf(6)];
    expect(after - before).toBeLessThanOrEqual(2 * 4 * batch * width);
    expect(after - before).toBeGreaterThan(0);
  });

  test.each(["a sum of four products", "a sum of products from the last to the first"])("is added to, term by term: %s", (name) => {
    const { program, entry } = fusedCase(name);
    const { kernels } = runFused(program, entry, { batch: 4 });
    expect(kernels).toHaveLength(4);
    const partial = kernels.map((kernel) => [...readsOf(kernel)].filter(({ kind }) => kind === "temporary").length);
    expect(partial).toEqual([0, 1, 1, 1]);
  });
});
