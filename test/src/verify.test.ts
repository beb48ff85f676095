import { expect, test } from "vitest";
import { build } from "../../compiler/index.ts";
import type { Program } from "../../compiler/ir/entry.ts";
import * as ops from "../../compiler/ops/build.ts";
import { load } from "../../runtime/index.ts";
import { declareSource, type ModelSource } from "../../src/definition-file.ts";
import { program } from "../../src/entries.ts";
import { f32, ops as language, losses, model, nn, optim, stopGradient } from "../../src/index.ts";
import type { Optimizer } from "../../src/optim/optimizer.ts";
import { purposeOf } from "../../src/purpose.ts";
import type { Comparison } from "../../src/verify/comparison.ts";
import { compareDerivatives } from "../../src/verify/derivatives.ts";
import { compareModule, madeUpSources, verify } from "../../src/verify/verify.ts";

const line = model("line", { x: f32("batch", 3), y: f32("batch", 4) }, ({ x, y }) => {
  const out = nn.linear(nn.relu(nn.linear(nn.dropout(x, 0.3), 5, { name: "first" })), 4, { name: "out" });
  return { outputs: { out }, loss: losses.mse(out, y) };
});

const off = (comparisons: readonly Comparison[]) =>
  comparisons.filter(({ error, tolerance }) => error > tolerance).map(({ name, kind }) => `${kind} ${name}`);

async function compiled(source: ModelSource = line, optimizer?: Optimizer) {
  const declared = await declareSource(source);
  const options = { batch: 6, optimizer };
  const whole = program(declared, options);
  const { wasm } = await build(whole, { purpose: { ...purposeOf(declared, whole, options), profile: "exact" } });
  const net = await load(wasm);
  return { whole, net, sources: madeUpSources(net) };
}

/** The program whose gradient of `name` is 1.001 times as large. */
function wrong(whole: Program, name: string): Program {
  const scaled = (entry: Program["entries"][0]) => ({
    ...entry,
    results: entry.results.map((result) => (result.name === name ? { name, node: ops.mul(result.node, ops.fill(result.node, 1.001)) } : result)),
  });
  return { ...whole, entries: whole.entries.map((entry) => (entry.name === "gradients" ? scaled(entry) : entry)) };
}

test("a right model agrees in all values, through dropout and relu", async () => {
  const comparisons = await verify(line);
  expect(new Set(comparisons.map(({ kind }) => kind))).toEqual(new Set(["derivative", "predict", "gradients", "evaluate", "step", "update"]));
  expect(off(comparisons)).toEqual([]);
});

test("a gradient that is wrong by a thousandth is found, in a small and in a large parameter", async () => {
  const { whole, sources } = await compiled();
  expect(off(compareDerivatives(whole, sources, 6))).toEqual([]);
  expect(off(compareDerivatives(wrong(whole, "out.bias"), sources, 6))).toEqual(["derivative out.bias"]);
  expect(off(compareDerivatives(wrong(whole, "first.weight"), sources, 6))).toEqual(["derivative first.weight"]);
});

test("a module that computes something else is found", async () => {
  const { whole, net, sources } = await compiled();
  expect(off(compareModule(whole, net, sources))).toEqual([]);
  expect(off(compareModule(wrong(whole, "out.weight"), net, sources))).toEqual(["gradients out.weight"]);
});

test("evaluation is checked, in parts too: an input that enters after the sums, and one that does not reach them", async () => {
  const weighted = model("weighted", { x: f32("batch", 3), share: f32() }, ({ x, share }) => {
    const out = nn.linear(x, 1, { name: "out" });
    return { outputs: { out }, loss: language.mul(share, language.mean(language.square(out))) };
  });
  const names = (comparisons: readonly Comparison[]) => comparisons.filter(({ kind }) => kind === "evaluate").map(({ name }) => name);
  const comparisons = await verify(weighted);
  expect(names(comparisons)).toEqual(["loss", "loss in parts"]);
  expect(off(comparisons)).toEqual([]);
  const { whole, net, sources } = await compiled(weighted, optim.sgd());
  const { evaluate } = net;
  const spoilt = { ...net, evaluate: (inputs: Parameters<typeof evaluate>[0]) => evaluate({ ...inputs, share: [0.1] }) };
  expect(off(compareModule(whole, spoilt, sources))).toEqual(["evaluate loss", "evaluate loss in parts"]);
});

test("what stops gradients is a constant to the derivative", async () => {
  const stopped = model("stopped", { x: f32("batch", 3) }, ({ x }) => {
    const out = nn.linear(x, 1, { name: "out" });
    return { outputs: { out }, loss: language.mean(language.mul(out, stopGradient(out))) };
  });
  expect(off(await verify(stopped))).toEqual([]);
});
