import { csvEncoding, csvNotText, csvPage, csvSeparator } from "./diagnostics.ts";

// The text of a file, and what is taken for a table and is none.

/** The text of a file in UTF-8. @throws GradcError `csv-malformed` */
export function decodeText(bytes: Uint8Array, file: string): string {
  if (isUtf16(bytes)) throw csvEncoding("UTF-16", { file });
  if (bytes.includes(0)) throw csvNotText(file);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw csvEncoding(undefined, { file, line: lineOfFault(bytes) });
  }
}

/** Whether there is a byte order mark of UTF-16, or the first two characters have a byte of 0 each. */
function isUtf16([a, b, c, d]: Uint8Array): boolean {
  const isMarked = (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff);
  return isMarked || (a === 0 && c === 0 && b !== 0) || (b === 0 && d === 0 && a !== 0 && c !== 0);
}

/** The line, from 1, of the first bytes that are not UTF-8: a decoder that goes on writes U+FFFD there. */
function lineOfFault(bytes: Uint8Array): number {
  const [before = ""] = new TextDecoder().decode(bytes).split("\ufffd", 1);
  return before.split("\n").length;
}

/** Refuses pages, and columns that something else than commas parts. @throws GradcError `csv-malformed` */
export function checkForm(text: string, file: string): void {
  const start = text.trimStart();
  // A column may be called "<18".
  if (/^<[a-z!?]/i.test(start)) throw csvPage(file);
  const [header = ""] = start.split(/[\r\n]/, 1);
  const unquoted = header.trim().replace(/"[^"]*"?/g, "");
  const separator = ([";", "\t"] as const).find((each) => unquoted.includes(each));
  if (separator && !unquoted.includes(",")) throw csvSeparator(separator, file);
}
