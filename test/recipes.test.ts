// Every block of `docs/recipes.md`, in order: files are written, commands and programs run in their folder, pages in Chromium.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { encode } from "fast-png";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { program } from "../src/cli/run.ts";
import type { Terminal } from "../src/cli/terminal.ts";
import { launchChromium } from "./browser/chromium.ts";
import { type Site, serve } from "./browser/server.ts";
import { bundlePage } from "./engines/bundle.ts";

const folder = fileURLToPath(new URL("out/recipes/", import.meta.url));
const document = readFileSync(new URL("../docs/recipes.md", import.meta.url), "utf8");

interface Block {
  readonly kind: string;
  readonly name: string;
  readonly content: string;
}

const blocks = [...document.matchAll(/<!-- ([\w-]+)(?:: (\S+))? -->\n```\w+\n([\s\S]*?)```/g)].map(
  ([, kind = "", name = "", content = ""]): Block => ({ kind, name, content }),
);

const table = (columns: string, rows: number, row: (at: number) => readonly unknown[]): string =>
  `${columns}\n${Array.from({ length: rows }, (_, at) => row(at).join(",")).join("\n")}\n`;

// Numbers without a pattern that a row or two would show.
const wave = (at: number, factor: number) => Math.sin(at * factor) / 2 + 0.5;
const house = (at: number) => [Math.round(40 + 120 * wave(at, 1.3)), 1 + Math.floor(6 * wave(at, 2.1)), Math.floor(80 * wave(at, 3.7))];
const kinds = ["setosa", "versicolor", "virginica"];

const tables: Readonly<Record<string, string>> = {
  "house.csv": table("area,rooms,age,price", 120, (at) => {
    const [area = 0, rooms = 0, age = 0] = house(at);
    return [area, rooms, age, 3000 * area + 20000 * rooms - 500 * age];
  }),
  "spam.csv": table("links,capitals,length,isSpam", 120, (at) => [...house(at), Number(wave(at, 1.3) > 0.5)]),
  "tags.csv": table("area,rooms,age,isNew,isLarge", 120, (at) => [...house(at), Number(wave(at, 3.7) < 0.5), Number(wave(at, 1.3) > 0.5)]),
  "iris.csv": table("sepal_length,sepal_width,petal_length,petal_width,species", 90, (at) => [
    ...[0, 1, 2, 3].map((axis) => (4 + (at % 3) * (axis - 1.5) + wave(at, axis + 1)).toFixed(2)),
    kinds[at % 3],
  ]),
  "digits.csv": table([...Array.from({ length: 64 }, (_, at) => `p${at}`), "digit"].join(","), 80, (at) => [
    ...Array.from({ length: 64 }, (_, pixel) => Number(pixel % 10 === at % 10) * 16),
    at % 10,
  ]),
};

/** The bytes of an IDX file of small numbers. */
const idx = (shape: readonly number[], valueAt: (at: number) => number): Uint8Array => {
  const head = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  head.setUint16(2, 0x0800 + shape.length);
  shape.forEach((extent, axis) => {
    head.setUint32(4 + 4 * axis, extent);
  });
  const values = Uint8Array.from({ length: shape.reduce((product, extent) => product * extent, 1) }, (_, at) => valueAt(at));
  return gzipSync(Buffer.concat([new Uint8Array(head.buffer), values]));
};

const picture = (at: number) => encode({ width: 8, height: 8, data: Uint8Array.from({ length: 192 }, (_, i) => (i * at) % 256), channels: 3 });

const images: Readonly<Record<string, Uint8Array>> = {
  "train-images-idx3-ubyte.gz": idx([60, 28, 28], (at) => (Math.floor(at / 784) * 25 + at) % 256),
  "train-labels-idx1-ubyte.gz": idx([60], (at) => at % 10),
  ...Object.fromEntries([1, 2, 3, 4].flatMap((at) => ["cat", "dog"].map((kind) => [`photos/${kind}/${at}.png`, picture(at * kind.length)]))),
};

const lines: string[] = [];
const terminal: Terminal = {
  out: (text) => lines.push(text),
  note: (text) => lines.push(text),
  isWatched: false,
  interrupts: () => ({ signal: new AbortController().signal, release: () => undefined }),
};

async function runShell(content: string): Promise<void> {
  for (const line of content.trim().split("\n")) {
    const [npx, gradc, ...args] = line.split(" ");
    expect([npx, gradc]).toEqual(["npx", "gradc"]);
    lines.length = 0;
    await program(terminal).parseAsync(args, { from: "user" });
    expect(lines.join("\n")).not.toMatch(/error:|NaN/);
  }
}

async function runProgram({ name, content }: Block): Promise<void> {
  const path = join(folder, `${name}.ts`);
  writeFileSync(path, content);
  const log = vi.spyOn(console, "log").mockReturnValue(undefined);
  await import(/* @vite-ignore */ path);
  const printed = log.mock.calls.flat();
  log.mockRestore();
  expect(printed).toHaveLength(1);
  expect(String(printed[0])).toMatch(/^(?!.*(NaN|undefined)).+/);
}

let browser: Browser | undefined;
const before = process.cwd();

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
  for (const kind of ["cat", "dog"]) mkdirSync(join(folder, "photos", kind), { recursive: true });
  for (const [name, content] of Object.entries({ ...tables, ...images })) writeFileSync(join(folder, name), content);
  process.chdir(folder);
});
afterAll(async () => {
  process.chdir(before);
  await browser?.close();
  rmSync(folder, { recursive: true });
});

const read = (path: string) => readFileSync(join(folder, path), "utf8");

/** Serves the block as a page's script beside the module and the scripts that pages load, and waits for its result. */
async function runPage({ content }: Block): Promise<void> {
  const bindings = { "./out/house.js": read("out/house.js") };
  const scripts = blocks.filter(({ kind }) => kind === "page-file");
  const workers = await Promise.all(
    scripts.map(async ({ name, content: code }) => [`/${name}`, { body: await bundlePage(code, bindings) }] as const),
  );
  const site: Site = await serve({
    "/house.wasm": { body: readFileSync(join(folder, "out/house.wasm")) },
    "/main.js": { body: await bundlePage(content, bindings) },
    ...Object.fromEntries(workers),
  });
  try {
    browser ??= await launchChromium();
    const page = await browser.newPage();
    await page.goto(site.url);
    await page.evaluate('import("/main.js")');
    await page.waitForSelector("body[data-result]", { state: "attached" });
    expect(Number(await page.evaluate("document.body.dataset.result"))).toBeGreaterThan(0);
  } finally {
    site.close();
  }
}

const runners: Readonly<Record<string, (block: Block) => unknown>> = {
  file: ({ name, content }) => writeFileSync(join(folder, name), content),
  "page-file": () => undefined,
  shell: ({ content }) => runShell(content),
  runs: runProgram,
  page: runPage,
};

test("every block says what becomes of it", () => {
  expect(blocks).toHaveLength(document.split("\n```").length / 2 - 0.5);
  expect(blocks.filter(({ kind }) => !Object.hasOwn(runners, kind))).toEqual([]);
});

// One after the other: what a recipe builds is there for the next.
test.sequential.each(blocks.map((block, at) => ({ ...block, at })))(
  "$at: $kind $name",
  async (block) => {
    await runners[block.kind]?.(block);
  },
  120_000,
);
