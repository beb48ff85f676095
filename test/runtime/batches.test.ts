// `fit` on batches as they are given: lists, iterables and async iterables of what `step` takes.
import { afterEach, describe, expect, test, vi } from "vitest";
import { fit, load } from "../../runtime/index.ts";
import { codeOfAsync } from "../support/code-of.ts";
import { tinyModule } from "../support/tiny-module.ts";

const wasm = tinyModule();

/** n rows of a plane, from row `first` on. */
function plane(n: number, first = 0) {
  const x = Float32Array.from({ length: 2 * n }, (_, at) => ((at + 2 * first) * 5) % 7);
  const y = Float32Array.from({ length: n }, (_, row) => 2 * (x[2 * row] as number) - (x[2 * row + 1] as number));
  return { x, y };
}

const all = plane(11);
const list = [plane(4, 0), plane(4, 4), plane(3, 8)];

async function* later() {
  for (const batch of list) yield await Promise.resolve(batch);
}

/** A net whose standardization is that of all rows. */
async function prepared() {
  const net = await load(wasm, { seed: 1 });
  net.prepare(all);
  return net;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("batches as they are given", () => {
  test.each([
    ["a list", list],
    ["an iterable", new Set(list)],
    ["an async iterable", { [Symbol.asyncIterator]: later }],
  ])("train as rows in that order do: %s", async (_, batches) => {
    const [byBatches, byRows] = [await prepared(), await prepared()];
    const history = await fit(byBatches, batches, { epochs: 3, validation: all });
    expect(history).toEqual(await fit(byRows, all, { epochs: 3, batch: 4, shuffle: false, validation: all }));
    expect(byBatches.state()).toEqual(byRows.state());
  });

  test("are of an unknown number, and weigh by their rows", async () => {
    const told: unknown[] = [];
    const losses: number[] = [];
    const { epochs } = await fit(await prepared(), list, {
      epochs: 1,
      onStep({ step, steps, loss }) {
        told.push([step, steps]);
        losses.push(loss);
      },
    });
    expect(told).toEqual([1, 2, 3].map((step) => [step, Number.POSITIVE_INFINITY]));
    const [a, b, c] = losses as [number, number, number];
    expect(epochs[0]?.loss).toBe((4 * a + 4 * b + 3 * c) / 11);
  });

  test("do not set a standardization, which is said once", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const net = await load(wasm);
    await fit(net, list, { epochs: 2 });
    await fit(net, list, { epochs: 1 });
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0]?.[0]).toMatch(/prepare/);
    expect([...net.read("x.mean")]).toEqual([0, 0]);
  });

  test("of which an epoch has none are an error: a generator gives its values once", async () => {
    const net = await prepared();
    expect(await codeOfAsync(fit(net, later(), { epochs: 2 }))).toBe("no-rows");
    expect(net.read("#step")[0]).toBe(3);
    expect(await codeOfAsync(fit(net, [], { epochs: 1 }))).toBe("no-rows");
  });

  test("are left when the training ends early", async () => {
    const closed = vi.fn();
    async function* endless() {
      try {
        for (;;) yield list[0] as (typeof list)[number];
      } finally {
        closed();
      }
    }
    const ending = new AbortController();
    const training = fit(await prepared(), endless(), {
      epochs: 1,
      signal: ending.signal,
      onStep: ({ step }) => step === 5 && ending.abort(new Error("enough")),
    });
    await expect(training).rejects.toThrow("enough");
    expect(closed).toHaveBeenCalledTimes(1);
  });

  test.each([
    [{ batch: 4 }, '"batch" cannot be 4, expected nothing beside batches'],
    [{ shuffle: true }, '"shuffle" cannot be true, expected nothing beside batches'],
    [{ seed: 1 }, '"seed" cannot be 1'],
    [{ dropLast: false }, '"dropLast" cannot be false'],
    [{ validation: 0.2 }, '"validation" cannot be 0.2, expected object'],
  ])("take no settings of how rows become batches: %o", async (options, text) => {
    await expect(fit(await prepared(), list, { epochs: 1, ...options })).rejects.toThrow(text);
  });

  test("are checked as those of a step", async () => {
    const net = await prepared();
    expect(await codeOfAsync(fit(net, [plane(5)], { epochs: 1 }))).toBe("compiled-in");
    expect(await codeOfAsync(fit(net, [{ x: [1, 2] }] as never, { epochs: 1 }))).toBe("missing-input");
    expect(await codeOfAsync(fit(net, [3] as never, { epochs: 1 }))).toBe("bad-option");
    expect(await codeOfAsync(fit(net, null as never, { epochs: 1 }))).toBe("missing-input");
    expect(net.read("#step")[0]).toBe(0);
  });
});
