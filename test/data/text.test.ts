import { describe, expect, test } from "vitest";
import { parseCsv } from "../../data/csv.ts";
import { decodeText } from "../../data/text.ts";

const table = "name,größe\nÄ,1\n";
const swapped = (bytes: Buffer) => Buffer.from(bytes).swap16();
const utf16 = (text: string) => Buffer.from(text, "utf16le");

test("UTF-8, with a byte order mark or without, of one byte or none", () => {
  for (const text of [table, `\ufeff${table}`, "", "a", "ab", "abc"]) expect(decodeText(Buffer.from(text), "t.csv")).toBe(text);
});

describe("bytes that are none", () => {
  test.each<[string, Buffer, string]>([
    ["UTF-16 with a byte order mark", utf16(`\ufeff${table}`), "it is UTF-16\n  at t.csv\n  help: save it as UTF-8"],
    ["of another order", swapped(utf16(`\ufeff${table}`)), "it is UTF-16"],
    ["UTF-16 without a byte order mark", utf16("a,b\n1,2\n"), "it is UTF-16"],
    ["of another order", swapped(utf16("a,b\n1,2\n")), "it is UTF-16"],
    ["a module", Buffer.of(0, 97, 115, 109, 1, 0, 0, 0), "it is not a text\n  at t.csv"],
    ["Latin-1", Buffer.from("name,a\nb,1\nÄ,1\n", "latin1"), "it is not UTF-8\n  at t.csv:3\n  help: save it as UTF-8"],
    ["a character that is cut off", Buffer.from("a\nä").subarray(0, 3), "it is not UTF-8\n  at t.csv:2"],
  ])("%s", (_, bytes, message) => {
    expect(() => decodeText(bytes, "t.csv")).toThrow(`Cannot read the table: ${message}`);
  });
});

describe("texts that are no tables", () => {
  test.each([
    ["a;b\n1;2\n", 'its columns are separated by ";", and gradc reads commas\n  at t.csv'],
    ['"a, b";"c"\n1,5;2,5\n', 'its columns are separated by ";"'],
    ["\ufeff\na\tb\n1\t2\n", "its columns are separated by tabs"],
    ['<!doctype html>\n<html lang="en">\n', "it is an HTML page\n  at t.csv"],
    ["\n  <html>", "it is an HTML page"],
  ])("%j", (text, message) => {
    expect(() => parseCsv(text, "t.csv")).toThrow(`Cannot read the table: ${message}`);
  });

  test.each([
    ["<18,a;b\n1,2\n", ["<18", "a;b"]],
    ['"a;b"\n1\n', ["a;b"]],
    ["a\t\n1\n", ["a"]],
  ])("%j is one", (text, columns) => {
    expect(parseCsv(text, "t.csv").columns).toEqual(columns);
  });
});
