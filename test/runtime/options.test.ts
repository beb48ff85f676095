import { beforeEach, describe, expect, test } from "vitest";
import { fit, load, type Net } from "../../runtime/index.ts";
import { codeOf, codeOfAsync } from "../support/code-of.ts";
import { tinyModule } from "../support/tiny-module.ts";

const wasm = tinyModule();
const data = { x: [1, 2, 3, 4], y: [1, 2] };
let net: Net;

beforeEach(async () => {
  net = await load(wasm);
});

/** The message of the error that a call gives, now or later. */
const messageOf = async (run: () => unknown): Promise<string> => {
  try {
    await run();
    return "no error";
  } catch (error) {
    return (error as Error).message;
  }
};

// Options of JavaScript programs, which no type holds back.
const odd = (options: unknown) => options as never;
const calls: Readonly<Record<string, (options: unknown) => unknown>> = {
  load: (options) => load(wasm, odd(options)),
  fit: (options) => fit(net, data, odd(options)),
  state: (options) => net.state(odd(options)),
  restore: (options) => net.restore(net.state(), odd(options)),
  predict: (options) => net.predict({ x: [1, 2], k: [0] }, odd(options)),
};

describe("options that a call does not have", () => {
  test.each([
    ["load", "sead", "seed"],
    ["load", "Weights", "weights"],
    ["fit", "epoch", "epochs"],
    ["fit", "drop_last", "dropLast"],
    ["state", "optimiser", "optimizer"],
    ["restore", "Partial", "partial"],
    ["predict", "int", "into"],
  ])("%s refuses { %s } and names %s", async (call, name, nearest) => {
    expect(await messageOf(() => calls[call]?.({ epochs: 1, [name]: undefined }))).toMatch(
      call === "fit" ? `No option "${name}", the nearest is "${nearest}"` : /^No option "epochs"/,
    );
    expect(await messageOf(() => calls[call]?.({ [name]: 1 }))).toBe(`No option "${name}", the nearest is "${nearest}"`);
  });

  test.each([
    ["verbose", "onEpoch"],
    ["learningRate", "net.setHyper({ lr })"],
    ["lr", "net.setHyper({ lr })"],
    ["val_split", "validation"],
    ["Learning_Rate", "net.setHyper({ lr })"],
  ])("fit says what stands for { %s }", async (name, instead) => {
    expect(await messageOf(() => calls.fit?.({ epochs: 1, [name]: 2 }))).toContain(`No option "${name}", but ${instead}`);
    expect(net.read("#step")[0]).toBe(0);
  });

  test.each([
    ["batchSize", "batch"],
    ["validationSplit", "validation"],
    ["validationData", "validation"],
    ["initialEpoch", "firstEpoch"],
  ])("of the names of other tools { %s } is near", async (name, nearest) => {
    expect(await messageOf(() => calls.fit?.({ epochs: 1, [name]: 2 }))).toBe(`No option "${name}", the nearest is "${nearest}"`);
  });

  test("where no name is near, those that there are stand in the message", async () => {
    expect(await messageOf(() => net.setHyper({ learningRate: 1 } as never))).toBe('No hyper "learningRate", but lr');
    expect(await messageOf(() => net.step({ features: [1] } as never))).toMatch(/^No input "features", but x, /);
    expect(await messageOf(() => net.predictRows([{ size: 1 }]))).toBe('No column "size", but none');
  });

  test("what every object inherits is no option", async () => {
    expect(await codeOfAsync(Promise.resolve(calls.load?.({ constructor: 1 })))).toBe("unknown-option");
    expect(codeOf(() => calls.state?.({ toString: 1 }))).toBe("unknown-option");
  });
});

describe("options of another kind", () => {
  test.each<[string, object, string]>([
    ["load", { seed: "3" }, '"seed" cannot be "3", expected a whole number'],
    ["load", { seed: null }, '"seed" cannot be nothing, expected a whole number'],
    ["load", { profile: "fats" }, '"profile" cannot be "fats", expected exact or fast'],
    ["load", { weights: 3 }, '"weights" cannot be 3, expected object or string'],
    ["fit", { epochs: 1, seed: "3" }, '"seed" cannot be "3", expected a whole number'],
    ["fit", { epochs: "3" }, '"epochs" cannot be "3", expected a whole number'],
    ["fit", { epochs: 1, batch: 0 }, '"batch" cannot be 0, expected 1 or more'],
    ["fit", { epochs: 1, shuffle: "no" }, '"shuffle" cannot be "no", expected boolean'],
    ["fit", { epochs: 1, dropLast: 1 }, '"dropLast" cannot be 1, expected boolean'],
    ["fit", { epochs: 1, validation: "0.2" }, '"validation" cannot be "0.2", expected number or object'],
    ["fit", { epochs: 1, onEpoch: [] }, '"onEpoch" cannot be a list of 0, expected function'],
    ["fit", { epochs: 1, signal: new AbortController() }, '"signal" cannot be AbortController, expected AbortSignal or Null'],
    ["state", { optimizer: "no" }, '"optimizer" cannot be "no", expected boolean'],
    ["restore", { only: { a: 1 } }, '"only" cannot be Object, expected string or Array'],
    ["restore", { only: null }, '"only" cannot be nothing, expected string or Array'],
    ["restore", { partial: 1 }, '"partial" cannot be 1, expected boolean'],
    ["restore", { rename: new Map() }, '"rename" cannot be Map, expected function or Object'],
    ["predict", { into: [] }, '"into" cannot be a list of 0, expected Object'],
  ])("%s refuses %j", async (call, options, message) => {
    expect(await messageOf(() => calls[call]?.(options))).toBe(message);
  });

  test.each(Object.keys(calls))("options of %s that are no object are refused", async (call) => {
    for (const [options, shown] of [
      [3, "3"],
      ["x", '"x"'],
      [[1], "a list of 1"],
      [Promise.resolve({}), "Promise"],
      [new Map(), "Map"],
    ]) {
      expect(await messageOf(() => calls[call]?.(options))).toBe(`"options" cannot be ${shown}, expected an object`);
    }
  });

  test("what is undefined is left out, and so are options that are null", async () => {
    await load(wasm, odd({ seed: undefined, weights: null, profile: undefined }));
    await load(wasm, odd(null));
    await fit(net, data, odd({ epochs: 1, batch: undefined, shuffle: undefined, seed: undefined, validation: undefined, signal: null }));
    expect(net.state(odd(null))).toEqual(net.state(odd({ optimizer: undefined })));
    expect(net.restore(net.state(), odd({ only: undefined, partial: undefined })).loaded).toContain("w");
    expect(net.predict({ x: [1, 2], k: [0] }, odd(null)).price).toHaveLength(1);
  });

  test("a pattern that is no text matches nothing", () => {
    expect(net.restore(net.state(), odd({ only: [1, null] })).loaded).toEqual([]);
  });
});

describe("inputs that are none", () => {
  test.each<[string, unknown, string]>([
    ["nothing", null, '"step" needs the input "x"'],
    ["a list", [[1, 2]], '"inputs" cannot be a list of 1, expected an object'],
    ["a promise", Promise.resolve(data), '"inputs" cannot be Promise, expected an object'],
    ["a text", "x", '"inputs" cannot be "x", expected an object'],
    ["a number", 3, '"inputs" cannot be 3, expected an object'],
    ["a Map", new Map(Object.entries(data)), '"inputs" cannot be Map, expected an object'],
    ["an input that is a promise", { ...data, x: Promise.resolve([1]) }, '"x" cannot be Promise, expected numbers'],
    ["an input that is a number", { ...data, x: 3 }, '"x" does not fit\n  got       []\n  expected  [batch, 2]'],
    ["an input of big integers", { ...data, x: BigInt64Array.of(1n, 2n, 3n, 4n) }, '"x", row 0: 1n is no f32'],
  ])("%s, in words", async (_, inputs, message) => {
    for (const call of [net.step, net.evaluate, net.gradients]) {
      expect(await messageOf(() => call(odd(inputs)))).toBe(
        message.replace("step", call === net.step ? "step" : call === net.evaluate ? "evaluate" : "gradients"),
      );
    }
    // What gives several values is batches there, of which the first is no object.
    const isBatches = typeof inputs === "object" && inputs !== null && Symbol.iterator in inputs;
    const ofFirst = '"inputs" cannot be a list of 2, expected an object';
    expect(await messageOf(() => fit(net, odd(inputs), { epochs: 1 }))).toBe(isBatches ? ofFirst : message);
  });

  test("an object of a module's exports is one", () => {
    const exported = Object.defineProperty({ ...data }, Symbol.toStringTag, { value: "Module" });
    expect(net.step(exported).loss).toBeGreaterThan(0);
  });

  test("hyper-parameters that are no object are refused, and none is set where one is wrong", async () => {
    expect(await messageOf(() => net.setHyper(odd(0.1)))).toBe('"values" cannot be 0.1, expected an object');
    expect(codeOf(() => net.setHyper(odd({ lr: 0.5, momentum: 1 })))).toBe("unknown-hyper");
    expect(net.read("lr")[0]).toBe(0.125);
  });

  test("bytes to restore that are none are `bad-weights`", async () => {
    for (const [bytes, shown] of [
      [undefined, "nothing"],
      ["text", '"text"'],
      [Promise.resolve(net.state()), "Promise"],
      [new Response("x"), "Response"],
      [1e10, "10000000000"],
    ] as const) {
      expect(await messageOf(() => net.restore(odd(bytes)))).toBe(`Bad weights: ${shown}`);
    }
  });
});
