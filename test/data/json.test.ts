import { expect, test } from "vitest";
import { openJson } from "../../data/json.ts";
import type { Texts } from "../../data/text.ts";
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
  ['{"a": 1}\n{"a": }', "row 2 is not JSON\n  at the table:2"],
  ['{"a": "NaN"}\n{"a": NaN}', "row 2 is not JSON, which has no NaN but null\n  at the table:2"],
  ['[{"a": 1}]\n[{"a": 2}]', "something follows the list of 1 row\n  at the table:2"],
  ['[{"a": 1}] {"a": 2}', "something follows the list"],
  ['[{"a": 1}]]', "something follows the list"],
  ['[{"a": 1},\n{"a": 2}\n{"a": 3}]', "there is no comma before row 3\n  at the table:3"],
  ['{"a": 1},\n{"a": 2}', "a comma follows row 1, and the rows are no list\n  at the table:1"],
  ['[{"a": 1},,{"a": 2}]', "no row follows the comma behind row 1"],
  ['[{"a": 1},]', "no row follows the comma behind row 1"],
  ['[{"a": 1},', "it is cut off"],
  ['[{"a": 1}, [{"a": 2}]]', "rows are objects"],
  ['{"a": 1}\n{"a": 2}{"a": 3}', "row 3 does not begin on a line of its own\n  at the table:2"],
  ['{"a": 1}]', "rows are objects"],
  ['{"a": 1}\n{"b": ":", "a": 2, "\\u0061": 3}', 'row 2 has the key "a" twice\n  at the table:2'],
  ['{"": 1, "": 3}', 'row 1 has the key "" twice'],
  ['[{"a": 1}, {"a": 2}', "it is cut off"],
  ['[{"a": 1}, {"a": 2', "it is cut off"],
  ['{"a": 1}\n7', "rows are objects\n  at the table:2"],
])("%j", async (text, message) => {
  await expect(tableOf(text)).rejects.toThrow(message);
  expect(await codeOfAsync(tableOf(text))).toBe("csv-malformed");
});

test("strings hold whatever JSON is made of, and rows may stand on one line", async () => {
  const table = await tableOf('{"a:{": "\\\\", "__proto__": ":,}\\"]"} {"a:{": "x"}\t{"a:{": "y"}');
  expect([cellsOf(table, "a:{"), cellsOf(table, "__proto__")]).toEqual([
    ["\\", "x", "y"],
    [':,}"]', null, null],
  ]);
});

test("an object that does not end is refused before it is longer than a string", async () => {
  const part = { text: "x".repeat(2 ** 24), isLast: false };
  async function* parts() {
    yield { text: '{"a": 1}\n{"a": "', isLast: false };
    for (;;) yield part;
  }
  const texts: Texts = { name: "t.json", head: "", isWhole: false, grow: async () => undefined, parts };
  await expect(openJson(texts)).rejects.toThrow("a row has more than 134 million characters\n  at t.json:2\n  help: is a quote not closed?");
});
