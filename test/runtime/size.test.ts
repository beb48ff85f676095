// What a page downloads of this project beside its module.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import packageFile from "../../package.json" with { type: "json" };
import { bundle, bundlePage } from "../engines/bundle.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

const sizeOf = (code: string): number => gzipSync(code, { level: 9 }).length;

// Built files import `load` alone, and bundlers leave out what is not imported. The aim is 6500 and 8500, which is missed: see "Where it could be
// better" in docs/architecture.md. These are what is reached, so that no byte is added unseen.
test.each([
  ["load", 7529],
  ["fit, GradcError, load, pack", 9411],
])("a page that imports { %s } downloads at most %d bytes", async (names, most) => {
  expect(sizeOf(await bundlePage(`export { ${names} } from "gradc/runtime";`))).toBeLessThanOrEqual(most);
});

/** The gzip size of what a page with these contents loads before it calls anything: without the parts that are fetched when they are needed. */
async function sizeAtOnce(contents: string): Promise<number> {
  const { parts } = await bundle({
    stdin: { contents, resolveDir: root },
    alias: { "gradc/data": "./data/index.ts" },
    splitting: true,
    outdir: "out",
  });
  const loaded = new Set(["stdin.js"]);
  // The set grows while it is walked.
  for (const name of loaded) for (const [, file] of (parts[name] as string).matchAll(/(?:from|import)"\.\/([^"]+)"/g)) loaded.add(file as string);
  return sizeOf([...loaded].map((name) => parts[name]).join(""));
}

// The methods of a dataset give datasets and numbers at once, so that those of rows at hand are there from the start; what changes streams, makes
// batches, tells dates and other formats, and reads lines above a header comes when it is needed.
test("a page that imports fromCsv alone loads at most 14,550 bytes before it reads a table", async () => {
  expect(await sizeAtOnce(`export { fromCsv } from "gradc/data";`)).toBeLessThanOrEqual(14_550);
});

/** The entries that a page may import beside the runtime, each in a folder of its name. */
const entries = Object.keys(packageFile.exports)
  .filter((entry) => ![".", "./compiler", "./runtime", "./package.json"].includes(entry))
  .map((entry) => entry.slice(2));

test.each(entries)("gradc/%s adds no byte to a page that imports fit and load", async (entry) => {
  const alias = { "gradc/runtime": "./runtime/index.ts", [`gradc/${entry}`]: `./${entry}/index.ts` };
  const page = (contents: string) => bundle({ stdin: { contents, resolveDir: root }, alias });
  const [both, own] = [`export { fit, load } from "gradc/runtime";`, `export * as own from "gradc/${entry}";`];
  const [alone, together, itself] = await Promise.all([page(both), page(both + own), page(own)]);
  expect(alone.files.filter((file) => !file.startsWith("runtime/") && file !== "<stdin>")).toEqual([]);
  // What both need is there once.
  expect(sizeOf(together.code)).toBeLessThanOrEqual(sizeOf(alone.code) + sizeOf(itself.code));
});

test("the README says how large the runtime is", async () => {
  const { code } = await bundle({ entryPoints: ["./runtime/index.ts"] });
  expect(await readFile(new URL("../../README.md", import.meta.url), "utf8")).toContain(
    `is ${Math.round(sizeOf(code) / 1000)} kB, minified and compressed`,
  );
});

test("the runtime holds nothing of the compiler and nothing of Node", async () => {
  const { code, files } = await bundle({ entryPoints: ["./runtime/index.ts"] });
  expect(files.filter((file) => !file.startsWith("runtime/") || file.includes(".node."))).toEqual([]);
  expect(code).not.toMatch(/\bnode:|\brequire\(|\bimport\(/);
});
