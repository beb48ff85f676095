// A page of formulas in Chromium: nothing is cut off on a phone or a laptop, axe finds nothing by day or by night, one symbol is marked wherever it
// stands, and nobody is asked for anything.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { derivationHtml } from "../../src/page/derivation-html.ts";
import { pageHtml } from "../../src/page/html.ts";
import { dataOf, derivationOf, exampleAt } from "../src/page/pages.ts";
import { launchChromium } from "./chromium.ts";

let browser: Browser;
let page: Page;
let folder: string;
const heard: string[] = [];
beforeAll(async () => {
  [browser, folder] = await Promise.all([launchChromium(), mkdtemp(join(tmpdir(), "gradc-formulas-"))]);
  page = await browser.newPage();
  page.on("console", (message) => heard.push(message.text()));
  page.on("pageerror", (error) => heard.push(error.message));
  page.on("request", (request) => heard.push(request.url()));
});
afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true });
});

const example = { x: [[1, 2]], y: [[-1]] };

const models: Readonly<Record<string, Parameters<typeof dataOf>>> = {
  neurons: [exampleAt("two-neurons/net.model.ts"), { sources: [{ file: "net.model.ts", text: "const one = 1;\n".repeat(30) }] }],
  layers: [exampleAt("vanishing-gradient/deep.model.ts")],
  numbers: [exampleAt("xor/xor.model.ts"), { example }],
  "tables of numbers": [exampleAt("digits/softmax.model.ts"), { example: { pixels: [Array.from({ length: 64 }, (_, i) => i / 8)], digit: [3] } }],
  "places of a convolution": [exampleAt("digits/cnn.model.ts")],
  "layers of attention": [exampleAt("tiny-gpt/gpt.model.ts")],
  "steps of a loop": [
    exampleAt("course/recurrent.model.ts"),
    {
      example: {
        x: [
          [
            [1, 2],
            [0.5, -1],
            [0.3, 0.1],
          ],
        ],
        y: [[0.5]],
      },
    },
  ],
};

const derivation = "a derivation";

async function htmlOf(name: string): Promise<string> {
  if (name === derivation) return derivationHtml(await derivationOf(exampleAt("two-neurons/net.model.ts"), "a.weight", example));
  const { json, picture } = await dataOf(...(models[name] as Parameters<typeof dataOf>));
  return pageHtml(json, picture);
}

async function open(name: string): Promise<string> {
  const file = join(folder, `${name}.html`);
  await writeFile(file, await htmlOf(name));
  heard.length = 0;
  await page.goto(pathToFileURL(file).href);
  return pathToFileURL(file).href;
}

/** Numbers that are wider than their column of a matrix. */
const squeezed = `[...document.querySelectorAll(".value mtd")].filter((cell) => {
  const numbers = [...cell.querySelectorAll("mn")].map((part) => part.getBoundingClientRect());
  return Math.max(...numbers.map(({ right }) => right)) > cell.getBoundingClientRect().right + 1;
}).map((cell) => cell.textContent)`;

const findings = async (): Promise<unknown> => {
  // What the page does about its size, it does with the next frame.
  await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
  await page.evaluate(axe.source);
  return page.evaluate(
    "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' | ')))",
  );
};

test.each([...Object.keys(models), derivation])("%s", async (name) => {
  const url = await open(name);
  expect(heard).toEqual([url]);
  await page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true");
  for (const [width, colorScheme] of [
    [390, "light"],
    [1280, "dark"],
  ] as const) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    expect(await page.evaluate(squeezed)).toEqual([]);
    expect(await findings()).toEqual([]);
  }
});

test("a table that is too wide is reached and moved by keys, and stands whole on paper", async () => {
  await open("tables of numbers");
  await page.setViewportSize({ width: 390, height: 800 });
  await page.emulateMedia({ colorScheme: "light" });
  await page.focus("#forward details.numbers summary");
  await page.keyboard.press("Enter");
  const table = "document.querySelector('#forward details.numbers[open] > .wide')";
  await page.waitForFunction(`${table}.tabIndex === 0`);
  await page.keyboard.press("Tab");
  expect(await page.evaluate(`${table} === document.activeElement`)).toBe(true);
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction("document.activeElement.scrollLeft > 0");
  await page.setViewportSize({ width: 700, height: 800 });
  await page.emulateMedia({ media: "print" });
  await page.evaluate("dispatchEvent(new Event('beforeprint'))");
  const cut = "[...document.querySelectorAll('.numbers table')].filter((each) => each.getBoundingClientRect().right > innerWidth).length";
  expect(await page.evaluate(cut)).toBe(0);
  await page.emulateMedia({ media: "screen" });
});

test.each(Object.keys(models))("%s fits on paper", async (name) => {
  await open(name);
  await page.setViewportSize({ width: 680, height: 800 });
  await page.emulateMedia({ media: "print", colorScheme: "light" });
  await page.evaluate("dispatchEvent(new Event('beforeprint'))");
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(680);
  await page.emulateMedia({ media: "screen" });
});

const marked = () => page.evaluate("[...document.querySelectorAll('.marked')].map((part) => (part.querySelector('math') ?? part).textContent)");
const said = () => page.textContent("#said");

test("one symbol that is pointed at, or reached by keys, is marked wherever it stands", async () => {
  await open("numbers");
  await page.hover("#forward [data-symbol]");
  const all = (await marked()) as string[];
  expect(all.length).toBeGreaterThan(2);
  expect(new Set(all).size).toBe(1);
  expect(await said()).toContain(":");
  await page.mouse.move(0, 0);
  expect(await marked()).toEqual([]);
  await page.focus("#symbols button");
  expect(((await marked()) as string[]).length).toBeGreaterThan(1);
  await page.keyboard.press("Enter");
  expect(await page.getAttribute("#symbols button", "aria-pressed")).toBe("true");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Escape");
  expect(await page.getAttribute("#symbols button", "aria-pressed")).toBe("false");
  expect(await marked()).toEqual([]);
});

test("a place leads to its line, and printing opens what is folded", async () => {
  await open("neurons");
  await page.click("#forward a.place");
  expect(await page.evaluate("document.querySelector('pre span:target') !== null")).toBe(true);
  await open("layers");
  const closed = () => page.evaluate("document.querySelectorAll('details:not([open])').length");
  expect(await closed()).toBeGreaterThan(0);
  await page.evaluate("dispatchEvent(new Event('beforeprint'))");
  expect(await closed()).toBe(0);
  await page.evaluate("dispatchEvent(new Event('afterprint'))");
  expect(await closed()).toBeGreaterThan(0);
});
