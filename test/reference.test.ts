// `docs/reference/` is what the doc comments and the formulas say: a page that is stale fails here, `npm run golden` writes it.
import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { referencePages } from "../scripts/reference/pages.ts";

const pages = await referencePages();

test.each(Object.keys(pages))("docs/reference/%s.md is that of the sources", async (page) => {
  await expect(pages[page]).toMatchFileSnapshot(`../docs/reference/${page}.md`);
});

test("docs/reference has no other pages", () => {
  const written = readdirSync(new URL("../docs/reference", import.meta.url));
  expect(written.filter((file) => !(file.replace(/\.md$/, "") in pages))).toEqual([]);
});

test("every export has a doc comment", () => {
  // A heading, its code, and then the next heading, an example or the end.
  const bare = Object.values(pages).flatMap((text) =>
    [...text.matchAll(/^### (.*)\n\n```ts\n[^`]*\n```\n(?=\n#|\nExample: |(?![\s\S]))/gm)].map(([, name]) => name),
  );
  expect(bare).toEqual([]);
});

/** Functions without an example, by what stands in its place. */
const withoutExample: Readonly<Record<string, string>> = {
  f32: "types stand in the examples of others",
  i32: "types stand in the examples of others",
  model: "every definition is one: README.md, examples/",
};

/** Pages of what programs call, not definitions: README.md, docs/hosts.md and examples/ run them. */
const programs: readonly string[] = ["command-line", "compiler", "runtime", "data", "augment", "checkpoint", "tensorboard"];

test("every function of the language has an example that says what it computes", () => {
  const functions = Object.entries(pages)
    .filter(([page]) => !programs.includes(page))
    .flatMap(([, text]) => functionsOf(text));
  const bare = functions.filter(([, text]) => !/```\n[^`]*[=←]/.test(text.slice(text.search(/^Example/m)))).map(([name]) => name);
  expect(bare).toEqual(Object.keys(withoutExample));
});

test("what is too long for a page are the gradients of two layers", () => {
  const cut = Object.values(pages)
    .flatMap(functionsOf)
    .filter(([, text]) => text.includes("`gradc inspect` prints them"));
  expect(cut.map(([name]) => name)).toEqual(["nn.transformerDecoderLayer", "nn.transformerEncoderLayer"]);
});

/** The functions of a page by name. */
function functionsOf(page: string): [name: string, text: string][] {
  const [, text = ""] = page.split("\n## Functions\n");
  const [functions = ""] = text.split(/\n## /);
  return functions
    .split(/^### /m)
    .slice(1)
    .map((section) => [section.split("\n")[0] as string, section]);
}
