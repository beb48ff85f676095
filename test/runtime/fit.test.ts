import { afterEach, describe, expect, expectTypeOf, test, vi } from "vitest";
import { decode, encode } from "../../runtime/checkpoint/safetensors.ts";
import { type FitOptions, fit, type Inputs, type Losses, load, type Net, type Outputs } from "../../runtime/index.ts";
import { codeOf, codeOfAsync } from "../support/code-of.ts";
import { tinyManifest, tinyModule, withEntries } from "../support/tiny-module.ts";

const wasm = tinyModule();

/** n rows of a plane without noise; the second column is far from mean 0 and deviation 1. */
function plane(n: number) {
  const x = Float32Array.from({ length: 2 * n }, (_, at) => (at % 2 === 0 ? ((at / 2) % 7) - 3 : 100 + (((at - 1) * 5) % 11)));
  const y = Float32Array.from({ length: n }, (_, row) => 2 * (x[2 * row] as number) - ((x[2 * row + 1] as number) - 105) / 4);
  return { x, y };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("training", () => {
  test("its history has the metrics that the type of the net names", () => {
    const train = (net: Net<Inputs, Outputs, string, string, "mae">) => fit(net, plane(4), { epochs: 1 });
    expectTypeOf<NonNullable<Awaited<ReturnType<typeof train>>["epochs"][number]["validation"]>>().toEqualTypeOf<Losses<"mae">>();
  });

  test("the loss falls, the history says how", async () => {
    const net = await load(wasm, { seed: 1 });
    const history = await fit(net, plane(44), { epochs: 8 });
    expect(history.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(history.epochs[7]?.loss).toBeLessThan((history.epochs[0]?.loss as number) / 10);
    expect(history.epochs[0]).not.toHaveProperty("validation");
    expect(net.read("#step")[0]).toBe(8 * 11);
  });

  test("the epoch's loss is the mean of the steps' losses, weighted by rows", async () => {
    const net = await load(wasm, { seed: 1 });
    const losses: number[] = [];
    const { epochs } = await fit(net, plane(6), { epochs: 1, onStep: ({ loss }) => losses.push(loss) });
    expect(epochs[0]?.loss).toBe(((losses[0] as number) * 4 + (losses[1] as number) * 2) / 6);
  });

  test("unshuffled, it is `step` on the rows in order", async () => {
    const data = plane(10);
    const [one, other] = [await load(wasm, { seed: 1 }), await load(wasm, { seed: 1 })];
    await fit(one, data, { epochs: 2, batch: 3, shuffle: false });
    other.write("x.mean", one.read("x.mean"));
    other.write("x.deviation", one.read("x.deviation"));
    for (let epoch = 0; epoch < 2; epoch++) {
      for (let at = 0; at < 10; at += 3) other.step({ x: data.x.subarray(2 * at, 2 * at + 6), y: data.y.subarray(at, at + 3) });
    }
    expect(one.state()).toEqual(other.state());
  });

  test("one seed gives one result, another seed another; nested data do as flat ones", async () => {
    const data = plane(20);
    const nested = { x: Array.from({ length: 20 }, (_, row) => [...data.x.subarray(2 * row, 2 * row + 2)]), y: [...data.y] };
    const states = [];
    for (const [inputs, seed] of [
      [data, 4],
      [nested, 4],
      [data, 5],
    ] as const) {
      const net = await load(wasm);
      await fit(net, inputs, { epochs: 2, seed });
      states.push(net.state());
    }
    expect(states[1]).toEqual(states[0]);
    expect(states[2]).not.toEqual(states[0]);
  });

  test("every row is seen once an epoch, in another order each time", async () => {
    const net = await load(tinyModule({ ...tinyManifest, standardize: [] }));
    // With w and lr at zero a step's loss is the mean of y², and y² are distinct powers of two.
    net.write("w", [0, 0]);
    net.setHyper({ lr: 0 });
    const y = Float32Array.from({ length: 12 }, (_, row) => 2 ** row);
    const orders: string[] = [];
    let order: number[] = [];
    await fit(
      net,
      { x: new Float32Array(24), y },
      {
        epochs: 3,
        batch: 1,
        onStep: ({ loss }) => order.push(Math.log2(loss) / 2),
        onEpoch: () => {
          expect([...order].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
          orders.push(order.join());
          order = [];
        },
      },
    );
    expect(new Set(orders).size).toBe(3);
    expect(orders).not.toContain("0,1,2,3,4,5,6,7,8,9,10,11");
  });

  test("callbacks see epoch, step and number of steps; an epoch waits for its callback", async () => {
    const seen: string[] = [];
    const net = await load(wasm);
    await fit(net, plane(6), {
      epochs: 2,
      onStep: ({ epoch, step, steps }) => seen.push(`${epoch}:${step}/${steps}`),
      onEpoch: async ({ epoch }) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        seen.push(`end ${epoch}`);
      },
    });
    expect(seen).toEqual(["1:1/2", "1:2/2", "end 1", "2:1/2", "2:2/2", "end 2"]);
  });

  test("dropLast leaves out a smaller last batch", async () => {
    const net = await load(wasm);
    await fit(net, plane(6), { epochs: 1, dropLast: true });
    expect(net.read("#step")[0]).toBe(1);
    await expect(fit(net, plane(3), { epochs: 1, dropLast: true })).rejects.toThrow('"dropLast" cannot be true, expected false for 3 rows');
  });

  test("a last batch that is too small for batch statistics is left out, and said to be", async () => {
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    const net = await load(tinyModule(withEntries((entry) => (entry.name === "step" ? { ...entry, minimum: 2 } : entry))));
    await fit(net, plane(9), { epochs: 2 });
    expect(net.read("#step")[0]).toBe(4);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining("left out"));
    expect(await codeOfAsync(fit(net, plane(1), { epochs: 1 }))).toBe("batch-norm-one-value");
    expect(await codeOfAsync(fit(net, plane(4), { epochs: 1, batch: 1 }))).toBe("batch-norm-one-value");
  });
});

describe("validation", () => {
  test("a share is held out, by seed, and evaluated", async () => {
    const data = plane(20);
    const net = await load(wasm);
    const { epochs } = await fit(net, data, { epochs: 2, validation: 0.3 });
    // 14 rows are left for training.
    expect(net.read("#step")[0]).toBe(2 * 4);
    expect(epochs[1]?.validation).toEqual({ loss: expect.any(Number), mae: expect.any(Number) });
    const again = await load(wasm);
    expect((await fit(again, data, { epochs: 2, validation: 0.3 })).epochs).toEqual(epochs);
  });

  test("held-out rows are not trained on", async () => {
    const data = plane(20);
    const net = await load(wasm);
    // One of the rows is NaN: it makes either the training or the validation loss NaN, never both.
    data.y[7] = Number.NaN;
    vi.spyOn(console, "warn").mockReturnValue();
    const outcomes = new Set<string>();
    for (let seed = 0; seed < 12; seed++) {
      const { epochs } = await fit(await load(wasm), data, { epochs: 1, validation: 0.5, seed });
      const [training, held] = [Number.isNaN(epochs[0]?.loss), Number.isNaN(epochs[0]?.validation?.loss)];
      expect(training || held).toBe(true);
      outcomes.add(training ? "training" : "held out");
    }
    expect(net.read("#step")[0]).toBe(0);
    expect(outcomes.size).toBe(2);
  });

  test("inputs of their own are evaluated as `evaluate` does", async () => {
    const net = await load(wasm);
    const { epochs } = await fit(net, plane(8), { epochs: 1, validation: plane(11) });
    expect(epochs[0]?.validation).toEqual(net.evaluate(plane(11)));
  });
});

describe("what cannot be validated", () => {
  const mixing = tinyModule(withEntries((entry) => (entry.name === "evaluate" ? { ...entry, splittable: false } : entry)));

  test.each<[string, NonNullable<FitOptions["validation"]>]>([
    ["a share", 0.4],
    ["rows of their own", plane(8)],
  ])("%s above the capacity of a loss that mixes rows is refused before the first step", async (_, validation) => {
    const net = await load(mixing);
    await expect(fit(net, plane(20), { epochs: 1, validation })).rejects.toThrow(
      "Compiled with batch 4, and rows are mixed\n  help: build with --batch 8",
    );
    expect([net.read("#step")[0], net.read("x.mean")[1]]).toEqual([0, 0]);
    expect((await fit(net, plane(20), { epochs: 1, validation: 0.2 })).epochs[0]).toHaveProperty("validation");
  });

  test("a module whose evaluation needs more than its step says so before the first step", async () => {
    const net = await load(tinyModule(withEntries((entry) => (entry.name === "evaluate" ? { ...entry, inputs: ["x", "y", "k"] } : entry))));
    expect(await codeOfAsync(fit(net, plane(20), { epochs: 1, validation: 0.4 }))).toBe("missing-input");
    expect(net.read("#step")[0]).toBe(0);
  });
});

describe("standardize", () => {
  const data = { x: [1, 5, 2, 5, 3, 5, 6, 5].map(Math.fround), y: [0, 0, 0, 0] };

  test("before the first step the states are set: mean and biased deviation, 1 where it is 0", async () => {
    const net = await load(wasm);
    await fit(net, data, { epochs: 1 });
    expect(net.read("x.mean")).toEqual(Float32Array.of(3, 5));
    expect(net.read("x.deviation")).toEqual(Float32Array.of(Math.sqrt(14 / 4), 1));
  });

  test("a constant column has deviation 1, whatever its value", async () => {
    const net = await load(wasm);
    const x = Array.from({ length: 2 * 33 }, (_, at) => (at % 2 ? 0.1 : 1e30));
    await fit(net, { x, y: new Float32Array(33) }, { epochs: 1 });
    expect(net.read("x.deviation")).toEqual(Float32Array.of(1, 1));
    expect(net.read("x.mean")).toEqual(Float32Array.of(1e30, 0.1));
  });

  test("only the training rows count", async () => {
    const net = await load(wasm);
    const x = Float32Array.from({ length: 40 }, (_, at) => at);
    const seen: number[] = [];
    await fit(net, { x, y: new Float32Array(20) }, { epochs: 1, validation: 0.5, seed: 3 });
    seen.push(net.read("x.mean")[0] as number);
    // The mean of all rows is 19; a half that is drawn has it only by chance, and not with this seed.
    expect(seen[0]).not.toBe(19);
  });

  test("what was set stays: from rows, by hand, from a file", async () => {
    const net = await load(wasm);
    net.prepare({ x: [1, 2, 3, 6] });
    expect([net.read("x.mean"), net.read("x.deviation")]).toEqual([Float32Array.of(2, 4), Float32Array.of(1, 2)]);
    const other = await load(wasm, { weights: net.state() });
    const byHand = await load(wasm);
    byHand.write("x.deviation", [1, 1]);
    for (const each of [net, other, byHand]) await fit(each, data, { epochs: 1 });
    expect([net, other, byHand].map((each) => each.read("x.mean")[0])).toEqual([2, 2, 0]);
  });

  test("steps without statistics are warned about once, and fit sets them all the same", async () => {
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    const net = await load(wasm);
    for (let step = 0; step < 3; step++) net.step({ x: [1, 2], y: [0] });
    expect(warn.mock.calls).toEqual([[expect.stringContaining("net.prepare(inputs)")]]);
    const other = await load(wasm, { weights: net.state() });
    for (const each of [net, other]) {
      await fit(each, data, { epochs: 1 });
      expect(each.read("x.mean")).toEqual(Float32Array.of(3, 5));
      each.step({ x: [1, 2], y: [0] });
    }
    expect(warn).toHaveBeenCalledTimes(1);
  });

  test("a file of a version without the key counts as set where steps were made", async () => {
    const net = await load(wasm);
    const { tensors, metadata } = decode(net.state());
    expect(metadata.get("standardized")).toBe("false");
    const meanAfter = async (step: string) => {
      const texts = new Map([...metadata].filter(([key]) => key !== "standardized"));
      const old = await load(wasm, { weights: encode({ tensors, metadata: texts.set("step", step) }) });
      await fit(old, data, { epochs: 1 });
      expect([...old.metadata.keys()]).toEqual([]);
      return old.read("x.mean")[0];
    };
    expect([await meanAfter("0"), await meanAfter("7")]).toEqual([3, 0]);
  });

  test("nothing is written where the inputs of prepare are wrong", async () => {
    const net = await load(wasm);
    for (const [inputs, code] of [
      [{}, "missing-input"],
      [{ x: [] }, "no-rows"],
      [{ x: [1, 2, 3] }, "shape-mismatch"],
      [{ x: [1, 2], z: [1] }, "unknown-input"],
    ] as const)
      expect(codeOf(() => net.prepare(inputs))).toBe(code);
    expect(() => net.prepare({ y: [1] })).toThrow('"prepare" needs the input "x"');
    expect(net.read("x.deviation")).toEqual(Float32Array.of(1, 1));
  });
});

describe("trouble", () => {
  test("a loss that is not finite is reported once, with its epoch and step", async () => {
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    const net = await load(wasm);
    const data = plane(12);
    const onEpoch = () => data.y.fill(Number.POSITIVE_INFINITY, 9);
    await fit(net, data, { epochs: 3, shuffle: false, onEpoch });
    await fit(net, data, { epochs: 1, shuffle: false });
    expect(warn.mock.calls).toEqual([["The loss is Infinity in step 3 of epoch 2"]]);
  });

  test("a validation loss that is not finite is reported once, with its epoch", async () => {
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    const net = await load(wasm);
    const validation = plane(4);
    const onEpoch = ({ epoch }: { epoch: number }) => epoch === 2 && validation.y.fill(Number.NaN);
    await fit(net, plane(12), { epochs: 5, validation, onEpoch });
    expect(warn.mock.calls).toEqual([["The validation loss is NaN after epoch 3"]]);
  });

  test("one row cannot be held out and trained on", async () => {
    const net = await load(wasm);
    await expect(fit(net, plane(1), { epochs: 1, validation: 0.2 })).rejects.toThrow('"validation" cannot be 0.2, expected a share that leaves rows');
  });

  test("an abort rejects with the signal's reason", async () => {
    const controller = new AbortController();
    const net = await load(wasm);
    const promise = fit(net, plane(40), {
      epochs: 9,
      signal: controller.signal,
      onStep: ({ step }) => step === 3 && controller.abort(new Error("enough")),
    });
    await expect(promise).rejects.toThrow("enough");
    expect(net.read("#step")[0]).toBe(3);
  });

  test("the event loop gets turns", async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const net = await load(wasm);
    const end = performance.now() + 20_000;
    const busy = () => {
      const until = performance.now() + 2;
      while (performance.now() < until);
      if (turns >= 4 || performance.now() > end) throw new Error("done");
    };
    await expect(fit(net, plane(4), { epochs: 1e6, onStep: busy })).rejects.toThrow("done");
    clearInterval(timer);
    expect(turns).toBeGreaterThanOrEqual(4);
  });

  test.each<[object, string]>([
    [{ epochs: 0 }, "bad-option"],
    [{ epochs: 1.5 }, "bad-option"],
    [{ epochs: undefined }, "bad-option"],
    [{ epochs: 1, batch: 0 }, "bad-option"],
    [{ epochs: 1, batch: 2.5 }, "bad-option"],
    [{ epochs: 1, batch: 5 }, "compiled-in"],
    [{ epochs: 1, validation: 1 }, "bad-option"],
    [{ epochs: 1, validation: -0.1 }, "bad-option"],
    [{ epochs: 1, validation: Number.NaN }, "bad-option"],
  ])("%j is refused before the first step", async (options, code) => {
    const net = await load(wasm);
    expect(await codeOfAsync(fit(net, plane(8), options as never))).toBe(code);
    expect(net.read("#step")[0]).toBe(0);
  });

  test("data are checked before the first step", async () => {
    const net = await load(wasm);
    expect(await codeOfAsync(fit(net, { x: [1, 2], y: [] }, { epochs: 1 }))).toBe("unequal-rows");
    expect(await codeOfAsync(fit(net, { x: [1, 2] } as never, { epochs: 1 }))).toBe("missing-input");
    expect(await codeOfAsync(fit(net, { x: [], y: [] }, { epochs: 1 }))).toBe("no-rows");
    const stepless = await load(tinyModule(withEntries((entry) => (entry.name === "step" ? undefined : entry))));
    expect(await codeOfAsync(fit(stepless, plane(4), { epochs: 1 }))).toBe("compiled-in");
    // The step of this one reads k: a bad index of a late row shows at once.
    const reading = await load(
      tinyModule(withEntries((entry) => (entry.name === "step" ? { ...entry, inputs: ["x", "y", "k"], checks: ["k"] } : entry))),
    );
    const k = new Int32Array(12);
    k[11] = 3;
    await expect(fit(reading, { ...plane(12), k }, { epochs: 1 })).rejects.toThrow('"k", row 11: 3 is outside [0, 3)');
    expect(reading.read("#step")[0]).toBe(0);
  });
});
