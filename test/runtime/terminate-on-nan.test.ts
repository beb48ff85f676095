// A training that ends where it is not finite any more, with the net as it was before.
import { afterEach, beforeEach, expect, type MockInstance, test, vi } from "vitest";
import { type Callback, fit, load, type Net, terminateOnNaN } from "../../runtime/index.ts";
import { tinyModule } from "../support/tiny-module.ts";

const wasm = tinyModule();

let warn: MockInstance<typeof console.warn>;
beforeEach(() => {
  warn = vi.spyOn(console, "warn").mockReturnValue();
});
afterEach(() => warn.mockRestore());

const said = () => warn.mock.calls.map(([text]) => text);

/** n rows of a plane, four a step. */
const plane = (n: number) => {
  const x = Float32Array.from({ length: 2 * n }, (_, at) => Math.sin(3 * at));
  return { x, y: Float32Array.from({ length: n }, (_, row) => 2 * (x[2 * row] as number) - (x[2 * row + 1] as number)) };
};

const isSound = (net: Pick<Net, "read">) => ["w", "w.velocity"].every((name) => net.read(name).every(Number.isFinite));

/** Keeps what the net is after a step. */
const stateAfter = (epoch: number, step: number) => {
  const kept: { state?: Uint8Array } = {};
  const callback: Callback = {
    onStep(entry, { net }) {
      if (entry.epoch === epoch && entry.step === step) kept.state = net.state();
    },
  };
  return { kept, callback };
};

test("brings back the net of the last epoch, and says where it ended and why", async () => {
  const net = await load(wasm, { seed: 1 });
  const data = plane(12);
  const { kept, callback } = stateAfter(2, 3);
  const spoil: Callback = { onEpoch: ({ epoch }) => epoch === 2 && data.y.fill(Number.NaN, 5, 6) };
  const history = await fit(net, data, { epochs: 9, shuffle: false, callbacks: [callback, terminateOnNaN(), spoil] });
  expect(history.epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
  expect(net.state()).toEqual(kept.state);
  expect(isSound(net)).toBe(true);
  expect(said()).toEqual([
    "The loss is NaN in step 2 of epoch 3",
    "Training stopped in step 2 of epoch 3: the loss is NaN; the net is as it was after step 3 of epoch 2",
  ]);
});

test("keeps the net every 1000 steps, and before the first", async () => {
  const data = plane(10_000);
  data.y[9300] = Number.POSITIVE_INFINITY;
  const callback = terminateOnNaN();
  const net = await load(wasm, { seed: 1 });
  const late = stateAfter(1, 2000);
  expect(await fit(net, data, { epochs: 2, shuffle: false, callbacks: [callback, late.callback] })).toEqual({ epochs: [] });
  expect(net.state()).toEqual(late.kept.state);
  data.y[0] = Number.POSITIVE_INFINITY;
  await fit(net, data, { epochs: 2, shuffle: false, callbacks: [callback] });
  expect(net.state()).toEqual(late.kept.state);
  expect(said().at(-1)).toBe("Training stopped in step 1 of epoch 1: the loss is Infinity; the net is as it was before epoch 1");
});

test("ends where the last step of an epoch leaves weights that are not finite, though its loss is", async () => {
  // The squares are finite, and twice the products with x times the rate are not.
  const data = { x: new Float32Array(8).fill(1e18), y: new Float32Array(4).fill(1e18) };
  const net = await load(wasm, { seed: 1 });
  net.setHyper({ lr: 1e10 });
  for (const [name, value] of Object.entries({ w: 0, "x.mean": 0, "x.deviation": 1 })) net.write(name, [value, value]);
  const before = net.state();
  const callbacks = [terminateOnNaN()];
  for (const rows of [data, [data]]) {
    warn.mockClear();
    expect(await fit(net, rows, { epochs: 3, callbacks })).toEqual({ epochs: [] });
    expect(net.state()).toEqual(before);
    expect(said()).toEqual(["Training stopped in step 1 of epoch 1: the net is not finite after it; the net is as it was before epoch 1"]);
  }
});

test("says that there is nothing to bring back, and leaves a sound training as it is", async () => {
  const net = await load(wasm, { seed: 1 });
  net.write("w", [Number.NaN, 0]);
  await fit(net, plane(4), { epochs: 2, callbacks: [terminateOnNaN()] });
  expect(said().at(-1)).toMatch(/the loss is NaN; there is no finite state to bring back$/);
  const [one, other] = [await load(wasm, { seed: 1 }), await load(wasm, { seed: 1 })];
  const options = { epochs: 3, validation: 0.2 };
  expect(await fit(one, plane(40), { ...options, callbacks: [terminateOnNaN()] })).toEqual(await fit(other, plane(40), options));
  expect(one.state()).toEqual(other.state());
});
