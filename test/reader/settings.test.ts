// Pages of definitions that differ in one setting; `npm run read` reads them.
import { expect, test } from "vitest";
import { pageOf } from "../../compiler/describe/page.ts";
import { writeLegend } from "../../compiler/formula/legend.ts";
import { writePage } from "../../compiler/formula/page.ts";
import { readable } from "../../compiler/index.ts";
import { partsToRead } from "../../src/described.ts";
import { openDefinition } from "../../src/open.ts";
import { faultsIn, verdictsOn } from "./compare.ts";
import { derivedOf } from "./harness.ts";
import { definitionOfKind, type Kind } from "./kinds.ts";
import { settings } from "./settings.ts";

const title = (words: string): string => words;

async function textOf(kind: Kind): Promise<string> {
  const { program } = await openDefinition(definitionOfKind("setting", kind));
  const page = pageOf(partsToRead(readable(program)));
  return `${writePage(page, "text", title)}\n\n${writeLegend(page, title)}`;
}

test("no two settings that compute something else print alike", async () => {
  const alike: string[] = [];
  for (const [name, kinds] of Object.entries(settings)) {
    const texts = await Promise.all(kinds.map(textOf));
    for (const [at, text] of texts.entries()) if (texts.indexOf(text) < at) alike.push(`${name}: ${texts.indexOf(text)} and ${at}`);
  }
  expect(alike).toEqual([]);
});

test("loops of several lengths on one page are read, though they take no sequences", async () => {
  for (const kind of settings.length ?? []) expect(faultsIn(verdictsOn(await derivedOf(definitionOfKind("length", kind))))).toEqual([]);
});

test("pages of norms behind norms, of slopes within a loss and of a mean behind a mask are read", async () => {
  for (const name of ["inARow", "slopes", "maskedMean"])
    for (const kind of settings[name] ?? []) expect(faultsIn(verdictsOn(await derivedOf(definitionOfKind(name, kind))))).toEqual([]);
});
