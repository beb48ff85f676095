// The mistakes of `npm run mutate` fit the sources, and each is found by a test that docs/testing.md names.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { mutated } from "./mutant.ts";
import { mutants } from "./mutants.ts";
import { rowsIn } from "./report.ts";

const root = new URL("../../", import.meta.url);

test("what each mistake replaces stands in its file exactly once", async () => {
  for (const mutant of mutants) mutated(await readFile(new URL(mutant.file, root), "utf8"), mutant);
});

test("every mistake has a name of its own, and test files that exist", () => {
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
  expect(mutants.flatMap(({ tests }) => tests).filter((file) => !existsSync(new URL(file, root)))).toEqual([]);
});

test("docs/testing.md names the test that finds each mistake", async () => {
  const rows = rowsIn(await readFile(new URL("docs/testing.md", root), "utf8"));
  expect([...rows.keys()]).toEqual(mutants.map(({ name }) => name));
  expect([...rows].filter(([, { caughtBy }]) => caughtBy === "").map(([name]) => name)).toEqual([]);
});
