// The page of every example, and of networks by number: data as the schema says, of which the HTML is drawn and nothing else, and LaTeX that KaTeX and
// Temml read without a warning.
import { fileURLToPath } from "node:url";
import katex from "katex";
import temml from "temml";
import { expect, test } from "vitest";
import { writePage } from "../../../compiler/formula/page.ts";
import { scalarsOf } from "../../../src/cli/inspect/scalars.ts";
import { optim } from "../../../src/index.ts";
import { openDefinition } from "../../../src/open.ts";
import { pageHtml } from "../../../src/page/html.ts";
import { scalarJson } from "../../../src/page/json.ts";
import { networkOf } from "../../bits/networks.ts";
import { dataOf, exampleAt, examples, type PageOfModel } from "./pages.ts";
import { faultsOf } from "./schema.ts";

function expectReadable({ page, json, picture }: PageOfModel): void {
  const read = JSON.parse(JSON.stringify(json));
  expect(read).toEqual(json);
  expect(faultsOf(read)).toEqual([]);
  const html = pageHtml(json, picture);
  expect(pageHtml(read, picture)).toBe(html);
  expect(html).not.toMatch(/merror|temml-error/);
  const latex = writePage(page, "latex");
  const math = katex.renderToString(latex, { displayMode: true, throwOnError: true, strict: "error", maxExpand: 100_000 });
  expect(math).toContain("<math");
  expect(temml.renderToString(latex, { displayMode: true, throwOnError: true, strict: true, maxExpand: 100_000 })).not.toContain("merror");
  // A number behind a number or a name would be read as a part of that.
  expect(latex.match(/\\, \d|\d \\, \\frac\{\d/g), latex).toBeNull();
}

test.each(examples)("the page of %s", async (path) => {
  const found = await dataOf(exampleAt(path));
  expect(found.json.page.length).toBeGreaterThan(0);
  expectReadable(found);
});

test("of a network in scalars, with numbers put in", async () => {
  const opened = await openDefinition(exampleAt("two-neurons/net.model.ts"));
  const page = await scalarsOf(opened, "neurons", { at: fileURLToPath(exampleAt("two-neurons/example.json")), optimizer: "none" });
  const json = scalarJson(opened.program.name, page);
  expect(faultsOf(JSON.parse(JSON.stringify(json)))).toEqual([]);
  const html = pageHtml(json, undefined);
  expect(pageHtml(JSON.parse(JSON.stringify(json)), undefined)).toBe(html);
  // A weight is the same one in its sum, in a gradient and by numbers.
  const [, number] = html.match(/<msubsup data-symbol="(\d+)"><mi>w<\/mi><mn>11<\/mn>/) ?? [];
  expect(html.split(`data-symbol="${number}"`).length - 1).toBeGreaterThan(1);
});

test("of networks by number, with updates", async () => {
  for (let number = 0; number < 12; number++) {
    const found = await dataOf(networkOf(number).model, number % 3 === 0 ? { optimizer: optim.adam() } : {});
    // What a step does to states of layers is told without an optimizer too.
    expect(found.json.symbols.some(({ name }) => name === "lr")).toBe(number % 3 === 0);
    expectReadable(found);
  }
});
