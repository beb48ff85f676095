import { expect, test } from "vitest";
import { load, pack } from "../../runtime/index.ts";
import * as sections from "../../runtime/sections.ts";
import { codeOf } from "../support/code-of.ts";
import { tinyManifest, tinyModule, withEntries } from "../support/tiny-module.ts";

const wasm = tinyModule();

test("a packed module loads trained, and trains on", async () => {
  const net = await load(wasm, { seed: 3 });
  net.step({ x: [1, 2, 3, 4], y: [1, 2] });
  const packed = pack(wasm, net.state());
  const loaded = await load(packed, { seed: 77 });
  expect(loaded.state()).toEqual(net.state());
  expect(loaded.step({ x: [1, 2], y: [1] })).toEqual(net.step({ x: [1, 2], y: [1] }));
});

test("packing again replaces the weights; other sections stay as they are", async () => {
  const net = await load(wasm);
  const once = pack(wasm, net.state());
  net.write("w", [5, 6]);
  const twice = pack(once, net.state());
  expect(twice.length).toBe(once.length);
  const module = await WebAssembly.compile(twice as Uint8Array<ArrayBuffer>);
  expect(WebAssembly.Module.customSections(module, sections.state)).toHaveLength(1);
  expect(twice.subarray(0, wasm.length)).toEqual(wasm);
  expect((await load(twice)).read("w")).toEqual(Float32Array.of(5, 6));
});

test("buffers are packed as bytes are", async () => {
  const state = (await load(wasm)).state();
  expect(pack(wasm.buffer, state.buffer as ArrayBuffer)).toEqual(pack(wasm, state));
});

test("`weights` win over packed ones", async () => {
  const net = await load(wasm);
  const packed = pack(wasm, net.state());
  net.write("w", [5, 6]);
  expect((await load(packed, { weights: net.state() })).read("w")).toEqual(Float32Array.of(5, 6));
});

test("long weights need a length of several bytes", async () => {
  const net = await load(wasm);
  net.metadata.set("long", "x".repeat(300_000));
  const packed = pack(pack(wasm, net.state()), net.state());
  expect((await load(packed)).metadata.get("long")).toHaveLength(300_000);
});

test("a net without an optimizer runs packed weights of one with", async () => {
  const net = await load(wasm);
  const plain = tinyModule({
    ...withEntries((entry) => (entry.name === "step" ? undefined : entry)),
    variables: tinyManifest.variables.filter(({ role }) => role !== "optimizer"),
  });
  net.write("w", [5, 6]);
  expect((await load(pack(plain, net.state()))).read("w")).toEqual(Float32Array.of(5, 6));
});

test("what is no module or no weights is refused", async () => {
  const state = (await load(wasm)).state();
  expect(codeOf(() => pack(Uint8Array.of(1, 2, 3), state))).toBe("not-a-module");
  expect(codeOf(() => pack(wasm.subarray(0, -2), state))).toBe("not-a-module");
  expect(codeOf(() => pack(wasm, state.subarray(0, -1)))).toBe("bad-weights");
});
