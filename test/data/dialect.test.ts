import { describe, expect, test } from "vitest";
import { cellsOf, openText, tableOf } from "../support/table.ts";

const notes = async (text: string) => (await openText(text)).header.notes;
const names = async (text: string) => (await openText(text)).header.names;

describe("what separates columns", () => {
  test.each([
    ["a;b\n1;2\n", '";"'],
    ['"a, b";"c"\n1,5;2,5\n', '";"'],
    ["\ufeff\na\tb\n1\t2\n", "tabs"],
    ["a|b\n1|2\n", '"|"'],
    ["a b\n1 2\n", "spaces"],
    ["  a   b\n  1 \t2  \n 3     4\n", "spaces"],
    ["name, in words;size;mass\nrose;1;2\niris, blue;3;4\n", '";"'],
  ])("%j", async (text, separator) => {
    expect((await names(text)).length).toBeGreaterThan(1);
    expect(await notes(text)).toContain(`columns are separated by ${separator}`);
  });

  test.each([
    ["<18,a;b\n1,2\n", ["<18", "a;b"]],
    ['"a;b"\n1\n', ["a;b"]],
    ["a\t\n1\n", ["a"]],
    ["first name\nAnna Maria\nJohn Paul\n", ["first name"]],
    ["a,b c\n1,2\n3\n", ["a", "b c"]],
  ])("%j has commas or one column", async (text, columns) => {
    expect([await names(text), await notes(text)]).toEqual([columns, []]);
  });

  test("it can be said", async () => {
    const table = await tableOf("a:b\n1:2\n", { delimiter: ":" });
    expect([cellsOf(table, "b"), table.header.notes]).toEqual([[2], []]);
    expect(cellsOf(await tableOf("a;b,c\n1;2,3\n", { delimiter: "," }), "c")).toEqual([3]);
  });

  test("a header that is longer than what is looked at", async () => {
    const many = Array.from({ length: 100_000 }, (_, i) => `column${i}`);
    const table = await tableOf(`${many.join(";")}\n${many.map(() => 1).join(";")}\n`);
    expect([table.header.names.length, table.rows, cellsOf(table, "column99999")]).toEqual([100_000, 1, [1]]);
  });
});

describe("decimal commas", () => {
  test.each<[string, (number | string | null)[]]>([
    ["a;b\n1,5;2\n3;4\n", [1.5, 3]],
    ["a;b\n-0,125;1\n1,5e3;2\n,5;3\n", [-0.125, 1500, 0.5]],
    ["a\tb\n1,5\t2\n", [1.5]],
  ])("%j", async (text, values) => {
    expect(cellsOf(await tableOf(text), "a")).toEqual(values);
    expect(await notes(text)).toContain("numbers have decimal commas");
  });

  test("not where they may set thousands apart, or where there are points", async () => {
    expect(cellsOf(await tableOf("a;b\n1,234;2\n"), "a")).toEqual(["1,234"]);
    expect(cellsOf(await tableOf("a;b\n1,5;2.5\n"), "b")).toEqual([2.5]);
  });

  test("it can be said: points are then no numbers", async () => {
    const table = await tableOf('a,b\n"1,234",1.5\n', { decimal: "," });
    expect([cellsOf(table, "a"), cellsOf(table, "b")]).toEqual([[1.234], ["1.5"]]);
  });
});
