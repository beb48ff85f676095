// What a page downloads of this project beside its module.
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { bundle, bundlePage } from "../engines/bundle.ts";

const sizeOf = (code: string): number => gzipSync(code, { level: 9 }).length;

// Built files import `load` alone, and bundlers leave out what is not imported. The aim is 6500 and 8500, which is missed: see "Where it could be
// better" in docs/architecture.md. These are what is reached, so that no byte is added unseen.
test.each([
  ["load", 7296],
  ["fit, GradcError, load, pack", 8587],
])("a page that imports { %s } downloads at most %d bytes", async (names, most) => {
  expect(sizeOf(await bundlePage(`export { ${names} } from "gradc/runtime";`))).toBeLessThanOrEqual(most);
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
