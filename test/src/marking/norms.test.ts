// The lines of norms and of attention, forth and back, as claims for themselves, in the forms that textbooks have.
import { expect, test } from "vitest";
import { f32, i32, losses, model, nn, ops } from "../../../src/index.ts";
import type { Tensor } from "../../../src/tensor.ts";
import { netOf } from "./nets.ts";

type Layer = (x: Tensor) => Tensor;

/** A net that ends in the layers that are tried, or has a linear layer behind them. */
const shaped = (shape: readonly (string | number)[], apply: Layer, isLast = false) =>
  model("net", { x: f32(...(["batch", ...shape] as Parameters<typeof f32>)), y: f32("batch", 2) }, ({ x, y }) => {
    const h = nn.linear(x, 4, { name: "h" });
    const z = apply(h);
    const out = isLast ? ops.mean(ops.mul(z, z), { dim: -1, keepDim: true }) : nn.linear(nn.flatten(z), 2);
    return { outputs: { out }, loss: isLast ? ops.mean(out) : losses.mse(out, y) };
  });

const rows = (apply: Layer, isLast?: boolean) => shaped([3], apply, isLast);
const sequences = (apply: Layer, isLast?: boolean) => shaped([3, 5], apply, isLast);
const images = (apply: Layer, isLast?: boolean) => shaped([2, 3, 5], apply, isLast);

const small = { dimFeedforward: 3, dropout: 0 };

const nets = {
  "layer norm of rows": rows((h) => nn.layerNorm(h, { name: "z" })),
  "layer norm without parameters, directly in a loss": rows((h) => nn.layerNorm(h, { elementwiseAffine: false }), true),
  "layer norm without a bias behind tanh": rows((h) => nn.layerNorm(nn.tanh(h), { bias: false })),
  "rms norm": rows((h) => nn.rmsNorm(h, { name: "z" })),
  "two norms in a row": sequences((h) => nn.layerNorm(nn.rmsNorm(h))),
  "a norm that is applied twice": rows((h) => {
    const norm = nn.layerNorm();
    return norm(nn.linear(norm(h), 4));
  }),
  "layer norm of images over several axes": images((h) => nn.layerNorm(h, { normalizedShape: [3, 4], eps: 0.001 })),
  "batch norm behind relu": rows((h) => nn.relu(nn.batchNorm1d(h, { name: "z" }))),
  "batch norm of sequences": sequences((h) => nn.batchNorm1d(h)),
  "batch norm of images, without parameters": images((h) => nn.relu(nn.batchNorm2d(h, { affine: false }))),
  "group norm": images((h) => nn.groupNorm(h, 2)),
  "instance norm": images((h) => nn.instanceNorm2d(h, { affine: true })),
  "a residual block of norms": sequences((h) => nn.relu(ops.add(h, nn.batchNorm1d(nn.linear(nn.relu(nn.batchNorm1d(h)), 4))))),
  "a norm behind gates": sequences((h) => nn.layerNorm(nn.gru(h, 3).output)),
  "attention of heads": sequences((h) => nn.multiheadAttention(h, h, h, 2)),
  "attention of heads with mask and dropout": sequences((h) =>
    nn.multiheadAttention(h, h, h, 2, { name: "z", dropout: 0.2, isCausal: true, bias: false }),
  ),
  "scaled products that drop": sequences((h) => nn.scaledDotProductAttention(h, nn.linear(h, 4), h, { dropout: 0.5, isCausal: true })),
  "a transformer's layer": sequences((h) => nn.transformerEncoderLayer(h, 2, small)),
  "a transformer's layer that normalises first, with mask and dropout": sequences((h) =>
    nn.transformerEncoderLayer(h, 2, { ...small, normFirst: true, dropout: 0.1, isCausal: true }),
  ),
  "a decoder's layer": sequences((h) => nn.transformerDecoderLayer(h, h, 2, small)),
};

async function wrongIn(source: Parameters<typeof netOf>[0]): Promise<string[]> {
  const net = await netOf(source);
  const verdicts = net.mark([...net.lines].map(([name, line]) => `${name} = ${line}`).join("\n"));
  return verdicts.filter(({ verdict }) => verdict !== "right").map(({ claim, hint }) => `${claim}: ${hint}`);
}

test.each(Object.entries(nets))("each line of %s is right as a claim", async (_, source) => {
  expect(await wrongIn(source)).toEqual([]);
});

test("each line of attention that leaves padding out is right as a claim", async () => {
  const inputs = { x: f32("batch", 3, 4), padding: i32("batch", 3) };
  const padded = model("padded", inputs, ({ x, padding }) => {
    const out = nn.transformerEncoderLayer(x, 2, { ...small, keyPaddingMask: padding });
    return { outputs: { out }, loss: losses.mse(out, x) };
  });
  expect(await wrongIn(padded)).toEqual([]);
});

test("the error through a norm has the form that textbooks have", async () => {
  const lineOf = async (source: Parameters<typeof netOf>[0], name: string) => (await netOf(source)).lines.get(name);
  const usual = "(δ_xhat_z − mean_j(δ_xhat_z) − xhat_z ⊙ mean_j(δ_xhat_z ⊙ xhat_z)) / σ_z";
  expect(await lineOf(nets["layer norm of rows"], "δ_h")).toBe(usual);
  expect(await lineOf(nets["batch norm behind relu"], "δ_h")).toBe(usual.replaceAll("mean_j", "mean_batch"));
  expect(await lineOf(nets["rms norm"], "δ_h")).toBe("(δ_z ⊙ γ_z − xhat_z ⊙ mean_j(δ_z ⊙ γ_z ⊙ xhat_z)) / σ_z");
});

test("the errors of attention are those of each head, behind a mask and weights that are dropped too", async () => {
  const { lines } = await netOf(nets["attention of heads with mask and dropout"]);
  expect(Object.fromEntries([..."OASqkv"].map((letter) => [letter, lines.get(`δ_${letter}_z`)]))).toMatchInlineSnapshot(`
    {
      "A": "((δ_O_z·v_zᵀ) / 0.8) ⊙ [random_5() ≥ 0.2]",
      "O": "heads_2(δ_z_out_proj·W_z_out_projᵀ)",
      "S": "A_z ⊙ (δ_A_z − Σ_l δ_A_z ⊙ A_z)",
      "k": "(δ_S_z/√(2))ᵀ·q_z",
      "q": "δ_S_z/√(2)·k_z",
      "v": "dropped_zᵀ·δ_O_z",
    }
  `);
  expect(lines.get("O_z")).toMatchInlineSnapshot(`"dropped_z·v_z"`);
});
