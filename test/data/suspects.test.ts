import { expect, test } from "vitest";
import { suspectsIn } from "../../data/suspects.ts";
import { slot } from "../support/training.ts";

const looked = (columns: Readonly<Record<string, readonly number[]>>) =>
  suspectsIn([slot("x", "f32", 9), slot("id", "i32")], { x: Object.keys(columns).filter((name) => name !== "id"), id: ["id"] }, (name) =>
    Float64Array.from(columns[name] ?? []),
  );
const count = (rows: number, of: (row: number) => number) => Array.from({ length: rows }, (_, row) => of(row));

test("columns count the rows where each number is 1 more than the one before", () => {
  const { counting } = looked({
    from7: count(10, (row) => row + 7),
    few: count(9, (row) => row),
    broken: count(10, (row) => (row === 9 ? 8 : row)),
    holed: count(10, (row) => (row === 4 ? Number.NaN : row)),
    id: count(10, (row) => row),
  });
  expect([...counting]).toEqual(["from7", "id"]);
});

test("columns collapse where f32 tells no more than half of their numbers apart", () => {
  const seconds = count(100, (row) => 1.7e9 + ((row * 37) % 100));
  const columns = { seconds, holed: [...seconds, Number.NaN, Number.NaN], small: count(100, (row) => row / 100), zeros: [0, -0, 0], id: seconds };
  const told = (values: readonly number[]) => ({ exact: new Set(values).size, rounded: new Set(values.map(Math.fround)).size, least: 1.7e9 });
  expect(looked(columns).collapsed).toEqual([
    { name: "seconds", ...told(seconds) },
    { name: "holed", ...told(columns.holed) },
  ]);
  // As decimals of few digits they do not, however many there are; of many digits they do.
  const decimals = (digits: number, first: number) => count(3000, (row) => (first + (row % 700)) / 10 ** digits);
  expect(looked({ few: decimals(4, 4_000_000), two: decimals(2, 16_000_000), many: decimals(6, 2 ** 31) }).collapsed).toEqual([
    { name: "many", exact: 700, rounded: new Set(decimals(6, 2 ** 31).map(Math.fround)).size, least: 2147.483648 },
  ]);
  // Those of whole numbers keep them.
  expect(looked({ id: seconds }).collapsed).toEqual([]);
});
