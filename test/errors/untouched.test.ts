// A call that is refused leaves the module as it was, to the byte.
import { beforeAll, expect, test, vi } from "vitest";
import { fit, type Inputs, load, type Net } from "../../runtime/index.ts";
import type { Machine } from "../../runtime/machine.ts";
import { machineOf } from "../../runtime/net.ts";
import { compile } from "../../src/compile.ts";
import { f32, i32, losses, model, nn, ops, optim } from "../../src/index.ts";
import { codeOf, codeOfAsync } from "../support/code-of.ts";

// A parameter that is looked up, a dropout mask and two inputs beside the classes: much that a call could write.
const source = model("m", { x: f32("batch", 3), word: i32("batch"), k: i32("batch") }, ({ x, word, k }) => {
  const table = nn.linear(x, 4, { name: "table" });
  const logits = nn.linear(ops.add(nn.dropout(table), nn.linear(ops.oneHot(word, 5), 4, { name: "words" })), 3, { name: "logits" });
  return { outputs: { logits }, loss: losses.crossEntropy(logits, k) };
});

let net: Net;
let machine: Machine;

const good = { x: [1, 2, 3, 4, 5, 6], word: [4, 0], k: [2, 1] };

beforeAll(async () => {
  net = await load(await compile(source, { batch: 4, optimizer: optim.adam() }));
  machine = machineOf(net);
  net.step(good);
  net.evaluate(good);
});

const memory = (): Uint8Array => new Uint8Array([...machine.inputs.values()][0]?.memory.buffer as ArrayBuffer).slice();

// Comparing as vitest does takes half a second for a page of memory.
const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** The same with zeros where inputs lie. */
function withoutInputs(bytes: Uint8Array): Uint8Array {
  for (const { offset, size, power } of machine.inputs.values()) bytes.fill(0, offset, offset + 4 * size * machine.capacity ** power);
  return bytes;
}

const calls = ["step", "gradients", "evaluate", "predict"] as const;

const mistakes: readonly (readonly [string, Inputs])[] = [
  ["unknown-input", { ...good, z: [1] }],
  ["missing-input", { word: good.word, k: good.k }],
  ["shape-mismatch", { ...good, x: [1, 2, 3, 4] }],
  ["bad-value", { ...good, word: [4, 0.5] }],
  ["bad-value", { ...good, word: [4, "0"] as unknown as number[] }],
  ["bad-value", { ...good, word: Float64Array.of(1, 2 ** 31) as unknown as number[] }],
  ["unequal-rows", { ...good, word: [4, 0, 1] }],
  ["no-rows", { x: [], word: [], k: [] }],
];

test.each(mistakes.flatMap(([code, inputs]) => calls.map((call) => [call, code, inputs] as const)))("%s: %s", (call, code, inputs) => {
  const before = memory();
  expect(codeOf(() => net[call](inputs as never))).toBe(code);
  expect(isSame(memory(), before)).toBe(true);
});

test.each(["step", "gradients"] as const)("%s: rows above the capacity", (call) => {
  const before = memory();
  const inputs = { x: new Float32Array(15), word: new Int32Array(5), k: new Int32Array(5) };
  expect(codeOf(() => net[call](inputs))).toBe("compiled-in");
  expect(isSame(memory(), before)).toBe(true);
});

test.each(calls.flatMap((call) => [5, -1, 2 ** 31 - 1, -(2 ** 31)].map((word) => [call, word] as const)))(
  "%s: index %d out of range",
  (call, word) => {
    const before = withoutInputs(memory());
    expect(codeOf(() => net[call]({ ...good, word: Int32Array.of(0, word) }))).toBe("index-range");
    expect(isSame(withoutInputs(memory()), before)).toBe(true);
  },
);

test("any host sees the status, and finds nothing written", async () => {
  const { wasm, manifest } = await compile(source, { batch: 4, optimizer: optim.adam() });
  const { exports } = await WebAssembly.instantiate(await WebAssembly.compile(wasm as Uint8Array<ArrayBuffer>));
  const bytes = new Uint8Array((exports.memory as WebAssembly.Memory).buffer);
  const call = (name: string, ...n: number[]) => (exports[name] as (...n: number[]) => number)(...n);
  call("init");
  for (const { name, checks } of manifest.entries) {
    for (const [position, input] of checks.entries()) {
      const slot = manifest.inputs.find((each) => each.name === input);
      const element = new Int32Array(bytes.buffer, slot?.offset, 1);
      const kept = element[0] as number;
      element[0] = 7;
      const before = bytes.slice();
      expect(call(name, 4)).toBe(position + 1);
      expect(isSame(bytes, before)).toBe(true);
      element[0] = kept;
    }
  }
});

test("training names the row of the whole table, before the first step", async () => {
  const before = memory();
  const data = { x: new Float32Array(30), word: Int32Array.from({ length: 10 }, (_, row) => (row === 7 ? 9 : 0)), k: new Int32Array(10) };
  await expect(fit(net, data, { epochs: 1 })).rejects.toThrow('"word", row 7: 9 is outside [0, 5)');
  expect(isSame(memory(), before)).toBe(true);
  expect(await codeOfAsync(fit(net, { ...data, x: [1] }, { epochs: 1 }))).toBe("shape-mismatch");
  expect(isSame(memory(), before)).toBe(true);
});

test("a loss that is not finite is reported once, with its epoch and step", async () => {
  const warn = vi.spyOn(console, "warn").mockReturnValue(undefined);
  const data = { x: new Float32Array(30).fill(Number.NaN), word: new Int32Array(10), k: new Int32Array(10) };
  await fit(net, data, { epochs: 3 });
  expect(warn.mock.calls).toEqual([["The loss is NaN in step 1 of epoch 1"]]);
  warn.mockRestore();
});
