// How long the lines of a page are: what is longer has names for its parts.
import { expect, test } from "vitest";
import { pageOf } from "../../../compiler/describe/page.ts";
import { writePage } from "../../../compiler/formula/page.ts";
import { readable } from "../../../compiler/index.ts";
import type { ModelSource } from "../../../src/definition-file.ts";
import { partsToRead } from "../../../src/described.ts";
import { openDefinition } from "../../../src/open.ts";
import { examples, long, pathOf } from "../../reader/examples.ts";
import { definitionOfKind, kindsOfLayers, kindsOfLosses, kindsOfOps } from "../../reader/kinds.ts";

/** Letters of a line in which a name counts for twelve at most, however long the user has it. */
const lengthOf = (line: string): number => line.trim().replace(/[\p{L}\d_′]+/gu, (name) => name.slice(0, 12)).length;

/** The lines of both pages of `source` that are longer than is allowed. */
async function tooLong(source: ModelSource, allowed: readonly [derived: number, asRun: number]): Promise<string[]> {
  const { program } = await openDefinition(source);
  return [false, true].flatMap((asRun) => {
    const lines = writePage(pageOf(partsToRead(readable(program, asRun))), "text").split("\n");
    return lines.filter((line) => lengthOf(line) > allowed[asRun ? 1 : 0]);
  });
}

const kinds = { ...kindsOfOps, ...kindsOfLayers, ...kindsOfLosses };

test("of each op, layer and loss", async () => {
  const found = await Promise.all(Object.values(kinds).map((kind) => tooLong(definitionOfKind("kind", kind), [160, 180])));
  expect(found.flat()).toEqual([]);
});

test("of the examples", async () => {
  const short = examples.filter((path) => !long.includes(path));
  const found = await Promise.all([...short, "pendulum/pendulum"].map((path) => tooLong(pathOf(path), [160, 180])));
  expect(found.flat()).toEqual([]);
});
