// What CONTRIBUTING says of where things belong is so.
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { metrics } from "../../src/index.ts";
import { kinds } from "../../src/lints/index.ts";

const root = new URL("../../", import.meta.url);

/** The modules of a folder that are no part of its frame. */
const modulesIn = (folder: string, frame: readonly string[]): string[] =>
  readdirSync(new URL(folder, root))
    .map((file) => file.replace(/\.ts$/, ""))
    .filter((name) => !frame.includes(name));

test("a lint is a file of its name, in the list", () => {
  expect(kinds.map(({ code }) => code).sort()).toEqual(modulesIn("src/lints/", ["index", "lint"]).sort());
});

test("a metric is a file of its name", () => {
  expect(Object.keys(metrics).sort()).toEqual(modulesIn("src/metrics/", ["index", "attempt", "classes", "pairs", "rates"]).sort());
});

test("the layer that CONTRIBUTING shows is one that is tested", () => {
  const source = readFileSync(new URL("test/src/layers/scale.ts", root), "utf8");
  const contributing = readFileSync(new URL("CONTRIBUTING.md", root), "utf8");
  expect(contributing).toContain(`\`\`\`ts\n${source.slice(source.indexOf("/**"))}\`\`\``);
});
