// The header of a safetensors file: JSON of one shape, read by hand, since `JSON.parse` keeps the last of two equal names in silence, and nests without end.
import { badFile, badTensor, quoted } from "./diagnostics.ts";

/** What the header says of a tensor. */
export interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Where its bytes begin and end, behind the header. */
  readonly offsets: readonly [start: number, end: number];
}

/** A header that was read; tensors in its order. */
export interface Header {
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: ReadonlyMap<string, Entry>;
}

const metadataKey = "__metadata__";

/** The parts of an entry, each of which it has once. */
const members = ["dtype", "shape", "data_offsets"];

/** Reads a text from front to back. */
class Reader {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** The fault of what stands here. */
  fault(where: string, expected: string): Error {
    const found = this.at < this.text.length ? `${quoted(this.text.slice(this.at, this.at + 12))} stands at character ${this.at}` : "it ends";
    return badFile(`the header is no JSON of tensors: ${where}, ${expected} is expected, and ${found}`);
  }

  /** Skips white space, and the character where it stands next. */
  skips(char: string): boolean {
    while (" \t\n\r".includes(this.text[this.at] ?? "x")) this.at++;
    const isNext = this.text[this.at] === char;
    if (isNext) this.at++;
    return isNext;
  }

  expect(char: string, where: string): void {
    if (!this.skips(char)) throw this.fault(where, quoted(char));
  }

  /** A text in quotes. */
  string(where: string): string {
    this.expect('"', where);
    const start = this.at - 1;
    const [quote, backslash] = [34, 92];
    for (let char = 0; char !== quote; this.at++) {
      char = this.text.charCodeAt(this.at);
      if (Number.isNaN(char)) throw badFile(`the header is no JSON of tensors: a text ${where} has no end`);
      if (char === backslash) this.at++;
    }
    return this.unescaped(this.text.slice(start, this.at), where);
  }

  private unescaped(quotedText: string, where: string): string {
    try {
      return JSON.parse(quotedText);
    } catch {
      throw badFile(`the header is no JSON of tensors: ${quoted(quotedText)} ${where} is no text`);
    }
  }

  /** A number as it is written. */
  number(where: string): string {
    this.skips("");
    const [digits] = /^-?\d+(\.\d+)?([eE][+-]?\d+)?/.exec(this.text.slice(this.at, this.at + 400)) ?? [];
    if (digits === undefined) throw this.fault(where, "a number");
    this.at += digits.length;
    return digits;
  }

  /** What stands between two brackets, with commas. */
  list(open: string, close: string, where: string, item: () => void): void {
    this.expect(open, where);
    if (this.skips(close)) return;
    do item();
    while (this.skips(","));
    this.expect(close, where);
  }
}

/** Numbers in brackets that can be counts. @throws GradcError `bad-weights` */
function counts(reader: Reader, name: string, what: string): number[] {
  const numbers: number[] = [];
  reader.list("[", "]", `in ${what} of ${quoted(name)}`, () => {
    const written = reader.number(`in ${what} of ${quoted(name)}`);
    const value = Number(written);
    if (!/^\d+$/.test(written) || !Number.isSafeInteger(value))
      throw badTensor(name, `has ${what} with ${written.slice(0, 24)}, which counts nothing`);
    numbers.push(value);
  });
  return numbers;
}

function readEntry(reader: Reader, name: string): Entry {
  const found = new Map<string, unknown>();
  const where = `in the entry of ${quoted(name)}`;
  reader.list("{", "}", where, () => {
    const key = reader.string(where);
    reader.expect(":", where);
    if (found.has(key)) throw badTensor(name, `has ${quoted(key)} twice`);
    if (!members.includes(key)) throw badTensor(name, `has ${quoted(key)}, and an entry has dtype, shape and data_offsets`);
    found.set(key, key === "dtype" ? reader.string(where) : counts(reader, name, key === "shape" ? "a shape" : "offsets"));
  });
  const missing = members.find((key) => !found.has(key));
  if (missing !== undefined) throw badTensor(name, `has no ${missing}`);
  const offsets = found.get("data_offsets") as number[];
  if (offsets.length !== 2) throw badTensor(name, `has ${offsets.length} offsets, expected where it begins and where it ends`);
  return { dtype: found.get("dtype") as string, shape: found.get("shape") as number[], offsets: [offsets[0] as number, offsets[1] as number] };
}

function readMetadata(reader: Reader, metadata: Map<string, string>): void {
  const where = "in the metadata";
  reader.list("{", "}", where, () => {
    const key = reader.string(where);
    reader.expect(":", where);
    if (metadata.has(key)) throw badFile(`the metadata have ${quoted(key)} twice`);
    metadata.set(key, reader.string(`${where}, behind ${quoted(key)}`));
  });
}

/** Reads the text of a header. Takes time in proportion to its length. @throws GradcError `bad-weights` */
export function readHeader(text: string): Header {
  const reader = new Reader(text);
  const metadata = new Map<string, string>();
  const tensors = new Map<string, Entry>();
  let hasMetadata = false;
  if (text[0] !== "{") throw reader.fault("at its start", '"{"');
  reader.list("{", "}", "between tensors", () => {
    const name = reader.string("between tensors");
    reader.expect(":", `behind ${quoted(name)}`);
    if (tensors.has(name) || (hasMetadata && name === metadataKey)) throw badFile(`two tensors are called ${quoted(name)}`);
    if (name !== metadataKey) tensors.set(name, readEntry(reader, name));
    else {
      hasMetadata = true;
      readMetadata(reader, metadata);
    }
  });
  reader.skips("");
  if (reader.at < text.length) throw reader.fault("behind the last tensor", "its end");
  return { metadata, tensors };
}

/** The text of a header; entries in the order in which their bytes lie. */
export function writeHeader({ metadata, tensors }: Header): string {
  // A member "__proto__" of an object that JavaScript makes would be lost.
  const parts = [...tensors].map(
    ([name, { dtype, shape, offsets }]) => `${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: offsets })}`,
  );
  const texts = [...metadata].map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  return `{${[...(texts.length > 0 ? [`"${metadataKey}":{${texts.join(",")}}`] : []), ...parts].join(",")}}`;
}
