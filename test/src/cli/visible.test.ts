import { expect, test, vi } from "vitest";
import { paint, printable, visible } from "../../../src/cli/visible.ts";

// A terminal with colours.
vi.mock("picocolors", async (original) => ({ default: (await original<typeof import("picocolors")>()).createColors(true) }));

test.each([
  ["\u001b]0;owned\u0007", "\\u001b]0;owned\\u0007"],
  ["\u009b2J", "\\u009b2J"],
  ["over\rwritten", "over\\u000dwritten"],
  ["back\bspace\0\u007f", "back\\u0008space\\u0000\\u007f"],
  ["\u202etxt.exe\u2066", "\\u202etxt.exe\\u2066"],
  ["x\u200by\ufeff", "x\\u200by\\ufeff"],
])("%j is written out", (text, shown) => {
  expect(visible(text)).toBe(shown);
  expect(printable(text)).toBe(shown);
});

test("lines, tabs and letters of all scripts stay", () => {
  const text = "a\tb\r\nç 猫 שלום é 👩‍🚀\n";
  expect(visible(text)).toBe(text);
});

test("our own colours act, those in a name do not", () => {
  expect(printable(`${paint("red", "error:")} \u001b[32mok`)).toBe("\u001b[31merror:\u001b[39m \\u001b[32mok");
  expect(printable(paint("bold", "\u001b[32mok"))).toBe("\u001b[1m\\u001b[32mok\u001b[22m");
});
