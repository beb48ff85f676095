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
