// What a page downloads of this project beside its module.
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { beforeAll, expect, test } from "vitest";
import { bundleRuntime } from "../engines/bundle.ts";

let bundle: Awaited<ReturnType<typeof bundleRuntime>>;
beforeAll(async () => {
  bundle = await bundleRuntime();
});

test("the runtime takes six kilobytes, as the README says", async () => {
  const size = gzipSync(bundle.code, { level: 9 }).length;
  expect(size).toBeLessThanOrEqual(6000);
  expect(await readFile(new URL("../../README.md", import.meta.url), "utf8")).toContain(`is ${Math.ceil(size / 1000)} kB, minified and compressed`);
});

test("the runtime holds nothing of the compiler and nothing of Node", () => {
  expect(bundle.files.filter((file) => !file.startsWith("runtime/") || file.includes(".node."))).toEqual([]);
  expect(bundle.code).not.toMatch(/\bnode:|\brequire\(|\bimport\(/);
});
