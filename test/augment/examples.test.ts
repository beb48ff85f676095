// Every example of the reference runs.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as augment from "../../augment/index.ts";
import { images } from "./images.ts";

const page = readFileSync(new URL("../../docs/reference/augment.md", import.meta.url), "utf8");
const examples = [...page.matchAll(/^Example: `(.*)`$/gm)].map(([, code = ""]) => code);

const values = { ...augment, image: images.grey, images: [images.grey, images.grey], seed: 1, epoch: 2, row: 3 };

test("there are examples", () => {
  expect(examples.length).toBeGreaterThan(20);
});

test.each(examples)("%s", (code) => {
  expect(new Function(...Object.keys(values), `return ${code};`)(...Object.values(values))).toBeDefined();
});
