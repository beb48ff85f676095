// Weights that are saved and restored, and a training that was interrupted, give the same bits as if nothing had happened.
import { describe, expect, test } from "vitest";
import { decode } from "../../runtime/checkpoint/safetensors.ts";
import { load, type Net, pack } from "../../runtime/index.ts";
import { built, dataFor, models, names } from "./models.ts";

const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

const fresh = async (name: string, seed = 3): Promise<Net> => await load(await built(name), { seed });

/** Steps `first` to `last`, each on rows of its own; gives the losses. */
function train(net: Net, name: string, first: number, last: number): number[] {
  const losses: number[] = [];
  for (let step = first; step <= last; step++) losses.push(net.step(dataFor(net.manifest, models[name]?.batch ?? 8, step)).loss);
  return losses;
}

describe.each(names)("%s", (name) => {
  test("restore(state()) gives every bit back", async () => {
    const net = await fresh(name);
    train(net, name, 1, 3);
    const saved = net.state();
    const other = await fresh(name, 11);
    const { missing, unused, mismatched } = other.restore(saved);
    expect([missing, unused, mismatched]).toEqual([[], [], []]);
    expect(isSame(other.state(), saved)).toBe(true);
    for (const { name: variable, role } of net.manifest.variables) {
      if (role !== "sum") expect(other.read(variable), variable).toEqual(net.read(variable));
    }
  });

  test("ten steps, saved, restored elsewhere, and ten more are twenty steps", async () => {
    const whole = await fresh(name);
    const losses = train(whole, name, 1, 20);
    const begun = await fresh(name);
    expect(train(begun, name, 1, 10)).toEqual(losses.slice(0, 10));
    // Another seed at first: everything that goes on must come from the file.
    const resumed = await fresh(name, 99);
    resumed.restore(begun.state());
    expect(train(resumed, name, 11, 20)).toEqual(losses.slice(10));
    expect(isSame(resumed.state(), whole.state())).toBe(true);
    expect(losses.every(Number.isFinite)).toBe(true);
  });

  test("the same from a packed module", async () => {
    const { wasm } = await built(name);
    const whole = await fresh(name);
    train(whole, name, 1, 5);
    const resumed = await load(pack(wasm, whole.state()), { seed: 99 });
    train(whole, name, 6, 8);
    train(resumed, name, 6, 8);
    expect(isSame(resumed.state(), whole.state())).toBe(true);
  });
});

test("what resumes is more than weights: without the optimizer's state or the step other bits come out", async () => {
  for (const name of ["dropout", "convolution"]) {
    const whole = await fresh(name);
    train(whole, name, 1, 5);
    const weights = await fresh(name, 99);
    weights.restore(whole.state(), { only: [...decode(whole.state({ optimizer: false })).tensors.keys()] });
    expect(train(weights, name, 6, 8)).not.toEqual(train(whole, name, 6, 8));
  }
});

test("a looking call between two steps changes nothing", async () => {
  for (const name of names) {
    const [plain, watched] = [await fresh(name), await fresh(name)];
    const data = dataFor(plain.manifest, models[name]?.batch ?? 8, 50);
    train(plain, name, 1, 2);
    train(watched, name, 1, 1);
    watched.gradients(data);
    watched.evaluate(data);
    watched.predict(data);
    train(watched, name, 2, 2);
    expect(isSame(watched.state(), plain.state()), name).toBe(true);
  }
});
