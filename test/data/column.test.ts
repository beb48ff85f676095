import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { flagsOf, numberIn, numberOf } from "../../data/cell.ts";
import { createColumn } from "../../data/column.ts";
import { createNumbers } from "../../data/numbers.ts";

const columnOf = (...cells: readonly string[]) => {
  const column = createColumn("c");
  for (const cell of cells) column.add(`<${cell}>`, 1, cell.length + 1);
  const values = cells.map((_, row) => column.at(row));
  return { column, values: values.map((value) => (Number.isNaN(value) ? null : (column.labels?.[value] ?? value))) };
};

describe("numbers", () => {
  test("are decimal", () => {
    const read = ["0", "-1.5", "+2", ".5", "3.", "1e5", "1.5E-3", " 12 ", "-0", "123456789012345678", "1e999", "0.1234567890123456789"];
    expect(read.map((cell) => numberIn(`,${cell},`, 1, cell.length + 1, 46))).toEqual(read.map(Number));
    for (const cell of ["", "NaN", "Infinity", "inf", "0x10", "1,5", "1 2", "?", "1e", ".", "-", "+.", "1_000", "1.2.3", "--1", "1-", "e5"])
      expect(numberIn(cell, 0, cell.length, 46), cell).toBeNaN();
  });

  test("are the numbers that JavaScript reads, with a point or a comma", () => {
    const number = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.integer().map((whole) => whole / 1000),
    );
    fc.assert(
      fc.property(number, (value) => {
        const text = String(value);
        expect(numberIn(text, 0, text.length, 46)).toBe(Number(text));
        expect(numberIn(text.replace(".", ","), 0, text.length, 44)).toBe(Number(text));
      }),
      { numRuns: 2_000, seed: 1 },
    );
    expect(numberOf("1.5", ",")).toBeNaN();
  });

  test("are kept exactly, whatever their kind, in arrays that are as narrow as they can be", () => {
    const kinds = [
      (i: number) => i % 256,
      (i: number) => i * 1000 - 7,
      (i: number) => i / 8,
      (i: number) => i / 10,
      (i: number) => (i % 3 ? Number((i * 1.0007).toFixed(4)) : Number.NaN),
      (i: number) => (i % 3 ? (i % 300) / 100 : Number.NaN),
      (i: number) => (i % 2 ? 0.5 : -(2 ** 31)),
      (i: number) => (i % 5000 ? i / 10 : -0),
      () => -0,
      () => Number.NaN,
      (i: number) => i * 2 ** 40,
    ];
    const numbers = createNumbers();
    const all = Array.from({ length: kinds.length * 5000 }, (_, i) => (kinds[Math.floor(i / 5000) % kinds.length] as (i: number) => number)(i));
    for (const value of all) numbers.push(value);
    expect(numbers.length).toBe(all.length);
    expect(all.findIndex((value, i) => !Object.is(numbers.at(i), value))).toBe(-1);
    expect(Array.from(numbers.toArray())).toEqual(all);
  });

  test.each([
    [4, "four digits behind the point", (i: number) => Number(((i * 7) % 1009.37).toFixed(4))],
    [4, "prices with holes", (i: number) => (i % 9 ? Number(((i * 7) % 109.37).toFixed(2)) : Number.NaN)],
    [1, "levels of grey", (i: number) => i % 256],
    [8, "all digits that there are", (i: number) => Math.sin(i)],
  ])("take %i bytes each where they have %s", (bytes, _, numberAt) => {
    const count = 1 << 18;
    const before = process.memoryUsage().arrayBuffers;
    const numbers = createNumbers();
    for (let i = 0; i < count; i++) numbers.push(numberAt(i));
    expect((process.memoryUsage().arrayBuffers - before) / count).toBeLessThan(1.25 * bytes + 0.5);
    expect(numbers.at(count - 1)).toBe(numberAt(count - 1));
  });
});

describe("missing cells", () => {
  test.each([
    ...["", "NA", "N/A", "NaN", "nan", "null", "NULL", "?", "na", "Na", "n/a", "n.a.", "N.A.", "Nan", "NAN", "Null", "<NA>", "<na>", "#N/A", "#NA"],
    ...["\\N", "(null)", "#VALUE!", "#REF!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#N/A N/A", "-nan", "-NaN", "1.#QNAN", "-1.#IND"],
  ])("%j is one, among numbers and among texts", (cell) => {
    expect(columnOf("1", cell, "3").values).toEqual([1, null, 3]);
    const { column, values } = columnOf("a", cell, "1.50", cell);
    expect(values).toEqual(["a", null, "1.5", null]);
    expect([column.missing, column.firstMissing]).toEqual([2, { row: 1, text: cell }]);
  });

  test.each(["-", "--", "—", ".", "None", "none", "NONE", "nil", "NaT", " - "])("%j is a missing number, and a text among texts", (cell) => {
    expect(columnOf("1", cell, "3").values).toEqual([1, null, 3]);
    expect(columnOf("+", cell, "+").values).toEqual(["+", cell, "+"]);
    const { column, values } = columnOf(cell, "1", "NA", cell, "+");
    expect(values).toEqual([cell, "1", null, cell, "+"]);
    expect([column.missing, column.firstMissing, column.firstText]).toEqual([1, { row: 2, text: "NA" }, { row: 4, text: "+" }]);
  });

  test("a column of nothing but such words is one of texts where that is said", () => {
    const { column } = columnOf("None", "", "-", "None");
    expect([column.missing, column.labels]).toEqual([4, undefined]);
    column.holdTexts();
    expect([column.missing, column.labels, column.textAt(0), column.firstMissing]).toEqual([1, ["None", "-"], "None", { row: 1, text: "" }]);
  });

  test("the words are counted", () => {
    expect([...columnOf("a", "NA", "", "na", " NA ").column.words]).toEqual([
      ["NA", 2],
      ["na", 1],
    ]);
  });

  test.each(["Nancy", "N", "nan.", "NA 1", "#", "#1", "null and void", "a.n.", "N/A?", "\\n?"])("%j is a text", (cell) => {
    expect(columnOf("a", cell).values).toEqual(["a", cell]);
  });
});

test("texts in a column make labels of its numbers", () => {
  const { column, values } = columnOf("1", "2.0", "1", "b", "1.0");
  expect(values).toEqual(["1", "2", "1", "b", "1"]);
  expect(column.labels).toEqual(["1", "2", "b"]);
});

test("the first number that f32 does not hold", () => {
  expect(columnOf("1", "1e39", "1e999").column.firstLarge).toEqual({ row: 1, text: "1e39" });
  expect(columnOf("1e999").column.firstLarge).toEqual({ row: 0, text: "1e999" });
});

test("yes and no", () => {
  expect(flagsOf(["TRUE", "False", "true"])).toEqual(["false", "true"]);
  expect(flagsOf(["Yes"])).toEqual(["no", "Yes"]);
  expect(flagsOf(["yes", "true"])).toBeUndefined();
  expect(flagsOf([])).toBeUndefined();
  expect(flagsOf(["no", "maybe"])).toBeUndefined();
});

test("codes are other labels than their numbers, before and after the first text and in a column without one", () => {
  expect(columnOf("007", "7", "a", "07", "-01", "0", "0.5").values).toEqual(["007", "7", "a", "07", "-01", "0", "0.5"]);
  const { column, values } = columnOf("1", "007", "", "7");
  expect([values, column.hasCodes]).toEqual([[1, 7, null, 7], true]);
  expect([0, 1, 2, 3].map((row) => column.textAt(row))).toEqual(["1", "007", undefined, "7"]);
  expect(columnOf("0", "0.5", "10").column.hasCodes).toBeUndefined();
});
