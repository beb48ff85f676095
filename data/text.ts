// Bytes as text, part by part, and what is taken for a table and is none.
import { join } from "../runtime/join.ts";
import { csvBlank, csvEncoding, csvNotText, csvPage, csvZero } from "./diagnostics.ts";
import type { Format } from "./formats.ts";
import type { Bytes } from "./source.ts";

/** Bytes that tell formats and encodings: a spreadsheet names its parts at the beginning. */
const bytesToTell = 512;

const isPlain = (byte: number): boolean => (byte >= 0x20 && byte < 0x7f) || (byte >= 0x09 && byte <= 0x0d);

/** The format of a file that begins so; undefined for what may be a text. A page whose tables are plain text does without what tells others. */
async function formatOf(bytes: Uint8Array): Promise<Format | undefined> {
  const head = bytes.subarray(0, bytesToTell);
  const isOther = !head.every(isPlain) || printable.test(String.fromCharCode(...head.subarray(0, 4)));
  return isOther ? (await import("./formats.ts")).formatOf(head) : undefined;
}

// Formats whose beginning may be all that is there.
const printable = /^(?:PAR1|%PDF)/;

type Encoding = "utf-8" | "utf-16le" | "utf-16be";

/** The encoding that a byte order mark names, else UTF-16 where one of the first two characters has a byte of 0 each. */
function encodingOf([a, b, c, d]: Uint8Array): Encoding {
  if ((a === 0xff && b === 0xfe) || (b === 0 && d === 0 && a !== 0 && c !== 0)) return "utf-16le";
  if ((a === 0xfe && b === 0xff) || (a === 0 && c === 0 && b !== 0)) return "utf-16be";
  return "utf-8";
}

/** The parts with the first of them joined until the encoding can be told. */
async function* fromHead(parts: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head = new Uint8Array();
  let isTold = false;
  for await (const part of parts) {
    if (isTold) yield part;
    else {
      head = join([head, part]) as typeof head;
      isTold = head.length >= bytesToTell;
      if (isTold) yield head;
    }
  }
  if (!isTold) yield head;
}

/** Bytes in UTF-8 or UTF-16 as text, without a byte order mark. @throws GradcError `csv-malformed`, also for pages */
export async function* decodeText(parts: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let line = 1;
  let isFirst = true;
  for await (const part of fromHead(parts)) {
    const format = isFirst ? await formatOf(part) : undefined;
    if (format) throw csvNotText(file, format.what, format.help);
    const encoding = decoder?.encoding ?? encodingOf(part);
    if (encoding === "utf-8" && part.includes(0))
      throw isFirst && part.indexOf(0) < bytesToTell ? csvNotText(file) : csvZero({ file, line: line + linesIn(part.subarray(0, part.indexOf(0))) });
    decoder ??= new TextDecoder(encoding, { fatal: true });
    const text = decoded(decoder, part, file, line);
    if (encoding !== "utf-8" && text.includes("\0")) throw csvNotText(file);
    if (isFirst && isPage(text)) throw csvPage(file);
    isFirst = false;
    line += linesIn(part);
    if (text !== "") yield text;
  }
  decoded(decoder as TextDecoder, undefined, file, line);
}

/** The text of some bytes, of none at the end. @throws GradcError `csv-malformed` */
function decoded(decoder: TextDecoder, bytes: Uint8Array | undefined, file: string, line: number): string {
  try {
    return decoder.decode(bytes, { stream: bytes !== undefined });
  } catch {
    // A decoder that goes on writes U+FFFD at the fault.
    const [before = ""] = new TextDecoder(decoder.encoding).decode(bytes).split("\ufffd", 1);
    throw csvEncoding(decoder.encoding, { file, line: line + before.split("\n").length - 1 });
  }
}

function linesIn(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count++;
  return count;
}

/** Whether a text begins as HTML does; a column may be called "<18". */
const isPage = (text: string): boolean => /^\s*<[a-z!?]/i.test(text);

/** A text that arrives in parts, of which the beginning is looked at before it is read. */
export interface Texts {
  readonly name: string;
  /** The beginning. */
  readonly head: string;
  /** Whether the beginning is all. */
  readonly isWhole: boolean;
  /** Makes the beginning this long, where there is as much. */
  grow(length: number): Promise<void>;
  /** All of the text, once, and "" as its last part. */
  parts(): AsyncIterable<{ readonly text: string; readonly isLast: boolean }>;
}

const headLength = 1 << 18;

/** Begins to read a text. @throws GradcError `csv-malformed`, `csv-empty`, `cannot-read` */
export async function openTexts({ name, parts }: Bytes): Promise<Texts> {
  const texts = decodeText(parts, name);
  let head = "";
  let isWhole = false;
  const grow = async (length: number): Promise<void> => {
    while (head.length < length && !isWhole) {
      const { value = "", done = false } = await texts.next();
      head += value;
      isWhole = done;
    }
  };
  await grow(headLength);
  if (isWhole && head.trim() === "") throw csvBlank(name);
  return {
    name,
    grow,
    get head() {
      return head;
    },
    get isWhole() {
      return isWhole;
    },
    async *parts() {
      yield { text: head, isLast: false };
      head = "";
      for await (const text of texts) yield { text, isLast: false };
      yield { text: "", isLast: true };
    },
  };
}
