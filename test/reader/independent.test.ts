// The reader shares no code with what it checks.
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** What makes definitions, their pages and the right values. */
const around = ["examples.ts", "harness.ts", "values.ts", "kinds.ts", "networks.ts", "optimizers.ts", "settings.ts"];

test("what reads a page imports nothing but its own files", () => {
  const folder = new URL(".", import.meta.url);
  const files = readdirSync(folder).filter((file) => !file.endsWith(".test.ts") && !around.includes(file));
  const imported = files.flatMap((file) =>
    [...readFileSync(new URL(file, folder), "utf8").matchAll(/ from "([^"]*)"/gu)].map(([, path]) => path as string),
  );
  expect(imported.length).toBeGreaterThan(50);
  expect(imported.filter((path) => !path.startsWith("./"))).toEqual([]);
});
