// The entries of a zip archive as `torch.save` writes it: stored, not compressed (APPNOTE.TXT of PKWARE, 4.3).
import { badFile, quoted } from "../diagnostics.ts";

/** Bytes by the names of entries, as views of the archive. */
export type Entries = ReadonlyMap<string, Uint8Array>;

const [localSignature, centralSignature, endSignature, end64Signature, locatorSignature] = [
  0x04034b50, 0x02014b50, 0x06054b50, 0x06064b50, 0x07064b50,
];

/** Sizes of the fixed parts of records. */
const [localSize, centralSize, endSize, locatorSize] = [30, 46, 22, 20];

/** What stands for a number of 64 bits that is elsewhere. */
const [elsewhere16, elsewhere32] = [0xffff, 0xffffffff];

const longestComment = 0xffff;

const help = "in Python: torch.save(torch.load(file), file)";

const damaged = (reason: string) => badFile(`the zip archive is damaged: ${reason}`);

/** Reads numbers at places that may lie outside. */
class Bytes {
  readonly view: DataView;

  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u16(at: number): number {
    return this.within(at, 2) ? this.view.getUint16(at, true) : 0;
  }

  u32(at: number): number {
    return this.within(at, 4) ? this.view.getUint32(at, true) : 0;
  }

  u64(at: number): number {
    return this.within(at, 8) ? Number(this.view.getBigUint64(at, true)) : 0;
  }

  within(at: number, length: number): boolean {
    return at >= 0 && at + length <= this.view.byteLength;
  }
}

/** The directory at the end: where it begins and how many entries it has. */
function directoryOf(bytes: Bytes): { readonly start: number; readonly count: number } {
  const last = bytes.view.byteLength - endSize;
  let at = last;
  while (at >= 0 && at >= last - longestComment && bytes.u32(at) !== endSignature) at--;
  if (at < 0 || bytes.u32(at) !== endSignature) throw damaged("it has no end, so that it was cut off");
  const [count, start] = [bytes.u16(at + 10), bytes.u32(at + 16)];
  const locator = at - locatorSize;
  if (bytes.u32(locator) !== locatorSignature || (count !== elsewhere16 && start !== elsewhere32)) return { start, count };
  const end64 = bytes.u64(locator + 8);
  if (bytes.u32(end64) !== end64Signature) throw damaged("its end is not where it should be");
  return { start: bytes.u64(end64 + 48), count: bytes.u64(end64 + 32) };
}

interface Numbers {
  readonly size: number;
  readonly stored: number;
  readonly offset: number;
}

/** Sizes and offset of an entry; those that need 64 bits stand in its extra field, in this order. */
function numbersOf(bytes: Bytes, at: number, extraAt: number, extraLength: number): Numbers {
  const long = longNumbers(bytes, extraAt, extraLength);
  const [size = 0, stored = 0, offset = 0] = [24, 20, 42].map((place) => {
    const number = bytes.u32(at + place);
    return number === elsewhere32 ? (long.shift() ?? number) : number;
  });
  return { size, stored, offset };
}

function longNumbers(bytes: Bytes, start: number, length: number): number[] {
  for (let at = start; at + 4 <= start + length; at += 4 + bytes.u16(at + 2)) {
    if (bytes.u16(at) === 1) return Array.from({ length: Math.floor(bytes.u16(at + 2) / 8) }, (_, i) => bytes.u64(at + 4 + 8 * i));
  }
  return [];
}

/** The entries of an archive. Takes time in proportion to its directory. @throws GradcError `bad-weights` */
export function entriesOf(source: Uint8Array): Entries {
  const bytes = new Bytes(source);
  const { start, count } = directoryOf(bytes);
  const entries = new Map<string, Uint8Array>();
  let at = start;
  for (let i = 0; i < count; i++) {
    if (!bytes.within(at, centralSize) || bytes.u32(at) !== centralSignature) throw damaged(`entry ${i} of ${count} is missing`);
    const [nameLength, extraLength, commentLength] = [bytes.u16(at + 28), bytes.u16(at + 30), bytes.u16(at + 32)];
    const nameAt = at + centralSize;
    if (!bytes.within(nameAt, nameLength + extraLength)) throw damaged(`entry ${i} of ${count} is cut off`);
    const name = new TextDecoder().decode(source.subarray(nameAt, nameAt + nameLength));
    if (entries.has(name)) throw damaged(`two entries are called ${quoted(name)}`);
    const [flags, method] = [bytes.u16(at + 8), bytes.u16(at + 10)];
    if (flags & 1) throw badFile(`the entry ${quoted(name)} of the archive is encrypted`);
    if (method !== 0) throw badFile(`the entry ${quoted(name)} of the archive is compressed (method ${method}), and torch.save stores`, help);
    entries.set(name, contentOf(source, bytes, name, numbersOf(bytes, at, nameAt + nameLength, extraLength)));
    at = nameAt + nameLength + extraLength + commentLength;
  }
  return entries;
}

function contentOf(source: Uint8Array, bytes: Bytes, name: string, { size, stored, offset }: Numbers): Uint8Array {
  if (size !== stored || !bytes.within(offset, localSize) || bytes.u32(offset) !== localSignature)
    throw damaged(`${quoted(name)} is not where it should be`);
  const start = offset + localSize + bytes.u16(offset + 26) + bytes.u16(offset + 28);
  if (!bytes.within(start, size)) throw damaged(`${quoted(name)} is cut off`);
  return source.subarray(start, start + size);
}
