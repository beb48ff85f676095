// The compiler in a page: models are compiled where they are trained.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleCompiler } from "../engines/bundle.ts";
import { launchChromium } from "./chromium.ts";
import { type Site, serve } from "./server.ts";
import { compileFile, compileScalars, trainXor } from "./xor.ts";

let browser: Browser;
let page: Page;
let site: Site;

/** The parts of the bundle that the page fetched, by the names of the modules that they begin with. */
const fetched: string[] = [];

beforeAll(async () => {
  const parts = Object.entries(await bundleCompiler("test/browser/xor.ts"));
  site = await serve(Object.fromEntries(parts.map(([name, body]) => [`/${name}`, { body }])));
  browser = await launchChromium();
  page = await browser.newPage();
  page.on("request", (request) => fetched.push(/\/(\w+)-\w+\.js$/.exec(request.url())?.[1] ?? ""));
  await page.goto(site.url);
});
afterAll(async () => {
  await browser?.close();
  site?.close();
});

const inPage = (expression: string): Promise<unknown> => page.evaluate(`import("/xor.js").then((module) => module.${expression})`);
const fetchedOf = (...names: readonly string[]) => names.filter((name) => fetched.includes(name));

test("a page compiles a model value to the bytes of Node and trains it to the same bits, without parsers and front end", async () => {
  const trained = await trainXor();
  expect(await inPage("trainXor()")).toEqual(trained);
  expect(trained.out.map((out) => out > 0.5)).toEqual([false, true, true, false]);
  expect(fetchedOf("binaryen", "acorn", "number", "load")).toEqual(["binaryen"]);
});

test("acorn and mathjs are fetched by the first arrow and the first formula, and the body begins anew", async () => {
  const { wasm, bodies } = await compileScalars();
  expect(bodies).toBe(1);
  expect(await inPage("compileScalars()")).toEqual({ wasm, bodies: 3 });
  expect(await inPage("compileScalars()")).toEqual({ wasm, bodies: 1 });
  expect(fetchedOf("acorn", "number", "load")).toEqual(["acorn", "number"]);
});

test("a page has no definition files, and says so", async () => {
  expect(await compileFile("./xor.model.ts")).toContain("there is no such file");
  expect(await inPage('compileFile("./xor.model.ts")')).toMatchInlineSnapshot(`
    "GradcError: Cannot read the definition "./xor.model.ts": there are no files in a page
      help: give the model that the file exports: import net from "./xor.model.ts"; await compile(net)"
  `);
  expect(fetchedOf("load")).toEqual([]);
});
