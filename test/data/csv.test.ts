import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { columnOf, isNumber, parseCsv, readCsv } from "../../data/csv.ts";
import { codeOf, codeOfAsync } from "../support/code-of.ts";

const cells = (text: string, name: string) => columnOf(parseCsv(text, "t.csv"), name).cells;

describe("reading", () => {
  test("columns by name, in the order of the file", () => {
    const table = parseCsv("b,a\n1,x\n2,y\n", "t.csv");
    expect(table.columns).toEqual(["b", "a"]);
    expect(columnOf(table, "a").cells).toEqual(["x", "y"]);
    expect(table.rows.map(({ line }) => line)).toEqual([2, 3]);
  });

  test("byte order mark, CRLF, no newline at the end, empty lines, blanks around cells", () => {
    expect(cells("\uFEFFa,b\r\n1,2\r\n", "a")).toEqual(["1"]);
    expect(cells("a,b\n1,2", "b")).toEqual(["2"]);
    expect(cells("a,b\n\n1,2\n\n3,4\n\n", "a")).toEqual(["1", "3"]);
    expect(cells("a , b\n 1,  2 \n", "b")).toEqual(["2"]);
  });

  test("quoted cells may hold commas, quotes and line ends; lines are still counted", () => {
    const table = parseCsv('"a, b",c\n"x ""y""",1\n"two\nlines",2\nz,3\n', "t.csv");
    expect(columnOf(table, "a, b").cells).toEqual(['x "y"', "two\nlines", "z"]);
    expect(table.rows.map(({ line }) => line)).toEqual([2, 4, 5]);
  });

  test("from a file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "gradc-csv-"));
    await writeFile(join(folder, "t.csv"), "a\n1\n");
    expect((await readCsv(join(folder, "t.csv"))).columns).toEqual(["a"]);
    expect(await codeOfAsync(readCsv(join(folder, "u.csv")))).toBe("cannot-read");
    await rm(folder, { recursive: true });
  });
});

describe("errors", () => {
  test.each([
    ["", "csv-empty"],
    ["\n\n", "csv-empty"],
    ["a,b\n", "csv-empty"],
    ["a,b\n1,2\n3\n", "csv-ragged"],
    ["a,b\n1,2,3\n", "csv-ragged"],
    ["a,,c\n1,2,3\n", "csv-header"],
    ["a,b,a\n1,2,3\n", "csv-header"],
    ['a,b\n1,"2\n', "csv-malformed"],
    ['a,b\n1,"2"3\n', "csv-malformed"],
  ])("%j is `%s`", (text, code) => {
    expect(codeOf(() => parseCsv(text, "t.csv"))).toBe(code);
  });

  test("they name file, line and column", () => {
    expect(() => parseCsv("a,b\n1,2\n3\n", "t.csv")).toThrow("1 cells where the header has 2\n  at t.csv:3");
    expect(() => parseCsv("a,b,a\n1,2,3\n", "t.csv")).toThrow('at t.csv:1, column "a"');
    expect(() => cells("a,b\n1,2\n3,\n", "b")).toThrow('The cell is empty\n  at t.csv:3, column "b"');
    expect(() => cells("price\n1\n", "prise")).toThrow('the nearest is "price"\n  at t.csv');
  });

  test("an empty cell matters in a column that is used", () => {
    expect(codeOf(() => cells("a,b\n1,\n", "b"))).toBe("csv-missing");
    expect(cells("a,b\n1,\n", "a")).toEqual(["1"]);
    expect(codeOf(() => cells("a\n1\n", "c"))).toBe("csv-no-column");
  });
});

test("numbers are decimal", () => {
  for (const cell of ["0", "-1.5", "+2", ".5", "3.", "1e5", "1.5E-3"]) expect(isNumber(cell)).toBe(true);
  for (const cell of ["", "NaN", "Infinity", "0x10", "1,5", "1 2", "?", "1e", "."]) expect(isNumber(cell)).toBe(false);
});
