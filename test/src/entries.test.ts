import { describe, expect, it } from "vitest";
import type { Program } from "../../compiler/ir/entry.ts";
import type { ProgramOptions } from "../../src/compile-options.ts";
import { program } from "../../src/entries.ts";
import { elementwise, f32, i32, losses, nn, ops, optim, parameter } from "../../src/index.ts";
import { define, initialise, type Memory, run, type Sources, source, variableIn } from "./running.ts";

const table: Sources = { x: source([1, 2, 3, 4, 5, 6], [3, 2]), y: source([1, 0, 2], [3, 1]) };

const regression = () =>
  define({ x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
    const price = nn.linear(nn.tanh(nn.linear(x, 3, { name: "hidden" })), 1, { name: "price" });
    const count = ops.sum(ops.add(ops.mul(y, 0), 1));
    return {
      outputs: { price },
      loss: losses.mse(price, y),
      metrics: { rmse: { sum: ops.sum(ops.square(ops.sub(price, y))), count, finish: "sqrt(x)" } },
    };
  });

const entry = (built: Program, name: string) => built.entries.find((each) => each.name === name);
const rowsOf = (from: number, to: number): Sources => ({
  x: source([1, 2, 3, 4, 5, 6].slice(2 * from, 2 * to), [to - from, 2]),
  y: source([1, 0, 2].slice(from, to), [to - from, 1]),
});

describe("entry points", () => {
  it("are init and predict without a loss, and gradients and evaluate with one", () => {
    const names = (built: Program) => built.entries.map(({ name }) => name);
    expect(names(program(define({ x: f32(1) }, ({ x }) => ({ outputs: { x } }))))).toEqual(["init", "predict"]);
    expect(names(program(regression()))).toEqual(["init", "gradients", "predict", "evaluate", "evaluate.finish"]);
    expect(names(program(regression(), { optimizer: optim.sgd() }))).toEqual(["init", "step", "gradients", "predict", "evaluate", "evaluate.finish"]);
  });

  it("have the capacity of the batch, or none", () => {
    expect(program(regression()).capacity).toEqual({ batch: 64 });
    expect(program(regression(), { batch: 10 }).capacity).toEqual({ batch: 10 });
    expect(program(define({ x: f32(1) }, ({ x }) => ({ outputs: { x } }))).capacity).toEqual({});
  });

  it("train: a step lowers the loss, counts, and shows the loss before its update", () => {
    const built = program(regression(), { optimizer: optim.adam({ lr: 0.05 }) });
    let memory: Memory = initialise(built);
    const shown: number[] = [];
    for (let i = 0; i < 50; i++) {
      const { results, memory: next } = run(built, "step", memory, table, 3);
      shown.push(results.loss?.[0] as number);
      expect(results.rmse?.[0]).toBeCloseTo(Math.sqrt(results.loss?.[0] as number), 12);
      memory = next;
    }
    expect(shown[49]).toBeLessThan((shown[0] as number) / 2);
    expect(variableIn(memory, "#step")).toEqual([50]);
    expect(shown[0]).toBe(run(built, "gradients", initialise(built), table, 3).results.loss?.[0]);
  });

  it("evaluate in parts what depends on the rows through sums alone", () => {
    const built = program(regression());
    expect(entry(built, "evaluate")).toMatchObject({ splittable: true, results: [] });
    const start = initialise(built);
    const whole = run(built, "evaluate.finish", run(built, "evaluate", start, table, 3).memory, {}).results;
    const first = run(built, "evaluate", start, rowsOf(0, 2), 2).memory;
    const parts = run(built, "evaluate.finish", run(built, "evaluate", first, rowsOf(2, 3), 1).memory, {}).results;
    expect(parts.loss?.[0]).toBeCloseTo(whole.loss?.[0] as number, 14);
    expect(parts.rmse?.[0]).toBeCloseTo(Math.sqrt(parts.loss?.[0] as number), 14);
    expect(whole.loss).toEqual(run(built, "gradients", start, table, 3).results.loss);
  });

  it("do not split what mixes rows", () => {
    const mixing = program(
      define({ x: f32("batch", 2) }, ({ x }) => ({
        outputs: { y: ops.sub(x, ops.mean(x, { dim: 0, keepDim: true })) },
        loss: ops.norm(ops.max(x, { dim: 0 })),
      })),
    );
    expect(entry(mixing, "predict")?.splittable).toBe(false);
    expect(entry(mixing, "evaluate")).toMatchObject({ splittable: false, results: [{ name: "loss" }] });
    expect(entry(program(regression()), "predict")?.splittable).toBe(true);
  });

  it("evaluate without dropout, in parts", () => {
    const built = program(define({ x: f32("batch", 4) }, ({ x }) => ({ outputs: { y: nn.dropout(x) }, loss: ops.mean(nn.dropout(x, 0.9)) })));
    expect(entry(built, "predict")?.splittable).toBe(true);
    expect(entry(built, "evaluate")?.splittable).toBe(true);
    expect(run(built, "predict", initialise(built), { x: source([1, 2, 3, 4], [1, 4]) }).results.y).toEqual([1, 2, 3, 4]);
  });

  it("evaluate classes, ignored ones left out of the mean over all parts", () => {
    const built = program(define({ x: f32("batch", 2), k: i32("batch") }, ({ x, k }) => ({ outputs: { x }, loss: losses.crossEntropy(x, k) })));
    const part = (k: number) => ({ x: source([0, 0], [1, 2]), k: source([k], [1], "i32") });
    let memory = initialise(built);
    for (const k of [0, -100, 1]) memory = run(built, "evaluate", memory, part(k)).memory;
    expect(run(built, "evaluate.finish", memory, {}).results.loss?.[0]).toBeCloseTo(Math.LN2, 15);
  });
});

describe("gradients", () => {
  const resultsOf = (options: ProgramOptions) => entry(program(regression(), options), "gradients")?.results.map(({ name }) => name);

  it("are of all trainable parameters, or of parameters, inputs and values by name", () => {
    expect(resultsOf({})).toEqual(["loss", "hidden.weight", "hidden.bias", "price.weight", "price.bias"]);
    expect(resultsOf({ wrt: ["x", "price", "hidden.bias"] })).toEqual(["loss", "x", "price", "hidden.bias"]);
    expect(() => resultsOf({ wrt: ["prize"] })).toThrowError(expect.objectContaining({ code: "unknown-name" }));
  });

  it("are of what formulas call so, where they call nothing else so", () => {
    expect(resultsOf({ wrt: ["W_hidden", "b_price", "x"] })).toEqual(["loss", "hidden.weight", "price.bias", "x"]);
    const alike = define({ x: f32("batch", 1) }, ({ x }) => {
      const y = nn.sequential(nn.linear(1), { name: "net" })(nn.linear(x, 1, { name: "net_0" }));
      const z = ops.mul(y, parameter([1], { name: "b_net_0" }));
      return { outputs: { z }, loss: ops.mean(z) };
    });
    expect(() => program(alike, { wrt: ["W_net_0"] })).toThrowError(/several.*\n +expected +one of net_0\.weight, net\.0\.weight/);
    expect(entry(program(alike, { wrt: ["b_net_0"] }), "gradients")?.results.map(({ node }) => node.shape)).toEqual([[], [1]]);
  });

  it("leave out what is frozen, which has no update and no optimizer state", () => {
    const built = program(regression(), { freeze: ["hidden.*"], optimizer: optim.adam() });
    expect(entry(built, "gradients")?.results.map(({ name }) => name)).toEqual(["loss", "price.weight", "price.bias"]);
    const written = entry(built, "step")?.updates.map(({ target }) => (target.params as { name: string }).name);
    expect(written).toEqual(["price.weight", "price.bias", "price.weight.m", "price.weight.v", "price.bias.m", "price.bias.v", "#step"]);
    expect(() => program(regression(), { freeze: ["hiden.*"] })).toThrowError(/hidden.weight/);
  });

  it("hold for values that are stabilised and named", () => {
    const built = program(
      define({ x: f32(1) }, ({ x }) => {
        const p = elementwise((u: number) => 1 / (1 + Math.exp(-u)))(ops.mul(x, parameter([1], { init: 1, name: "w" })));
        return { outputs: { p }, loss: ops.sum(p) };
      }),
      { wrt: ["p", "w", "x"] },
    );
    expect(run(built, "gradients", initialise(built), { x: source([0]) }).results).toMatchObject({ p: [1], w: [0], x: [0.25] });
    expect(entry(built, "gradients")?.results[0]?.node.inputs[0]?.op).toBe("sigmoid");
  });
});
