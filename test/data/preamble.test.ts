import { describe, expect, test } from "vitest";
import { columnOf } from "../../data/table.ts";
import { cellsOf, openText, tableOf } from "../support/table.ts";

const read = async (text: string, options?: Parameters<typeof tableOf>[1]) => {
  const table = await tableOf(text, options);
  return { table, names: table.header.names, notes: table.header.notes, rows: table.rows };
};

describe("Excel's line of the separator", () => {
  test.each([
    ["sep=;\r\na;b\r\n1,5;2\r\n", ";"],
    ["\ufeffsep=;\na;b\n1,5;2\n", ";"],
    ['"sep=;"\na;b\n1,5;2\n', ";"],
    ["SEP=|\ra|b\r1,5|2\r", "|"],
    ["sep=\t\na\tb\n1,5\t2\n", "tab"],
    ["sep=:\na:b\n1,5:2\n", ":"],
  ])("%j is obeyed", async (text) => {
    const { table, names } = await read(text);
    expect([names, cellsOf(table, "a"), cellsOf(table, "b"), table.lineOf(0)]).toEqual([["a", "b"], [1.5], [2], 3]);
  });

  test("it is obeyed though another character would part more columns, but not in place of --delimiter", async () => {
    expect((await read("sep=;\na,b;c\n1,2;3\n")).names).toEqual(["a,b", "c"]);
    expect((await read("sep=;\na,b\n1,2\n", { delimiter: "," })).names).toEqual(["a", "b"]);
    expect((await read("sep=;\n1;2\n3;4\n", { header: false })).rows).toBe(2);
  });

  test("a column may be called so", async () => {
    expect((await read("sep=,b\n1,2\n")).names).toEqual(["sep=", "b"]);
  });
});

describe("comments above the header", () => {
  const skipped = (count: number) => (count === 1 ? '1 line that begins with "#" is skipped' : `${count} lines that begin with "#" are skipped`);

  test.each([
    ["# exported in 2024, by hand\na,b\n1,2\n", 1, 3],
    ["#one\n\n# two, three; four\r\na;b\n1;2\n", 2, 5],
    ["# only, words\na,b\nx,y\n1,2\n", 1, 3],
    ["  # indented\r\ra,b\r1,2", 1, 4],
    ["sep=;\n# after it\na;b\n1;2\n", 1, 4],
    ["##a,b\n#\na,b\n1,2\n", 2, 4],
  ])("%j are skipped and counted as lines", async (text, count, line) => {
    const { table, names, notes } = await read(text);
    expect([names, notes[0], table.lineOf(0)]).toEqual([["a", "b"], skipped(count), line]);
  });

  test.each<[string, string[]]>([
    ["#id,b\n1,2\n", ["#id", "b"]],
    ["#,Name,Type\n1,Bulbasaur,Grass\n", ["#", "Name", "Type"]],
    ["#id,kind\nx1,a\nx2,b\n", ["#id", "kind"]],
    ["##source\n#CHROM\tPOS\nx\t2\n", ["#CHROM", "POS"]],
  ])("%j has a header that begins so", async (text, names) => {
    const { table } = await read(text);
    expect([table.header.names, table.lineOf(0)]).toEqual([names, text.startsWith("##") ? 3 : 2]);
  });

  test.each([
    ["# a,b\n1,2\n", 0],
    ["# a b\n1 2\n3 4\n", 0],
    ["# made by hand\n# a b\n1.0 2.0\n", 1],
  ])("%j has a header that NumPy wrote", async (text, count) => {
    const { names, notes } = await read(text);
    expect(names).toEqual(["a", "b"]);
    expect(notes).toContain('the line above the rows is taken for the header, without its "#"');
    expect(notes.includes(skipped(1))).toBe(count === 1);
  });

  test("without a header a row may begin so, a comment is skipped", async () => {
    expect((await read("#ff0000,1\n#00ff00,2\n", { header: false })).rows).toBe(2);
    expect((await read("# colours\n#ff0000,1\n#00ff00,2\n", { header: false })).rows).toBe(2);
    expect((await read("# a,b\n1,2\n3,4\n", { header: false })).rows).toBe(2);
  });

  test("below the header a line is a row, and where it is no good one, the help says so", async () => {
    const { table } = await read("color,x\n#ff0000,1\n");
    expect(cellsOf(table, "color")).toEqual(["#ff0000"]);
    await expect(read("a,b\n1,2\n# the end\n")).rejects.toThrow(
      'The row has 1 cell where the header has 2\n  at the table:3\n  help: lines that begin with "#" are skipped above the header alone',
    );
  });
});

test("a title above the header is called one", async () => {
  const { header } = await openText("Report 2024\n\na,b,c\n1,2,3\n3,4,5\n");
  const table = { header, columns: new Map(), rows: 0, lineOf: () => 1, notes: [] };
  expect(() => columnOf(table, "a")).toThrow(
    'There is no column "a", but Report 2024; the first line seems to be a title, not a header\n  at the table\n  help: the names of the columns stand in the first line',
  );
  expect([(await openText("a,b\n1,2\n")).header.seemsTitle, (await openText("a\n1\n2\n")).header.seemsTitle]).toEqual([false, false]);
});
