import { beforeEach, describe, expect, test } from "vitest";
import { load, type Net } from "../../runtime/index.ts";
import { codeOf } from "../support/code-of.ts";
import { tinyManifest, tinyModule, withEntries } from "../support/tiny-module.ts";

const wasm = tinyModule();
let net: Net;

beforeEach(async () => {
  net = await load(wasm, { seed: 3 });
});

// All numbers below are small multiples of powers of two, so that f32 is exact and the expected values can be computed by hand.
const inputs = { x: [1, 2, 3, 4], y: [1, 2] };

describe("step", () => {
  test("gives the loss and the metrics before the update, and updates", () => {
    // w = [3, -1]: p = [1, 5], errors [0, 3].
    expect(net.step(inputs)).toEqual({ loss: 4.5, mae: 1.5 });
    // Gradient 2/2·3·[3, 4] = [9, 12], lr 1/8.
    expect(net.read("w")).toEqual(Float32Array.of(3 - 9 / 8, -1 - 12 / 8));
    expect(net.read("#step")).toEqual(Int32Array.of(1));
  });

  test("takes fewer rows than the capacity, and refuses more", () => {
    expect(net.step({ x: [3, 4], y: [2] }).loss).toBe(9);
    expect(codeOf(() => net.step({ x: new Float32Array(10), y: new Float32Array(5) }))).toBe("compiled-in");
    expect(() => net.step({ x: new Float32Array(10), y: new Float32Array(5) })).toThrow(
      /^Compiled with batch 4\n {2}help: build with --batch 5 or \{ batch: 5 \}$/,
    );
    expect(codeOf(() => net.step({ x: [], y: [] }))).toBe("no-rows");
  });

  test("a result is fresh at each call", () => {
    const first = net.step(inputs);
    net.step(inputs);
    expect(first.loss).toBe(4.5);
  });

  test("leaves no garbage behind: the heap stays flat over 10,000 steps", () => {
    const typed = { x: Float32Array.of(1, 2, 3, 4), y: Float32Array.of(1, 2) };
    const round = () => {
      const before = process.memoryUsage();
      for (let i = 0; i < 10_000; i++) net.step(typed);
      const after = process.memoryUsage();
      return { arrays: after.arrayBuffers - before.arrayBuffers, heap: after.heapUsed - before.heapUsed };
    };
    // What every step leaves shows in every round; the least leaves out what engine and runner do meanwhile.
    const rounds = Array.from({ length: 5 }, round);
    // A Float32Array a step would take 10,000 x 100 bytes or more of it; results of two numbers take far less.
    expect(Math.min(...rounds.map(({ arrays }) => Math.abs(arrays)))).toBeLessThan(1e5);
    expect(Math.min(...rounds.map(({ heap }) => Math.abs(heap)))).toBeLessThan(4e6);
  });
});

describe("gradients", () => {
  test("gives the loss and the gradients by name, and changes nothing", () => {
    const before = net.state();
    const { loss, gradients } = net.gradients(inputs);
    expect(loss).toBe(4.5);
    expect(gradients).toEqual({ w: Float32Array.of(9, 12) });
    expect(net.state()).toEqual(before);
    expect(codeOf(() => net.gradients({ x: new Float32Array(10), y: new Float32Array(5) }))).toBe("compiled-in");
  });

  test("gives copies", () => {
    const { gradients } = net.gradients(inputs);
    net.gradients({ x: [0, 0], y: [1] });
    expect(gradients.w).toEqual(Float32Array.of(9, 12));
  });
});

describe("evaluate", () => {
  const x = Float32Array.from({ length: 22 }, (_, i) => i);
  const y = Float32Array.from({ length: 11 }, (_, i) => i % 3);

  test("combines the parts above the capacity from their sums", () => {
    const errors = Array.from(y, (target, i) => 3 * (2 * i) - (2 * i + 1) - target);
    const { loss, mae } = net.evaluate({ x, y });
    expect(loss).toBe(Math.fround(errors.reduce((sum, error) => sum + error * error, 0) / 11));
    expect(mae).toBe(Math.fround(errors.reduce((sum, error) => sum + Math.abs(error), 0) / 11));
  });

  test("starts from zero at each call, and changes nothing", () => {
    const before = net.state();
    const first = net.evaluate({ x, y });
    expect(net.evaluate({ x, y })).toEqual(first);
    expect(net.evaluate(inputs)).toEqual({ loss: 4.5, mae: 1.5 });
    expect(net.state()).toEqual(before);
  });

  test("refuses to split what mixes rows", async () => {
    const mixing = await load(tinyModule(withEntries((entry) => ({ ...entry, splittable: false }))));
    expect(codeOf(() => mixing.evaluate({ x, y }))).toBe("compiled-in");
    expect(codeOf(() => mixing.predict({ x, k: y }))).toBe("compiled-in");
    expect(() => mixing.evaluate({ x, y })).toThrow("Compiled with batch 4, and rows are mixed\n  help: build with --batch 11");
    expect(() => mixing.predict({ x, k: y })).toThrow("Compiled with batch 4, and rows are mixed\n  help: build with --batch 11");
  });
});

describe("predict", () => {
  test("gives an array of the output's dtype for each output", () => {
    expect(net.predict({ x: [1, 2, 3, 4, -5, 1], k: [0, -100, 2] })).toEqual({
      price: Float32Array.of(1, 5, -16),
      rank: Int32Array.of(1, -99, 3),
      positive: Uint8Array.of(1, 1, 0),
    });
  });

  test("joins the parts above the capacity along the first axis", () => {
    const rows = Array.from({ length: 11 }, (_, i) => [i, 2 * i]);
    const outputs = net.predict({ x: rows, k: rows.map((_, i) => i % 3) });
    expect(outputs.price).toEqual(Float32Array.from(rows, (_, i) => i));
    expect(outputs.rank).toEqual(Int32Array.from(rows, (_, i) => (i % 3) + 1));
    expect(outputs.positive).toEqual(Uint8Array.from(rows, (_, i) => (i > 0 ? 1 : 0)));
  });

  test("writes into given arrays, in parts too", () => {
    const price = new Float32Array(11);
    const x = Float32Array.from({ length: 22 }, () => 1);
    const outputs = net.predict({ x, k: new Int32Array(11) }, { into: { price } });
    expect(outputs.price).toBe(price);
    expect(price).toEqual(new Float32Array(11).fill(2));
    expect(outputs.rank).toEqual(new Int32Array(11).fill(1));
    expect(codeOf(() => net.predict({ x, k: new Int32Array(11) }, { into: { price: new Float32Array(10) } }))).toBe("shape-mismatch");
    expect(codeOf(() => net.predict({ x, k: new Int32Array(11) }, { into: { price: new Int32Array(11) } }))).toBe("shape-mismatch");
  });

  test("gives copies", () => {
    const { price } = net.predict({ x: [1, 2], k: [0] });
    net.predict({ x: [9, 9], k: [0] });
    expect(price).toEqual(Float32Array.of(1));
  });

  test("refuses an array for an output that is not there", () => {
    expect(() => net.predict({ x: [1, 2], k: [1] }, { into: { prise: new Float32Array(1) } })).toThrow('No output "prise", the nearest is "price"');
  });

  test("needs only the inputs that it reads", () => {
    expect(codeOf(() => net.predict({ x: [1, 2] }))).toBe("missing-input");
    expect(net.predict({ x: [1, 2], k: [1], y: [0] }).rank).toEqual(Int32Array.of(2));
    expect(codeOf(() => net.predict({ x: [1, 2], k: [1], y: [0, 0] }))).toBe("unequal-rows");
  });

  test("names input, row and value of an index out of range, in a later part too", () => {
    const k = new Int32Array(11);
    k[9] = 3;
    expect(() => net.predict({ x: new Float32Array(22), k })).toThrow('"k", row 9: 3 is outside [0, 3)');
    expect(codeOf(() => net.predict({ x: [1, 2], k: [-1] }))).toBe("index-range");
    expect(() => net.predict({ x: [1, 2, 3, 4], k: [-100, -99] })).toThrow("row 1: -99");
  });
});

describe("missing entry points", () => {
  test("without an optimizer there is no step: `compiled-in`, with the command that rebuilds", async () => {
    const frozen = await load(tinyModule(withEntries((entry) => (entry.name === "step" ? undefined : entry))));
    expect(codeOf(() => frozen.step(inputs))).toBe("compiled-in");
    expect(() => frozen.step(inputs)).toThrow("build with --optimizer adam");
    expect(frozen.evaluate(inputs).loss).toBeGreaterThan(0);
  });

  test("without a loss there is only predict: `missing-loss`", async () => {
    const bare = await load(tinyModule(withEntries((entry) => (["init", "predict"].includes(entry.name) ? entry : undefined))));
    expect(codeOf(() => bare.step(inputs))).toBe("missing-loss");
    expect(codeOf(() => bare.gradients(inputs))).toBe("missing-loss");
    expect(codeOf(() => bare.evaluate(inputs))).toBe("missing-loss");
    expect(bare.predict({ x: [1, 2], k: [0] }).price).toHaveLength(1);
  });

  test("fewer rows than the batch statistics need is `batch-norm-one-value`", async () => {
    const normed = await load(tinyModule(withEntries((entry) => (entry.name === "step" ? { ...entry, minimum: 2 } : entry))));
    const before = normed.state();
    expect(codeOf(() => normed.step({ x: [1, 2], y: [1] }))).toBe("batch-norm-one-value");
    expect(normed.state()).toEqual(before);
  });
});

test("a model without batch runs as n = 1", async () => {
  const shapes = { x: [2], y: [1], k: [1], price: [1], rank: [1], positive: [1] } as Record<string, number[]>;
  const fixed = (slot: { name: string; shape: readonly unknown[] }) => ({ ...slot, shape: shapes[slot.name] ?? slot.shape });
  const manifest = withEntries((entry) => ({ ...entry, results: entry.results.map(fixed) as never, checks: [] }));
  const single = await load(tinyModule({ ...manifest, capacity: {}, inputs: tinyManifest.inputs.map(fixed) }), { seed: 2 });
  expect(single.predict({ x: [3, 4], k: [1] }).price).toEqual(Float32Array.of(2));
  expect(single.step({ x: [3, 4], y: [1] }).loss).toBe(1);
  expect(codeOf(() => single.predict({ x: [1, 2, 3, 4], k: [1] }))).toBe("shape-mismatch");
  expect(codeOf(() => single.predict({ x: [], k: [1] }))).toBe("shape-mismatch");
});
