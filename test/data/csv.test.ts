import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openTable } from "../../data/open.ts";
import { cellTexts, createScanner } from "../../data/scan.ts";
import { columnOf } from "../../data/table.ts";
import { codeOfAsync } from "../support/code-of.ts";
import { cellsOf, openText, tableOf } from "../support/table.ts";

const cells = async (text: string, name: string) => cellsOf(await tableOf(text), name);

/** The rows of a text that arrives in parts of `size` characters. */
function rowsInParts(text: string, size: number, delimiter = ","): string[][] {
  const scanner = createScanner(delimiter, "t.csv");
  const rows: string[][] = [];
  for (let at = 0; at < text.length || at === 0; at += size) {
    scanner.push(text.slice(at, at + size), at + size >= text.length);
    for (let row = scanner.next(); row; row = scanner.next()) rows.push(cellTexts(row));
  }
  return rows.filter((row) => row.join("") !== "");
}

describe("reading", () => {
  test("columns by name, in the order of the file", async () => {
    const table = await tableOf("b,a\n1,x\n2,y\n");
    expect(table.header.names).toEqual(["b", "a"]);
    expect(cellsOf(table, "a")).toEqual(["x", "y"]);
    expect(cellsOf(table, "b")).toEqual([1, 2]);
    expect([0, 1].map(table.lineOf)).toEqual([2, 3]);
  });

  test("byte order mark, no newline at the end, empty lines, blanks around cells", async () => {
    expect(await cells("\uFEFFa,b\r\n1,2\r\n", "a")).toEqual([1]);
    expect(await cells("a,b\n1,2", "b")).toEqual([2]);
    expect(await cells("a,b\n\n1,2\n\n3,4\n\n", "a")).toEqual([1, 3]);
    expect(await cells("a , b\n 1,\t2 \n", "b")).toEqual([2]);
  });

  test.each(["\n", "\r\n", "\r"])("line ends are %j, and others between", async (end) => {
    const table = await tableOf(`a,b${end}1,x${end}2,y\n3,z\r\n4,w\r`);
    expect([cellsOf(table, "a"), cellsOf(table, "b")]).toEqual([
      [1, 2, 3, 4],
      ["x", "y", "z", "w"],
    ]);
    expect([0, 1, 2, 3].map(table.lineOf)).toEqual([2, 3, 4, 5]);
  });

  test("quoted cells may hold commas, quotes, blanks and line ends; a row is on the line that it begins on", async () => {
    const table = await tableOf('"a, b",c\n"x ""y""",1\n"two\nlines",2\nz" inch,3\n" w ",4\n');
    expect(cellsOf(table, "a, b")).toEqual(['x "y"', "two\nlines", 'z" inch', " w "]);
    expect([0, 1, 2, 3].map(table.lineOf)).toEqual([2, 3, 5, 6]);
  });

  test("only the columns that are asked for", async () => {
    const open = await openText("a,b\n1,2\n");
    const table = await open.read(["b"]);
    expect([...table.columns.keys()]).toEqual(["b"]);
    expect(() => columnOf(table, "a")).toThrow('no column "a"');
  });

  test("from a file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "gradc-csv-"));
    await writeFile(join(folder, "t.csv"), "a\n1\n");
    expect((await openTable(join(folder, "t.csv"))).header.names).toEqual(["a"]);
    expect(await codeOfAsync(openTable(join(folder, "u.csv")))).toBe("cannot-read");
    await rm(folder, { recursive: true });
  });

  const text = fc.string({ unit: fc.constantFrom("a", "1", ",", '"', "\n", "\r", " ", "\t", ";", "ä"), maxLength: 40 });

  test("what is quoted and written out is read as csv-parse reads it, in parts of any size", () => {
    const table = fc
      .integer({ min: 1, max: 4 })
      .chain((width) => fc.array(fc.array(text, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }));
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 60 }), fc.constantFrom("\n", "\r\n", "\r"), (rows, size, end) => {
        const written = rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",")).join(end) + end;
        const read = rowsInParts(written, size);
        expect(read).toEqual(rows.filter((row) => row.join("") !== ""));
        expect(parse(written, { record_delimiter: end })).toEqual(rows);
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  test("any text is read the same in parts of any size, or refused", () => {
    const outcome = (whole: string, size: number, delimiter: string) => {
      try {
        return rowsInParts(whole, size, delimiter);
      } catch (error) {
        return String(error);
      }
    };
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 30 }), fc.constantFrom(",", "\t", " "), (whole, size, delimiter) => {
        expect(outcome(whole, size, delimiter)).toEqual(outcome(whole, 1000, delimiter));
      }),
      { numRuns: 1_000, seed: 1 },
    );
  });
});

describe("what holds nothing is left out", () => {
  test("rows of empty cells, and columns without name and value", async () => {
    const table = await tableOf('a,b,,\n1,2,,\n,,,\n"",,,\n3,4,,\n\n,,,\n');
    expect(table.header.ordinary).toEqual(["a", "b"]);
    expect([cellsOf(table, "a"), table.rows, table.notes, [0, 1].map(table.lineOf)]).toEqual([[1, 3], 2, [], [2, 5]]);
  });

  test("empty cells behind the last column", async () => {
    expect(await cells("a,b\n1,2,\n3,4,,\n", "b")).toEqual([2, 4]);
  });

  test("a column without a name that holds values is left out with a note, unless it is asked for", async () => {
    const open = await openText("a,,b\n1,2,3\n");
    expect(open.header.ordinary).toEqual(["a", "b"]);
    expect((await open.read(["a", "b"])).notes).toEqual(["column 2 has no name and is left out"]);
    expect(await cells("a,,b\n1,2,3\n", "column 2")).toEqual([2]);
  });

  test.each([
    [",a,b\n0,1,2\n1,3,4\n", "it has no name"],
    ["Unnamed: 0,a,b\n0,1,2\n1,3,4\n", '"Unnamed: 0"'],
    ['"a" "b"\n"1" 1 2\n"2" 3 4\n', "it has no name"],
  ])("the index of %j", async (text, reason) => {
    const { header } = await openText(text);
    expect(header.ordinary).toEqual(["a", "b"]);
    expect(header.notes).toContain(`the first column is taken for an index and left out: ${reason}`);
    expect(await cells(text, "b")).toEqual([2, 4]);
  });
});

describe("a table without a header", () => {
  test("has the columns c1, c2 where it is said", async () => {
    const table = await tableOf("1,2\n3,4\n", { header: false });
    expect([table.header.names, cellsOf(table, "c2"), table.lineOf(0)]).toEqual([["c1", "c2"], [2, 4], 1]);
  });

  test("is noted where all names are numbers, and looks like data where half are", async () => {
    const notes = async (text: string) => (await openText(text)).header;
    expect(await notes("1,2\n3,4\n")).toMatchObject({ seemsData: true, notes: [expect.stringContaining("--no-header")] });
    expect(await notes("5.1,3.5,setosa\n4.9,3.0,setosa\n")).toMatchObject({ seemsData: true, notes: [] });
    expect(await notes("a,b,2020\n4.9,3.0,1\n")).toMatchObject({ seemsData: false });
  });
});

describe("errors", () => {
  test.each([
    ["", "csv-empty"],
    ["\n\n", "csv-empty"],
    ["a,b\n", "csv-empty"],
    ["a,b\n1,2\n3\n", "csv-ragged"],
    ["a,b\n1,2,3\n1,2\n", "csv-ragged"],
    ['a,b\n1,"2\n', "csv-malformed"],
    ['a,b\n1,"2"3\n', "csv-malformed"],
    ["<!doctype html>\n", "csv-malformed"],
  ])("%j is `%s`", async (text, code) => {
    expect(await codeOfAsync(tableOf(text))).toBe(code);
  });

  test("they name file, line and column", async () => {
    await expect(tableOf("a,b\n1,2\n3\n")).rejects.toThrow("1 cell where the header has 2\n  at the table:3");
    await expect(tableOf('a,b\n1,"2"3\n')).rejects.toThrow('"3" follows the closing quote of "2"\n  at the table:2');
    await expect(tableOf('a,b\n1,2\n1,"2\n\n\n')).rejects.toThrow("a quote is opened in this row and never closed\n  at the table:3");
    await expect(cells("price\n1\n", "prise")).rejects.toThrow('the nearest is "price"\n  at the table');
  });

  test("they quote a piece of a line", async () => {
    await expect(tableOf(`a,b\n1,"${"x".repeat(9999)}\n\u001b[31m"3\n`)).rejects.toThrow(`"3" follows the closing quote of "${"x".repeat(60)}…"`);
  });
});
