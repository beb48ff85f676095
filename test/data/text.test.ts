import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { openTable } from "../../data/open.ts";
import { decodeText } from "../../data/text.ts";
import { openText, tableOf } from "../support/table.ts";

const table = "name,größe\nÄ,1\n";
const swapped = (bytes: Buffer) => Buffer.from(bytes).swap16();
const utf16 = (text: string) => Buffer.from(text, "utf16le");

async function* inParts(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length || at === 0; at += size) yield bytes.subarray(at, at + size);
}

async function decoded(bytes: Uint8Array, size = 1000): Promise<string> {
  let text = "";
  for await (const part of decodeText(inParts(bytes, size), "t.csv")) text += part;
  return text;
}

test.each([1, 3, 1000])("UTF-8 and UTF-16, with a byte order mark or without, in parts of %d bytes", async (size) => {
  for (const text of ["", "a", "ab", "abc", table]) {
    expect(await decoded(Buffer.from(text), size)).toBe(text);
    expect(await decoded(Buffer.from(`\ufeff${text}`), size)).toBe(text);
    expect(await decoded(utf16(`\ufeff${text}`), size)).toBe(text);
    expect(await decoded(swapped(utf16(`\ufeff${text}`)), size)).toBe(text);
  }
  expect(await decoded(utf16(table), size)).toBe(table);
  expect(await decoded(swapped(utf16(table)), size)).toBe(table);
});

describe("bytes that are none", () => {
  test.each<[string, Buffer, string]>([
    ["gzip", gzipSync(table), "it is compressed (gzip)\n  at t.csv\n  help: unpack it"],
    [".xlsx", Buffer.from("PK\x03\x04\x14\0\x06\0\b\0\0\0!\0[Content_Types].xml"), "it is a spreadsheet\n  at t.csv\n  help: export it as CSV"],
    [".zip", Buffer.from("PK\x03\x04\x14\0\x06\0table.csv"), "it is an archive (ZIP) or a spreadsheet\n  at t.csv\n  help: unpack it, or export"],
    [".xls", Buffer.from("d0cf11e0a1b11ae10000", "hex"), "it is a spreadsheet"],
    ["Parquet", Buffer.from("PAR1abc"), "it is a Parquet file\n  at t.csv\n  help: export it as CSV"],
    ["a pickle", Buffer.from("80049500", "hex"), "it is a Python pickle"],
    ["UTF-16 that is not told", utf16("Ā,b\n"), "it is not a text\n  at t.csv\n  help: export it as CSV in UTF-8"],
    ["UTF-32", Buffer.from("fffe0000610000002c000000", "hex"), "it is not a text"],
    ["a module", Buffer.of(0, 97, 115, 109, 1, 0, 0, 0), "it is not a text\n  at t.csv"],
    ["Latin-1", Buffer.from("name,a\nb,1\nÄ,1\n", "latin1"), "it is not UTF-8\n  at t.csv:3\n  help: save it as UTF-8"],
    ["a character that is cut off", Buffer.from("a\nä").subarray(0, 3), "it is not UTF-8\n  at t.csv:2"],
    ["half a character of UTF-16", utf16(`\ufeffa,b\n`).subarray(0, 7), "it is not UTF-16LE"],
    ["a page", Buffer.from('\n  <html lang="en">\n'), "it is an HTML page\n  at t.csv"],
  ])("%s", async (_, bytes, message) => {
    for (const size of [5, 1000]) await expect(decoded(bytes, size)).rejects.toThrow(`Cannot read the table: ${message}`);
  });
});

test("a byte of 0 amid a text is told with its line", async () => {
  const bytes = Buffer.from(`a,b\n${"1,2\n".repeat(200)}3,\0\n`);
  for (const size of [5, 1000]) await expect(decoded(bytes, size)).rejects.toThrow("a byte is 0, as in no text\n  at t.csv:202");
});

test.each(["", "\n\r\n", " ", "\ufeff"])("a file of %j is empty", async (text) => {
  for (const name of ["t.csv", "t.json"]) {
    const source = new File([text], name);
    await expect(openTable(source)).rejects.toThrow(`The table is empty\n  at ${name}`);
  }
});

test("a table of one line has no rows, and may lack its header", async () => {
  await expect(openText("a,b\n")).rejects.toThrow("The table has no rows below its header\n  at the table");
  await expect(openText("1,2\n")).rejects.toThrow("help: --no-header, where it is data");
  expect((await tableOf("1,2\n", { header: false })).rows).toBe(1);
});
