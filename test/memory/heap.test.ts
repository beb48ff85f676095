// Steps leave nothing behind in the JavaScript heap.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { beforeAll, expect, test } from "vitest";
import { fit, load, type Net } from "../../runtime/index.ts";
import { built, dataFor } from "./models.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

let net: Net;
let data: Record<string, Float32Array>;

beforeAll(async () => {
  net = await load(await built("line"));
  data = Object.fromEntries(Object.entries(dataFor(net.manifest, 8, 1)).map(([name, values]) => [name, Float32Array.from(values)]));
});

/** Bytes of live JavaScript objects and of array buffers. */
function live(): number {
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

// A number kept in each of 10,000 calls would take 80,000 bytes a round; what the engine and the runner keep comes and goes.
const rounds = 6;
const allowed = 100_000;

/** What was closed is let go of when the event loop turns. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** The fewest live bytes after any of some rounds. */
async function least(round: () => unknown): Promise<number> {
  let fewest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < rounds; i++) {
    await round();
    await turn();
    fewest = Math.min(fewest, live());
  }
  return fewest;
}

/**
 * How much the heap grows over as many rounds as `least` makes, once the engine has compiled what they run: the least of three times, since what is
 * lost is lost each time, and what the engine still compiles on a busy machine is not.
 */
async function growth(round: () => unknown): Promise<number> {
  let before = await least(round);
  let fewest = Number.POSITIVE_INFINITY;
  for (let times = 0; times < 3 && fewest >= allowed; times++) {
    const after = await least(round);
    fewest = Math.min(fewest, after - before);
    before = after;
  }
  return fewest;
}

const repeat = (times: number, call: () => unknown) => () => {
  for (let i = 0; i < times; i++) call();
};

const calls: Readonly<Record<string, () => unknown>> = {
  step: () => net.step(data),
  gradients: () => net.gradients(data),
  evaluate: () => net.evaluate(data),
  predict: () => net.predict(data),
};

test.each(Object.keys(calls))("10,000 times %s leave the heap flat", async (name) => {
  expect(await growth(repeat(10_000, calls[name] as () => unknown))).toBeLessThan(allowed);
});

test("10,000 steps of fit leave the heap flat", async () => {
  // What is kept is an entry an epoch.
  expect(await growth(() => fit(net, data, { epochs: 5_000, batch: 4 }).then(() => undefined))).toBeLessThan(allowed);
});

test("saving and restoring leave the heap flat", async () => {
  expect(await growth(repeat(200, () => net.restore(net.state())))).toBeLessThan(allowed);
});
