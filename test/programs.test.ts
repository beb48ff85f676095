// Tables and programs of the examples, in short.
import { expect, test } from "vitest";
import { fromCsv } from "../data/index.ts";

const example = (path: string) => new URL(`../examples/${path}`, import.meta.url);

test("multi-label: the labels follow the rule that the README states", async () => {
  const { columns, length } = await fromCsv(example("multi-label/points.csv"));
  const [x, y, ...labels] = [...columns.values()].map((column) => column.toArray());
  expect([length, labels.length]).toEqual([400, 3]);
  x?.forEach((a, row) => {
    const b = y?.[row] ?? 0;
    expect(labels.map((label) => label[row] === 1)).toEqual([a * a + b * b < 0.5, a > 0, b > a]);
  });
});
