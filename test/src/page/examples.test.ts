// The page of every example, and of networks by number: data as the schema says, of which the HTML is drawn and nothing else, and LaTeX that KaTeX and
// Temml read without a warning.
import katex from "katex";
import temml from "temml";
import { expect, test } from "vitest";
import { writePage } from "../../../compiler/formula/page.ts";
import { optim } from "../../../src/index.ts";
import { pageHtml } from "../../../src/page/html.ts";
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

test("of networks by number, with updates", async () => {
  for (let number = 0; number < 12; number++) {
    const found = await dataOf(networkOf(number).model, number % 3 === 0 ? { optimizer: optim.adam() } : {});
    expect(found.json.page.some(({ part }) => part === "updates")).toBe(number % 3 === 0);
    expectReadable(found);
  }
});
