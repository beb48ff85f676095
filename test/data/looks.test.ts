import { expect, test } from "vitest";
import { lookOf } from "../../data/looks.ts";

const reasons: Readonly<Record<string, readonly string[]>> = {
  "it is a percentage": ["0%", "5 %", "-12.5%", "1,5 %", "12‰"],
  "it is a date": [
    ...["2024-01-05", "01/05/2024", "5.1.24", "2024/1/5", "2024-01-05T10:30:00Z", "2024-01-05 10:30:00.000+02:00", "2024-01"],
    ...["Jan 5, 2024", "5 January 2024", "05-Jan-24", "5. Mai 2024", "1/5/2024 3:30 PM"],
  ],
  "it is a time": ["12:30", "00:01:05", "3:30 pm"],
  "it is an amount of money": ["$12", "$200000", "$1,234.50", "-$5", "$ 5", "12 €", "12€", "EUR 5", "5 USD", "£3", "($12)", "US$5", "12kr"],
  "its minus sign is another character": ["−5", "–5.5", "− 5"],
  "its minus sign stands behind it": ["5-", "1.5-"],
  "it stands in parentheses": ["(5)"],
  "it has marks between thousands": ["1_000", "1 000", "1\u00a0000", "1\u202f234", "1,234", "1.234.567", "1'000", "1,234.5", "1.234,5", "-12,345"],
  "it has a decimal comma": ["0,5", "1,5", "-0,500", ",5", "12,34", "1234,567", "1,5e3"],
  "it has a decimal point where others have a comma": ["1.5", ".5", "12.3456"],
  "it is infinite": ["inf", "-Infinity", "∞"],
  "it is hexadecimal": ["0x10"],
  "it is a fraction": ["1/2"],
  "it is a bound": ["<5", ">= 10", "5+", "~3"],
  "it is a range": ["10-20", "10 – 20", "1..5", "3 to 5"],
  "it has a unit": ["2cm", "5 kg", "12°", "3 m²", "2wd", '5"'],
};

test.each(Object.entries(reasons))("%s", (reason, texts) => {
  for (const text of texts) expect(lookOf(text)?.reason, text).toBe(reason);
});

test("other texts look like nothing", () => {
  for (const text of ["", "arabica", "A12", "192.168.1.1", "x5", "5 of them here", "-", "%", "$", "1".repeat(50), "May", "January", "to"])
    expect(lookOf(text), text).toBeUndefined();
});

test("the number is written as it should be", () => {
  const help = (text: string) => lookOf(text)?.help;
  expect([help("−5"), help("5-"), help("1_000.5"), help("0x10"), help("(5)")]).toEqual([
    "write -5",
    "write -5",
    "write 1000.5",
    "write 16",
    "write 5, or -5 where that is meant",
  ]);
});
