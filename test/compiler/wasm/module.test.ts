import { expect, test } from "vitest";
import { product } from "../../../compiler/ir/dim.ts";
import type { Buffer } from "../../../compiler/kernel/kernel.ts";
import { emitModule, type ModuleSpec } from "../../../compiler/wasm/emit-module.ts";
import { addFunction, type FunctionCode } from "../../../compiler/wasm/writer.ts";
import { codeOf } from "../../support/code-of.ts";
import { planOf } from "../../support/plan.ts";
import { apply, axis, buffer, kernel, load, loop, store } from "./harness.ts";

function spec(): ModuleSpec & { readonly y: Buffer } {
  const [i, j] = [axis("i", 2), axis("j", 3)];
  const table: Buffer = { ...buffer("table", [2, 3], "f32", "constant"), data: [1, 2, 3, 4, 5, 6] };
  const y = buffer("y", [2, 3], "f32", "result");
  const fill = kernel(loop(i, "parallel", loop(j, "parallel", store(y, [i, j], apply("exp", [load(table, i, j)])))));
  const k = axis("k", product([2, 3]));
  const flat = { ...y, shape: [6] };
  const double = { ...kernel(loop(k, "parallel", store(flat, [k], apply("add", [load(flat, k), load(flat, k)])))), name: "double" };
  const plan = (name: string, kernels: readonly (typeof fill)[]) =>
    planOf(
      name,
      [],
      kernels.map((one) => [one, []] as const),
    ).entries[0];
  return {
    entries: [plan("predict", [fill]), plan("step", [fill, double, double])],
    schedules: new Map(),
    layout: new Map<Buffer, number[]>([
      [table, [4, 1]],
      [y, [3, 1]],
      [flat, [1]],
    ]),
    memory: {
      offsets: new Map([
        [table, 16],
        [y, 65536],
        [flat, 65536],
      ]),
      bytes: 65536 + 24,
    },
    constants: [table],
    sections: [{ name: "gradc", data: Uint8Array.of(1, 2, 3) }],
    profile: "exact",
    y,
  };
}

const instantiate = async (bytes: Uint8Array) => (await WebAssembly.instantiate(new Uint8Array(bytes), {})).instance;

test("a module has no imports, a memory of whole pages that cannot grow, and one function an entry", async () => {
  const { bytes } = await emitModule(spec());
  const module = await WebAssembly.compile(new Uint8Array(bytes));
  expect(WebAssembly.Module.imports(module)).toEqual([]);
  expect(WebAssembly.Module.exports(module).map(({ name, kind }) => `${kind} ${name}`)).toEqual([
    "memory memory",
    "function predict",
    "function step",
  ]);
  const memory = (await instantiate(bytes)).exports.memory as WebAssembly.Memory;
  expect(memory.buffer.byteLength).toBe(2 * 65536);
  expect(() => memory.grow(1)).toThrow(RangeError);
});

test("constants lie in their layout, and entries run their kernels in order", async () => {
  const { bytes } = await emitModule(spec());
  const { exports } = await instantiate(bytes);
  const floats = new Float32Array((exports.memory as WebAssembly.Memory).buffer);
  expect([...floats.subarray(4, 11)]).toEqual([1, 2, 3, 0, 4, 5, 6]);
  (exports.predict as () => number)();
  const once = [...floats.subarray(16384, 16390)];
  expect((exports.step as () => number)()).toBe(0);
  expect([...floats.subarray(16384, 16390)]).toEqual(once.map((value) => 4 * value));
});

test("equal specs give equal bytes; a kernel of two entries is one function; functions and sections have their names", async () => {
  const [first, second] = [await emitModule(spec()), await emitModule(spec())];
  expect(first.bytes).toEqual(second.bytes);
  const functions = [...first.wat().matchAll(/^ \(func \$(\S+)/gm)].map(([, name]) => name);
  expect(functions.sort()).toEqual(["double", "entry.predict", "entry.step", "kernel", "math.exp"]);
  const [section] = WebAssembly.Module.customSections(await WebAssembly.compile(new Uint8Array(first.bytes)), "gradc");
  expect([...new Uint8Array(section as ArrayBuffer)]).toEqual([1, 2, 3]);
});

test("a function that no engine takes is refused in words", () => {
  const code = { parameters: ["i32"], locals: new Array(50_000).fill("f32") } as unknown as FunctionCode;
  expect(codeOf(() => addFunction(code, "long", 0))).toBe("setting-out-of-range");
});
