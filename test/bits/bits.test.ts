// A part of what `npm run bits` compares.
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { bitsOfNetwork, bitsOfProgram } from "./bits.ts";
import { randomPrograms } from "./programs.ts";

const known: Readonly<Record<string, string>> = JSON.parse(await readFile(new URL("../golden/wide-bits.json", import.meta.url), "utf8"));
const valuesOf = (name: string) => known[name]?.split(" ")[0];

test.each(Array.from({ length: 20 }, (_, i) => 9 * i))("network %i computes the known bits", async (number) => {
  expect((await bitsOfNetwork(number, 8)).values).toBe(valuesOf(`network ${number}, batch 8`));
});

test("the first random programs compute the known bits", async () => {
  for (const [number, program] of randomPrograms(60).entries()) {
    expect((await bitsOfProgram(program)).values, `program ${number}`).toBe(valuesOf(`program ${number}`));
  }
});
