// Modules whose manifest someone else wrote: whatever it says, loading and each call gives a result or an error of ours, in bounded time and memory.
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { fit, GradcError, load, type Net } from "../../runtime/index.ts";
import type { Manifest } from "../../runtime/program.ts";
import * as sections from "../../runtime/sections.ts";
import { compile } from "../../src/compile.ts";
import { f32, i32, losses, model, nn, optim } from "../../src/index.ts";
import { codeOfAsync } from "../support/code-of.ts";

const source = model("m", { x: f32("batch", 3), k: i32("batch") }, ({ x, k }) => {
  const logits = nn.linear(nn.tanh(nn.linear(nn.standardize(x, { name: "scaled" }), 40, { name: "hidden" })), 3, { name: "logits" });
  return { outputs: { logits }, loss: losses.crossEntropy(logits, k) };
});

let wasm: Uint8Array;
let text: string;

const leb = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)]);

/** A module is its first 8 bytes and sections: id, length, content. Those of ours that hold text are left out. */
function withoutOwn(module: Uint8Array): Uint8Array {
  const kept = [...module.subarray(0, 8)];
  for (let at = 8; at < module.length; ) {
    const start = at++;
    let length = 0;
    let shift = 0;
    do {
      length |= ((module[at] as number) & 127) << shift;
      shift += 7;
    } while ((module[at++] as number) > 127);
    at += length;
    if (module[start] !== 0) kept.push(...module.subarray(start, at));
  }
  return Uint8Array.from(kept);
}

let code: Uint8Array;

/** The module with another manifest, and without a seal, which anyone could make anew. */
function withManifest(manifest: unknown): Uint8Array {
  const content = new TextEncoder().encode(typeof manifest === "string" ? manifest : nested(JSON.stringify(manifest)));
  const name = [sections.manifest.length, ...new TextEncoder().encode(sections.manifest)];
  return Buffer.concat([code, Uint8Array.of(0, ...leb(name.length + content.length), ...name), content]);
}

/** The manifest of the module, changed. */
function changed(edit: (manifest: Record<string, never> & Manifest) => unknown): Uint8Array {
  const manifest = JSON.parse(text);
  edit(manifest);
  return withManifest(manifest);
}

beforeAll(async () => {
  const built = await compile(source, { batch: 4, optimizer: optim.adam() });
  wasm = built.wasm;
  text = JSON.stringify(built.manifest);
  code = withoutOwn(wasm);
});

const data = { x: [1, 2, 3, 4, 5, 6], k: [0, 2] };
const many = { x: new Float32Array(30), k: new Int32Array(10) };

/** Everything that can be asked of a net. */
const calls: Readonly<Record<string, (net: Net) => unknown>> = {
  predict: (net) => net.predict(data),
  "predict, in parts": (net) => net.predict(many, { into: { logits: new Float32Array(30) } }),
  gradients: (net) => net.gradients(data),
  evaluate: (net) => net.evaluate(many),
  step: (net) => net.step(data),
  fit: (net) => fit(net, many, { epochs: 1, validation: 0.2 }),
  read: (net) => [net.read("hidden.weight"), net.read("scaled.mean")],
  write: (net) => net.write("hidden.bias", new Float32Array(40)),
  setHyper: (net) => net.setHyper({ lr: 0.1 }),
  mistakes: (net) => [net.parameters.size, net.read("hiden.wieght"), net.step({ z: [1] } as never)],
  restore: (net) => net.restore(net.state(), { partial: true }),
};

/** The code of the first error that loading or a call gives, that of a mistake of the caller where none does; an error that is not ours fails. */
async function outcome(bytes: Uint8Array): Promise<string | undefined> {
  let first: string | undefined;
  const ours = async <T>(what: string, run: () => T): Promise<Awaited<T> | undefined> => {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof GradcError)) throw new Error(`${what}: ${(error as Error).stack}`);
      first ??= error.code;
      return undefined;
    }
  };
  const net = await ours("load", () => load(bytes));
  if (net) for (const [what, call] of Object.entries(calls)) await ours(what, () => call(net));
  return first;
}

const variable = (manifest: Manifest) => manifest.variables.find(({ name }) => name === "hidden.weight") as object;
const entry = (manifest: Manifest, wanted: string) => manifest.entries.find(({ name }) => name === wanted) as object;

/** The manifest with a list in lists without end, in place of the text "here". */
const nested = (text: string): string => text.replace('"here"', "[".repeat(1e5) + "]".repeat(1e5));

describe("a manifest that someone else wrote", () => {
  test("as it is, the module runs", async () => {
    const net = await load(withManifest(text));
    expect(net.step(data)).toEqual((await load(wasm)).step(data));
  });

  const hostile: Readonly<Record<string, (manifest: Record<string, never> & Manifest) => unknown>> = {
    "capacity 0": (m) => Object.assign(m.capacity, { batch: 0 }),
    "capacity -1": (m) => Object.assign(m.capacity, { batch: -1 }),
    "a capacity beyond the memory": (m) => Object.assign(m.capacity, { batch: 2 ** 31 }),
    "no capacity": (m) => Object.assign(m, { capacity: null }),
    "a shape of 10^9": (m) => Object.assign(variable(m), { shape: [1e9, 1] }),
    "a shape of 10^15": (m) => Object.assign(variable(m), { shape: [1e5, 1e5, 1e5] }),
    "a shape of 10^9 in one place": (m) => Object.assign(variable(m), { shape: [1e9, 1], strides: [0, 0] }),
    "a shape of 10,000 in one place": (m) => Object.assign(variable(m), { shape: [1e4, 1], strides: [0, 0] }),
    "a negative shape": (m) => Object.assign(variable(m), { shape: [-3, 1] }),
    "100,000 axes": (m) => Object.assign(variable(m), { shape: Array(1e5).fill(1), strides: Array(1e5).fill(1) }),
    "a stride out of the memory": (m) => Object.assign(variable(m), { strides: [1e9, 1] }),
    "an offset out of the memory": (m) => Object.assign(variable(m), { offset: 1e9 }),
    "a negative offset": (m) => Object.assign(variable(m), { offset: -4 }),
    "an offset between words": (m) => Object.assign(variable(m), { offset: 2 }),
    "no strides": (m) => Object.assign(variable(m), { strides: [] }),
    "an input that is not there": (m) => Object.assign(entry(m, "step"), { inputs: ["nothing"] }),
    "an entry that is the memory": (m) => Object.assign(entry(m, "evaluate.finish"), { name: "memory" }),
    "an entry that is no export": (m) => Object.assign(entry(m, "evaluate.finish"), { name: "constructor" }),
    "a result of 10^9": (m) => Object.assign(entry(m, "predict"), { results: [{ name: "logits", dtype: "f32", shape: [1e9], offset: 0 }] }),
    "a name that is a list without end": (m) => Object.assign(variable(m), { name: "here" }),
    "a range that is a list without end": (m) => Object.assign(m.inputs[1] as object, { range: { lower: "here", upper: 3 } }),
    "a version that is a list without end": (m) => Object.assign(m, { version: "here" }),
    "checks that are no list": (m) => Object.assign(entry(m, "predict"), { checks: null }),
    "targets that are no list": (m) => Object.assign(m, { targets: {} }),
  };
  test.each(Object.entries(hostile))("%s: refused", async (_, edit) => {
    expect(await outcome(changed(edit))).toBe("not-a-module");
  });

  test("a list of one number counts as the number, and what is left out is not built", async () => {
    expect(await outcome(changed((m) => Object.assign(m.capacity, { batch: [4] })))).toBe("unknown-variable");
    expect(await outcome(changed((m) => Object.assign(m, { entries: [] })))).toBe("missing-loss");
  });

  test("more rows than the module has room for trap, and are refused", async () => {
    // The inputs still fit into the memory, what lies between does not.
    const net = await load(changed((m) => Object.assign(m.capacity, { batch: 900 })));
    const rows = { x: new Float32Array(2700), k: new Int32Array(900) };
    expect(await codeOfAsync(Promise.resolve().then(() => net.step(rows)))).toBe("not-a-module");
  });

  test("extents beside a 0 are not walked", async () => {
    const net = await load(changed((m) => Object.assign(variable(m), { shape: [4e9, 0], strides: [0, 0] })));
    expect(net.read("hidden.weight")).toEqual(new Float32Array(0));
  });

  test("many variables that share their memory do not multiply it", async () => {
    const one = { name: "", role: "layer", dtype: "f32", shape: [10_000], strides: [1], offset: 0, trainable: false };
    const bytes = changed((m) => (m.variables as object[]).push(...Array.from({ length: 10_000 }, (_, at) => ({ ...one, name: `v${at}` }))));
    expect(await codeOfAsync(load(bytes))).toBe("not-a-module");
  });
});

type Step = string | number;

/** The places in a value, as lists of keys. */
function* placesOf(value: unknown, path: readonly Step[] = []): Generator<readonly Step[]> {
  if (path.length > 0) yield path;
  if (typeof value === "object" && value) for (const key of Object.keys(value)) yield* placesOf(value[key as never], [...path, key]);
}

const values: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  0.5,
  1e9,
  1e15,
  2 ** 31,
  4096,
  "",
  "batch",
  "batch·3",
  "memory",
  "predict",
  "__proto__",
  "constructor",
  "f64",
  "layer",
  [],
  {},
  [[]],
  ["x", "x"],
  [3, 2, 1],
  { length: 3 },
];

test("random changes of the manifest give results or errors of ours", async () => {
  const places = [...placesOf(JSON.parse(text))];
  const change = fc.record({ place: fc.nat(places.length - 1), value: fc.nat(values.length + 1) });
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (all) => {
      const manifest = JSON.parse(text);
      for (const { place, value } of all) {
        const path = places[place] as readonly Step[];
        const key = path.at(-1) as string;
        const parent = path.slice(0, -1).reduce((part, step) => part?.[step], manifest);
        if (typeof parent !== "object" || !parent) continue;
        if (value === values.length) delete parent[key];
        else
          Object.defineProperty(parent, key, {
            value: value > values.length ? parent : values[value],
            enumerable: true,
            configurable: true,
            writable: true,
          });
        if (value > values.length) parent[key] = JSON.parse(text);
      }
      if ((await outcome(withManifest(manifest))) === "not-a-module") refused++;
    }),
    { seed: 20270714, numRuns: Number(process.env.RUNS ?? 500) },
  );
  expect(refused).toBeGreaterThan(100);
});
