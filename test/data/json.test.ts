import { expect, test } from "vitest";
import { codeOfAsync } from "../support/code-of.ts";
import { cellsOf, tableOf } from "../support/table.ts";

test.each([
  ["lines", '{"size": 3, "bean": "arabica", "ok": true}\n{"size": null, "bean": "a \\"b\\" {", "ok": false}\n'],
  ["an array", '[\n{"size": 3, "bean": "arabica", "ok": true},\n{"bean": "a \\"b\\" {", "ok": false}]'],
])("rows of JSON: %s", async (_, text) => {
  const table = await tableOf(text);
  expect(table.header.names).toEqual(["size", "bean", "ok"]);
  expect(cellsOf(table, "size")).toEqual([3, null]);
  expect(cellsOf(table, "bean")).toEqual(["arabica", 'a "b" {']);
  expect(cellsOf(table, "ok")).toEqual(["true", "false"]);
});

test("a key that comes later is missing before, and lines are counted", async () => {
  const table = await tableOf('[{"a": 1},\n{\n"b": 2}\n,{"a": "x"}]');
  expect([cellsOf(table, "a"), cellsOf(table, "b")]).toEqual([
    ["1", null, "x"],
    [null, 2, null],
  ]);
  expect([0, 1, 2].map(table.lineOf)).toEqual([1, 2, 4]);
});

test.each([
  ['{"a": [1]}', "a cell holds a list or an object"],
  ['{"a": 1}\n{"a": }', "a row is not JSON\n  at the table:2"],
  ['[{"a": 1}, {"a": 2}', "it is cut off"],
  ['[{"a": 1}, {"a": 2', "it is cut off"],
  ['{"a": 1}\n7', "rows are objects\n  at the table:2"],
])("%j", async (text, message) => {
  await expect(tableOf(text)).rejects.toThrow(message);
  expect(await codeOfAsync(tableOf(text))).toBe("csv-malformed");
});
