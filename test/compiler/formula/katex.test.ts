// KaTeX reads the LaTeX of every page, without a warning.
import katex from "katex";
import { expect, test } from "vitest";
import { pageOf } from "../../../compiler/describe/page.ts";
import { writePage } from "../../../compiler/formula/page.ts";
import { readable } from "../../../compiler/index.ts";
import { declareSource, type ModelSource } from "../../../src/definition-file.ts";
import { partsToRead } from "../../../src/described.ts";
import { program } from "../../../src/entries.ts";
import { f32, losses, model, nn, ops, optim } from "../../../src/index.ts";
import { networkOf } from "../../bits/networks.ts";

async function latexOf(source: ModelSource, optimizer?: ReturnType<typeof optim.adam>): Promise<string> {
  const whole = program(await declareSource(source), { ...(optimizer && { optimizer }) });
  return writePage(pageOf(partsToRead(readable(whole))), "latex", () => "");
}

const read = (latex: string): string => katex.renderToString(latex, { displayMode: true, throwOnError: true, strict: "error", maxExpand: 10_000 });

test("of networks by number", async () => {
  for (let number = 0; number < 12; number++) {
    const latex = await latexOf(networkOf(number).model, number === 0 ? optim.adam() : undefined);
    expect(read(latex), latex).toContain("<math");
    // A number behind another one would be read as one of them.
    expect(latex.match(/\d \\, \d/g), latex).toBeNull();
  }
});

test("of layers that have signs of their own", async () => {
  const images = model("images", { x: f32("batch", 1, 8, 8), y: f32("batch", 1) }, ({ x, y }) => {
    const c = nn.batchNorm2d(nn.maxPool2d(nn.conv2d(x, 2, 3), 2));
    const yhat = nn.linear(nn.flatten(c), 1);
    return { outputs: { yhat }, loss: losses.huber(yhat, y) };
  });
  const sequences = model("sequences", { x: f32("batch", 3, 4), y: f32("batch", 4) }, ({ x, y }) => {
    const { output } = nn.gru(nn.layerNorm(x), 4);
    const gamma_1 = nn.multiheadAttention(output, output, output, 2);
    return { outputs: { gamma_1 }, loss: losses.mse(ops.mean(gamma_1, { dim: 1 }), y) };
  });
  for (const source of [images, sequences]) expect(read(await latexOf(source))).toContain("<math");
});

test.each(["course/conv", "course/norms", "course/recurrent", "char-gru/char", "tiny-gpt/gpt"])("of the example %s", async (path) => {
  const latex = await latexOf(new URL(`../../../examples/${path}.model.ts`, import.meta.url));
  expect(read(latex), latex).toContain("<math");
});
