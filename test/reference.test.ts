// `docs/reference/` is what the doc comments say: a page that is stale fails here, `npm run golden` writes it.
import { expect, test } from "vitest";
import { referencePages } from "../scripts/reference/pages.ts";

const pages = referencePages();

test.each(Object.keys(pages))("docs/reference/%s.md is that of the sources", async (page) => {
  await expect(pages[page]).toMatchFileSnapshot(`../docs/reference/${page}.md`);
});

test("every export has a doc comment", () => {
  // A heading, its code, and then the next heading.
  const bare = Object.values(pages).flatMap((text) => [...text.matchAll(/^### (.*)\n\n```ts\n[^`]*\n```\n\n(?=#)/gm)].map(([, name]) => name));
  expect(bare).toEqual([]);
});
