// What the written scripts do: importing one does nothing, and `load` takes whatever the runtime's takes in place of the module beside it.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { createContext, runInContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeBindings } from "../../../compiler/bindings/write.ts";
import { load as loadNet, type Net, pack } from "../../../runtime/index.ts";
import { type Built, compile } from "../../../src/compile.ts";
import { f32, losses, model, nn } from "../../../src/index.ts";
import { sgd } from "../../../src/optim/index.ts";
import { bundle } from "../../engines/bundle.ts";

const folder = new URL("./out/", import.meta.url);

type Load = (source?: unknown, options?: object) => Promise<Net>;

const named = (name: string) =>
  model(name, { x: f32("batch", 3), y: f32("batch", 1) }, ({ x, y }) => {
    const z = nn.linear(x, 1, { name: "linear" });
    return { outputs: { z }, loss: losses.mse(z, y) };
  });

let built: Built;

/** Writes the files of a model and imports its script. */
async function written(name: string, options = {}): Promise<{ readonly default: Load; readonly url: () => URL }> {
  built = await compile(named(name), { batch: 4, optimizer: sgd(), profile: "fast" });
  await writeFile(new URL(`${name}.wasm`, folder), built.wasm);
  await writeFile(new URL(`${name}.fast.wasm`, folder), built.fast as Uint8Array);
  await writeFile(new URL(`${name}.js`, folder), (await writeBindings(built.manifest, options)).js);
  return import(/* @vite-ignore */ new URL(`${name}.js`, folder).href);
}

beforeAll(() => mkdir(folder, { recursive: true }));
afterAll(() => rm(folder, { recursive: true }));

const weightOf = (net: Net) => [...net.read("linear.weight")];

describe("load", () => {
  let load: Load;
  let url: () => URL;
  let seeded: number[];
  beforeAll(async () => {
    ({ default: load, url } = await written("plain"));
    seeded = weightOf(await loadNet(built.wasm, { seed: 3 }));
  });

  test.each<[string, () => readonly unknown[]]>([
    ["options alone", () => [{ seed: 3 }]],
    ["no source", () => [undefined, { seed: 3 }]],
    ["null", () => [null, { seed: 3 }]],
    ["bytes", () => [built.wasm, { seed: 3 }]],
    ["a buffer", () => [built.wasm.slice().buffer, { seed: 3 }]],
    ["its own address", () => [url(), { seed: 3 }]],
    ["a path", () => [decodeURIComponent(url().pathname), { seed: 3 }]],
    ["an answer", () => [Promise.resolve(new Response(built.wasm as Uint8Array<ArrayBuffer>)), { seed: 3 }]],
    ["a compiled module", () => [new WebAssembly.Module(built.wasm as Uint8Array<ArrayBuffer>), { seed: 3 }]],
    ["what compile gives", () => [built, { seed: 3 }]],
    ["two modules", () => [{ exact: built.wasm, fast: built.fast }, { seed: 3 }]],
  ])("takes %s", async (_, args) => {
    expect(weightOf(await load(...args()))).toEqual(seeded);
  });

  test("takes the trained file", async () => {
    const net = await load({ seed: 5 });
    net.step({ x: [1, 2, 3], y: [4] });
    expect(weightOf(await load(pack(built.wasm, net.state())))).toEqual(weightOf(net));
  });

  test("refuses what is neither", async () => {
    await expect(load({ exact: 1 })).rejects.toMatchObject({ code: "not-a-module" });
    await expect(load(7)).rejects.toMatchObject({ code: "not-a-module" });
  });
});

test("a model of two modules loads the fast one where the engine runs it, unless the exact one is asked for", async () => {
  const { default: load } = await written("both", { fast: "both.fast.wasm" });
  const runsFast = WebAssembly.validate(built.fast as Uint8Array<ArrayBuffer>);
  expect((await load()).manifest.profile).toBe(runsFast ? "fast" : "exact");
  expect((await load({ profile: "exact" })).manifest.profile).toBe("exact");
});

test.each(["class-net", "constructor", "default", "load", "url", "toString"])("a model may be called %s", async (name) => {
  const { default: load } = await written(name);
  expect((await load()).manifest.name).toBe(name);
});

test("a script without an address of its own can be imported, and asks for the module", async () => {
  await written("bundled");
  const contents = 'export { default as load } from "./bundled.js";';
  const { code } = await bundle({
    stdin: { contents, resolveDir: decodeURIComponent(folder.pathname) },
    format: "iife",
    globalName: "bundled",
    logLevel: "error",
  });
  const context = createContext({ TextDecoder, TextEncoder, URL, Response, WebAssembly, Uint8Array, fetch, console });
  const load: Load = runInContext(`${code};bundled.load`, context);
  await expect(load()).rejects.toMatchObject({ code: "cannot-read", message: expect.stringContaining("bundled.wasm") });
  expect((await load(built.wasm)).manifest.name).toBe("bundled");
});
