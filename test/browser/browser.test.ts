// Compiled modules in Chromium, in pages whose policy forbids `eval`.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { load } from "../../runtime/index.ts";
import { bindings, compile } from "../../src/compile.ts";
import { optim } from "../../src/index.ts";
import { bundleNetworks, bundlePage } from "../engines/bundle.ts";
import { bitsHere } from "../engines/networks.ts";
import { launchChromium } from "./chromium.ts";
import { type Answer, type Site, serve } from "./server.ts";

const definition = new URL("../../examples/housing/housing.model.ts", import.meta.url);

const x = Array.from({ length: 16 }, (_, row) => Array.from({ length: 12 }, (_, column) => ((row * 7 + column * 5) % 13) / 13));
const y = x.map(([a = 0, b = 0]) => [a - b]);

/** Trains, predicts and saves; `error` is what the policy says of code in a text. */
const training = `
import load from "./housing.js";
const net = await load({ seed: 1 });
const [x, y] = ${JSON.stringify([x, y])};
export const losses = Array.from({ length: 30 }, () => net.step({ x, y }).loss);
export const price = Array.from(net.predict({ x }).price);
export const state = Array.from(net.state());
export let error;
try { new Function("return 1")(); } catch (caught) { error = caught.name; }`;

/** Says what loading the module at an address gives. */
const loading = `
import { load } from "gradc/runtime";
export const parametersOf = async (url) => [...(await load(url)).parameters.keys()];
export const codeOf = (url) => load(url).then(() => "loaded", (error) => error.code);
export const messageOf = (url) => load(url).then(() => "loaded", (error) => error.message);
export const fromForms = async (url) => {
  const blob = await (await fetch(url)).blob();
  const nets = [await load(blob), await load(new File([blob], "housing.wasm")), await load(fetch(url)), await load(new URL(url, location))];
  return nets.map((net) => net.manifest.name);
};`;

let browser: Browser;
let page: Page;
let site: Site;
let wasm: Uint8Array;

async function answers(): Promise<Record<string, Answer>> {
  const built = await compile(definition, { batch: 16, optimizer: optim.sgd({ lr: 0.05 }) });
  const { js } = await bindings(built.manifest);
  wasm = built.wasm;
  return {
    "/housing.wasm": { body: wasm },
    "/training.js": { body: await bundlePage(training, { "./housing.js": js }) },
    "/loading.js": { body: await bundlePage(loading) },
    "/networks.js": { body: await bundleNetworks("void") },
    "/wrong-type.wasm": { body: wasm, type: "text/plain" },
    "/blocked.html": { body: "<!doctype html><title>gradc</title>", policy: "default-src 'self'; script-src 'self'" },
    "/page.wasm": { body: "\n<!doctype html><title>Not found</title>", type: "text/html" },
  };
}

beforeAll(async () => {
  [browser, site] = await Promise.all([launchChromium(), answers().then(serve)]);
  page = await browser.newPage();
  await page.goto(site.url);
});
afterAll(async () => {
  await browser?.close();
  site?.close();
});

/** What a module of the page exports, or `expression` of it. */
const fromModule = (name: string, expression = "{ ...module }"): Promise<unknown> =>
  page.evaluate(`import("/${name}.js").then((module) => (${expression}))`);

describe("a page", () => {
  test("trains the built module under a policy without eval", async () => {
    const { losses, price, state, error } = (await fromModule("training")) as Record<"losses" | "price" | "state", number[]> & { error: string };
    expect(error).toBe("EvalError");
    expect(losses[29]).toBeLessThan((losses[0] as number) / 2);
    const net = await load(wasm, { weights: Uint8Array.from(state) });
    expect(price).toEqual(Array.from(net.predict({ x }).price as Float32Array));
  });

  test("loads a module that is served with the wrong type", async () => {
    expect(await fromModule("loading", 'module.parametersOf("/wrong-type.wasm")')).toContain("hidden.weight");
  });

  test("loads blobs, files, answers and URLs", async () => {
    expect(await fromModule("loading", 'module.fromForms("/housing.wasm")')).toEqual(Array(4).fill("housing"));
  });

  test("whose policy blocks WebAssembly says which directive allows it", async () => {
    await page.goto(`${site.url}/blocked.html`);
    const message = await fromModule("loading", 'module.messageOf("/housing.wasm")');
    await page.goto(site.url);
    expect(message).toMatch(/^WebAssembly is blocked: .*\n {2}help: Content-Security-Policy: script-src 'wasm-unsafe-eval'$/);
  });

  test.each(["/page.wasm", "/missing.wasm"])("refuses the HTML page at %s", async (path) => {
    expect(await fromModule("loading", `module.codeOf("${path}")`)).toBe("not-a-module");
  });
});

test("Chromium compiles the same modules and trains them to the same bits as Node", async () => {
  expect(await fromModule("networks", "module.bits")).toEqual(await bitsHere());
});
