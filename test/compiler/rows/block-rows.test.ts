// Entry points that go over blocks of rows: what becomes of their calls, and that they compute the same.
import { describe, expect, test } from "vitest";
import { type Build, build, lower } from "../../../compiler/index.ts";
import { evaluate, product, type Sizes } from "../../../compiler/ir/dim.ts";
import { buffersOfCall, instanceOf } from "../../../compiler/kernel/call.ts";
import { interpretKernel } from "../../../compiler/kernel/interpret.ts";
import { type Buffer, type Call, wholeOf } from "../../../compiler/kernel/kernel.ts";
import { runsOf, stepsOf } from "../../../compiler/kernel/plan.ts";
import { printCalls } from "../../../compiler/kernel/print.ts";
import { placesOf } from "../../../compiler/memory/places.ts";
import { Pipeline } from "../../../compiler/pipeline/pipeline.ts";
import { blockRows } from "../../../compiler/rows/block-rows.ts";
import { target } from "../../../compiler/target.ts";
import { f32, i32, losses, type Model, model, nn, ops, optim, type Tensor } from "../../../src/index.ts";
import { openDefinition } from "../../../src/open.ts";
import { start } from "../../fuzz/module.ts";
import { valuesFor } from "../../fuzz/values.ts";
import { numbers } from "../../support/fused.ts";

const programOf = async (definition: Model, batch: number) => {
  const { program } = await openDefinition(definition, { optimizer: optim.sgd({ lr: 0.1 }) });
  return { ...program, capacity: { batch } };
};

/** The entry points of a model for `batch` rows by name, as they are and in blocks of three. */
async function entriesOf(definition: Model, batch = 8) {
  const { fused } = lower(await programOf(definition, batch));
  const before = fused.map(({ calls }) => calls);
  const after = blockRows(before, { rows: "batch", block: 3, bytes: 0, sizes: { batch } }, new Map());
  return fused.map(({ name }, i) => ({ name, before: before[i] as readonly Call[], after: after[i] as readonly Call[] }));
}

/** What a host sees of buffers after calls. */
function outcome(calls: readonly Call[], sizes: Sizes): Map<string, number[]> {
  const next = numbers(5);
  const values = { f32: next, i32: () => Math.abs(Math.round(next())), bool: () => Number(next() > 0) };
  const buffers = [...new Set(calls.flatMap(buffersOfCall).map(wholeOf))].sort((a, b) => (a.name < b.name ? -1 : 1));
  const isGiven = ({ kind }: Buffer) => kind === "input" || kind === "variable";
  const contentOf = (buffer: Buffer) => {
    const length = evaluate(product(buffer.shape), { ...sizes, block: 3 });
    return Float64Array.from({ length }, (_, i) => buffer.data?.[i] ?? (isGiven(buffer) ? values[buffer.dtype]() : Number.NaN));
  };
  const given = new Map(buffers.filter(isGiven).map((buffer) => [buffer, contentOf(buffer)]));
  const memory = new Map(buffers.map((buffer) => [buffer, given.get(buffer) ?? contentOf(buffer)]));
  for (const run of runsOf(stepsOf(calls), sizes)) interpretKernel(instanceOf(run.call), memory, run.sizes, run);
  const isSeen = ({ kind }: Buffer) => kind === "result" || kind === "variable";
  return new Map(buffers.filter(isSeen).map((buffer) => [buffer.name, [...(memory.get(buffer) as Float64Array)]]));
}

/** The most that a number differs by. */
const furthest = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((most, value, i) => Math.max(most, Object.is(value, b[i]) ? 0 : Math.abs(value - (b[i] as number))), 0);

const regression = model("regression", { x: f32("batch", 3), y: f32("batch", 1) }, ({ x, y }) => {
  const hidden = nn.relu(nn.linear(x, 4));
  const price = nn.linear(hidden, 1);
  return { outputs: { price }, loss: losses.mse(price, y) };
});
const rows = (body: (x: Tensor) => Tensor): Model =>
  model("rows", { x: f32("batch", 6), y: i32("batch") }, ({ x, y }) => {
    const logits = nn.linear(body(x), 4);
    return { outputs: { logits }, loss: losses.crossEntropy(logits, y, { ignoreIndex: 2 }) };
  });
const similar = model("similar", { x: f32("batch", 3) }, ({ x }) => {
  const a = nn.tanh(nn.linear(x, 4));
  const near = ops.matmul(a, ops.transpose(a, 0, 1));
  return { outputs: { a }, loss: ops.mean(ops.square(near)) };
});

const networks: readonly (readonly [string, Model])[] = [
  ["two layers", regression],
  ["dropout, whose numbers belong to rows", rows((x) => nn.dropout(nn.relu(nn.linear(x, 5)), 0.5))],
  ["batch norm, whose statistics are of all rows", rows((x) => nn.relu(nn.batchNorm1d(nn.linear(x, 5))))],
  ["standardized inputs and layer norm", rows((x) => nn.layerNorm(nn.linear(nn.standardize(x), 5)))],
  ["a convolution with a border", rows((x) => nn.flatten(nn.relu(nn.conv1d(ops.reshape(x, ["batch", 1, 6]), 2, 3, { padding: 1 }))))],
  ["a recurrent layer", rows((x) => nn.flatten(nn.rnn(ops.reshape(x, ["batch", 3, 2]), 3).output))],
  ["attention within rows", rows((x) => nn.flatten(ops.softmax(nn.linear(ops.reshape(x, ["batch", 3, 2]), 3))))],
  ["rows beside each other", similar],
];

describe("blockRows", () => {
  test("takes calls together that go over the same rows, with sums before and behind", async () => {
    const step = (await entriesOf(regression)).find(({ name }) => name === "gradients");
    expect(printCalls(step?.after ?? []).join("\n\n")).toMatchInlineSnapshot(`
      "kernel gradients.loss.start() -> gradients.linear.1.bias, v45.sums
        gradients.linear.1.bias[0] = 0
        v45.sums[] = 0

      kernel gradients.contract.start() -> v115.sums
        parallel i < 4
          v115.sums[i] = 0

      kernel gradients.sum.start() -> gradients.linear.0.bias
        parallel i < 4
          gradients.linear.0.bias[i] = 0

      kernel gradients.contract.1.start() -> v157.sums
        parallel i < 3
          parallel j < 4
            v157.sums[i, j] = 0

      kernel step.where(x, linear.0.weight, linear.0.bias) -> t25   in each of 3 blocks of 3 rows
        parallel i < block
          parallel j < 4
            sum v19
            reduce x < 3
              v19 += x[i, x] * linear.0.weight[x, j]
            let v21 = v19 + linear.0.bias[j]
            let v25 = where(v21 <= 0, 0, v21)
            t25[i, j] = v25

      kernel gradients.loss(linear.1.bias, t25, linear.1.weight, y) -> t113, gradients.linear.1.bias, v45.sums   in each of 3 blocks of 3 rows
        let h0 = linear.1.bias[0]
        let h1 = linear.1.bias[0]
        let h2 = 2 / toF32(batch)
        sum v45
        reduce i < block
          sum v40
          reduce x < 4
            v40 += t25[i, x] * linear.1.weight[x, 0]
          v45 += (v40 + h0 - y[i, 0]) * (v40 + h0 - y[i, 0])
          let v113 = (v40 + h1 - y[i, 0]) * h2
          t113[i, 0] = v113
          gradients.linear.1.bias[0] += v113
        v45.sums[] += v45

      kernel gradients.contract(t113, t25) -> v115.sums   in each of 3 blocks of 3 rows
        parallel i < 4
          sum v115
          reduce y < block
            v115 += t113[y, 0] * t25[y, i]
          v115.sums[i] += v115

      kernel gradients.sum(t113, linear.1.weight, t25) -> t155, gradients.linear.0.bias   in each of 3 blocks of 3 rows
        reduce i < block
          let h0 = t113[i, 0]
          parallel j < 4
            sum v116
            v116 += h0 * linear.1.weight[j, 0]
            let v155 = where(t25[i, j] <= 0, 0, v116)
            t155[i, j] = v155
            gradients.linear.0.bias[j] += v155

      kernel gradients.contract.1(t155, x) -> v157.sums   in each of 3 blocks of 3 rows
        parallel i < 3
          parallel j < 4
            sum v157
            reduce y < block
              v157 += t155[y, j] * x[y, i]
            v157.sums[i, j] += v157

      kernel gradients.loss.finish(v45.sums) -> gradients.loss   computes loss
        let v45 = v45.sums[]
        let v47 = v45 / toF32(batch)
        gradients.loss[] = v47

      kernel gradients.contract.finish(v115.sums) -> gradients.linear.1.weight
        parallel i < 4
          let v115 = v115.sums[i]
          gradients.linear.1.weight[i, 0] = v115

      kernel gradients.contract.1.finish(v157.sums) -> gradients.linear.0.weight
        parallel i < 3
          parallel j < 4
            let v157 = v157.sums[i, j]
            gradients.linear.0.weight[i, j] = v157"
    `);
  });

  test.each(networks)("computes the same with %s", async (_, definition) => {
    for (const { name, before, after } of await entriesOf(definition)) {
      for (const batch of [1, 2, 3, 4, 6, 8]) {
        const [wanted, found] = [outcome(before, { batch }), outcome(after, { batch })];
        expect([...found.keys()].sort()).toEqual([...wanted.keys()].sort());
        for (const [buffer, values] of wanted) expect(furthest(values, found.get(buffer) ?? []), `${name}: ${buffer} of ${batch}`).toBeLessThan(1e-9);
      }
    }
  });

  /** How often calls go over rows in blocks, and how many of them do. */
  const loopsOf = (calls: readonly Call[]) => {
    const loops = calls.flatMap(({ within }) => within.filter(({ blocks }) => blocks));
    return `${loops.length} of ${calls.length} calls in ${new Set(loops).size} loops`;
  };

  test.each([
    ["two layers", "5 of 14 calls in 1 loops"],
    ["batch norm, whose statistics are of all rows", "7 of 21 calls in 3 loops"],
    ["a recurrent layer", "6 of 21 calls in 2 loops"],
    ["rows beside each other", "0 of 6 calls in 0 loops"],
  ])("goes over %s in as few loops as it can", async (wanted, loops) => {
    const [, definition] = networks.find(([name]) => name === wanted) as (typeof networks)[number];
    const step = (await entriesOf(definition)).find(({ name }) => name === "step");
    expect(loopsOf(step?.after ?? [])).toBe(loops);
  });

  test("leaves entry points as they are that keep little of all rows, or have no more than one block", async () => {
    const { fused } = lower(await programOf(regression, 8));
    const calls = fused.map((one) => one.calls);
    const of = (block: number, bytes: number) => blockRows(calls, { rows: "batch", block, bytes, sizes: { batch: 8 } }, new Map());
    expect(of(3, 4 * 8 * 100)).toEqual(calls);
    expect(of(8, 0)).toEqual(calls);
    expect(of(7, 0)).not.toEqual(calls);
  });
});

const layers = model("layers", { x: f32("batch", 12), y: i32("batch") }, ({ x, y }) => {
  const a = nn.dropout(nn.relu(nn.linear(nn.standardize(x), 64)), 0.25);
  const b = nn.tanh(nn.linear(a, 40));
  const logits = nn.linear(b, 5);
  return { outputs: { logits }, loss: losses.crossEntropy(logits, y, { ignoreIndex: 3 }) };
});

/** Runs `make` where entry points go over blocks from so many bytes on. */
async function fromBytes<T>(bytes: number, make: () => Promise<T>): Promise<T> {
  const { blockedRows } = target;
  Object.assign(target, { blockedRows: { ...blockedRows, bytes } });
  try {
    return await make();
  } finally {
    Object.assign(target, { blockedRows });
  }
}

/** What the entry points of a module leave for so many rows, all of them on the same values. */
async function resultsOf(built: Build, batch: number): Promise<Map<string, readonly number[]>> {
  const running = await start(built);
  const given = valuesFor(built.program, { batch }, 3);
  const results = new Map<string, readonly number[]>();
  for (const entry of built.manifest.entries.filter(({ name }) => name !== "init")) {
    const { status, read } = running.run(entry, { batch }, given);
    results.set(`${entry.name} status`, [status]);
    for (const name of [...entry.results.map((result) => result.name), ...entry.updates]) results.set(`${entry.name} ${name}`, read(name));
  }
  return results;
}

describe("a module for many rows", () => {
  const moduleOf = async (bytes: number) => {
    const { program, purpose } = await openDefinition(layers, { optimizer: optim.sgd({ lr: 0.1 }) });
    return fromBytes(bytes, () => build({ ...program, capacity: { batch: 1100 } }, { purpose }));
  };
  const both = moduleOf(Number.POSITIVE_INFINITY).then(async (whole): Promise<[Build, Build]> => [whole, await moduleOf(0)]);

  test.each([1, 511, 512, 513, 1024, 1100])("adds up %i rows in the same order with blocks as without", async (batch) => {
    const [whole, inBlocks] = await both;
    expect(inBlocks.wasm).not.toEqual(whole.wasm);
    expect(await resultsOf(inBlocks, batch)).toEqual(await resultsOf(whole, batch));
  });

  test("does the same after each pass", async () => {
    const { program } = await openDefinition(layers, { optimizer: optim.sgd({ lr: 0.1 }) });
    const lowered = fromBytes(0, async () => lower({ ...program, capacity: { batch: 1100 } }, new Pipeline({ check: 2 })));
    await expect(lowered).resolves.toBeDefined();
  });

  test("keeps what only a block needs for one block", async () => {
    const [whole, inBlocks] = (await both).map(({ fused, layout, memory }) =>
      placesOf({ fused, layout, memory }, { batch: 1100, block: 512 }).filter(({ kind }) => kind === "temporary"),
    );
    expect(whole?.some(({ type }) => type === "f32[batch, 64]")).toBe(true);
    expect(inBlocks?.some(({ type }) => type === "f32[batch, 64]")).toBe(false);
    expect(inBlocks?.some(({ type }) => type === "f32[block, 64]")).toBe(true);
  });
});
