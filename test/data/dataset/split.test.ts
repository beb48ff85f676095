// Parts of a dataset.
import { type Dataset, fromArrays } from "gradc/data";
import { describe, expect, test } from "vitest";
import { holdOut } from "../../../runtime/training/batches.ts";
import { codeOf } from "../../support/code-of.ts";
import { all } from "../rows.ts";

const rows = 40;
const table = fromArrays({
  n: Array.from({ length: rows }, (_, at) => at),
  class: Array.from({ length: rows }, (_, at) => (at % 10 === 0 ? "rare" : "often")),
  group: Array.from({ length: rows }, (_, at) => at >> 2),
});
const numbersOf = async (dataset: Dataset) => (await all(dataset)).map(({ n }) => n as number);

test("a split holds out what fit holds out, with the same seed", async () => {
  const [training, held] = table.split(0.25, { seed: 3 });
  const expected = holdOut(rows, 0.25, 3);
  expect(await numbersOf(training)).toEqual([...expected.rows]);
  expect(await numbersOf(held)).toEqual([...expected.held].sort((a, b) => a - b));
});

describe("a split", () => {
  test("with the shares of classes", async () => {
    const [training, held] = table.split(0.25, { seed: 3, stratify: "class" });
    const rare = async (part: Dataset) => (await all(part)).filter((row) => row.class === "rare").length;
    expect([await rare(training), await rare(held), training.length, held.length]).toEqual([3, 1, 30, 10]);
    expect(table.map(({ n }) => ({ y: Number(n) % 2 })).split(0.5, { stratify: "y" })[1].length).toBe(20);
    expect(table.map(({ n }) => ({ n })).split(0.5, { stratify: "class" })[1].length).toBe(20);
  });

  test("by groups", async () => {
    const [training, held] = table.split(0.25, { seed: 3, groups: "group" });
    const groups = async (part: Dataset) => new Set((await all(part)).map(({ group }) => group));
    const heldGroups = await groups(held);
    expect(held.length).toBe(8);
    for (const group of await groups(training)) expect(heldGroups.has(group)).toBe(false);
  });

  test("by order", async () => {
    const [training, held] = table.shuffle(1).split(0.25, { last: true });
    expect([...(await numbersOf(training)), ...(await numbersOf(held))]).toEqual(await numbersOf(table.shuffle(1)));
    expect(held.length).toBe(10);
  });

  test.each<[string, () => unknown, string]>([
    ["a share of 0", () => table.split(0), "bad-option"],
    ["a share of 1", () => table.split(1), "bad-option"],
    ["a share that is none", () => table.split("0.2" as never), "bad-option"],
    ["a mistyped option", () => table.split(0.2, { stratfy: "class" } as never), "unknown-option"],
    ["two ways", () => table.split(0.2, { stratify: "class", last: true }), "bad-option"],
    ["a part of no rows", () => table.split(0.001), "empty-part"],
    ["a rest of no rows", () => table.split(0.999), "empty-part"],
    ["a column that there is not", () => table.split(0.2, { stratify: "clas" }), "unknown-column"],
    ["a class of one row", () => table.split(0.2, { stratify: "n" }), "class-too-small"],
    ["one group", () => table.take(3).split(0.2, { groups: "group" }), "empty-part"],
    ["no rows", () => table.take(0).split(0.2), "no-rows"],
    ["more folds than rows", () => table.take(3).kFold(4), "bad-option"],
    ["one fold", () => table.kFold(1), "bad-option"],
  ])("of %s is refused", (_, run, code) => expect(codeOf(run)).toBe(code));
});

test("folds validate with each row once", async () => {
  const folds = table.take(10).kFold(3, { seed: 1 });
  const held = await Promise.all(folds.map(([, part]) => numbersOf(part)));
  expect(held.map(({ length }) => length)).toEqual([4, 3, 3]);
  expect(held.flat().sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  for (const [i, [training]] of folds.entries()) expect((await numbersOf(training)).some((n) => held[i]?.includes(n))).toBe(false);
});
