// Dates of Parquet files as texts.
import fc from "fast-check";
import { expect, test } from "vitest";
import { createDates } from "../../../data/sources/dates.ts";

test("dates are written as toISOString does, those of midnight as days", () => {
  const textOf = createDates();
  const expected = (date: Date): string => date.toISOString().replace(/T00:00:00\.000Z$/, "");
  const same = (date: Date): void => {
    expect(textOf(date)).toBe(expected(date));
  };
  for (const time of [0, -1, 1, 86_399_999, 86_400_000, -86_400_000, 8.64e15, -8.64e15, -62_167_219_200_001]) same(new Date(time));
  fc.assert(fc.property(fc.date({ noInvalidDate: true }), same));
});
