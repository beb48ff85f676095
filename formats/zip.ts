// The entries of a zip archive (APPNOTE.TXT of PKWARE, 4.3), also of one with numbers of 64 bits.

/** An entry as it stands in the archive. */
export interface ZipEntry {
  readonly name: string;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  readonly isEncrypted: boolean;
  /** How many bytes it has when it is unpacked. */
  readonly size: number;
  /** A view of the archive. */
  readonly bytes: Uint8Array;
}

/** The errors for what may be wrong with an archive. */
export interface ZipFaults {
  readonly noEnd: () => Error;
  /** The end with numbers of 64 bits is elsewhere. */
  readonly noLongEnd: () => Error;
  readonly missing: (entry: number, count: number) => Error;
  readonly cutOff: (entry: number, count: number) => Error;
  readonly twice: (name: string) => Error;
  readonly misplaced: (name: string) => Error;
  readonly contentCutOff: (name: string) => Error;
}

const [localSignature, centralSignature, endSignature, end64Signature, locatorSignature] = [
  0x04034b50, 0x02014b50, 0x06054b50, 0x06064b50, 0x07064b50,
];

/** Sizes of the fixed parts of records. */
const [localSize, centralSize, endSize, locatorSize] = [30, 46, 22, 20];

/** What stands for a number of 64 bits that is elsewhere. */
const [elsewhere16, elsewhere32] = [0xffff, 0xffffffff];

const longestComment = 0xffff;

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

/** Whether bytes begin as an archive does; an empty one begins with its end. */
export function isZip(bytes: Uint8Array): boolean {
  const first = new Bytes(bytes).u32(0);
  return bytes.length >= endSize && (first === localSignature || first === endSignature);
}

/** The directory at the end: where it begins and how many entries it has. */
function directoryOf(bytes: Bytes, faults: ZipFaults): { readonly start: number; readonly count: number } {
  const last = bytes.view.byteLength - endSize;
  let at = last;
  while (at >= 0 && at >= last - longestComment && bytes.u32(at) !== endSignature) at--;
  if (at < 0 || bytes.u32(at) !== endSignature) throw faults.noEnd();
  const [count, start] = [bytes.u16(at + 10), bytes.u32(at + 16)];
  const locator = at - locatorSize;
  if (bytes.u32(locator) !== locatorSignature || (count !== elsewhere16 && start !== elsewhere32)) return { start, count };
  const end64 = bytes.u64(locator + 8);
  if (bytes.u32(end64) !== end64Signature) throw faults.noLongEnd();
  return { start: bytes.u64(end64 + 48), count: bytes.u64(end64 + 32) };
}

interface Numbers {
  readonly size: number;
  readonly packed: number;
  readonly offset: number;
}

/** Sizes and offset of an entry; those that need 64 bits stand in its extra field, in this order. */
function numbersOf(bytes: Bytes, at: number, extraAt: number, extraLength: number): Numbers {
  const long = longNumbers(bytes, extraAt, extraLength);
  const [size = 0, packed = 0, offset = 0] = [24, 20, 42].map((place) => {
    const number = bytes.u32(at + place);
    return number === elsewhere32 ? (long.shift() ?? number) : number;
  });
  return { size, packed, offset };
}

function longNumbers(bytes: Bytes, start: number, length: number): number[] {
  for (let at = start; at + 4 <= start + length; at += 4 + bytes.u16(at + 2)) {
    if (bytes.u16(at) === 1) return Array.from({ length: Math.floor(bytes.u16(at + 2) / 8) }, (_, i) => bytes.u64(at + 4 + 8 * i));
  }
  return [];
}

/** The entries of an archive in order. Takes time in proportion to its directory. @throws what `faults` give */
export function zipEntries(source: Uint8Array, faults: ZipFaults): ZipEntry[] {
  const bytes = new Bytes(source);
  const { start, count } = directoryOf(bytes, faults);
  const entries = new Map<string, ZipEntry>();
  let [at, left] = [start, source.length];
  for (let i = 0; i < count; i++) {
    if (!bytes.within(at, centralSize) || bytes.u32(at) !== centralSignature) throw faults.missing(i, count);
    const [nameLength, extraLength, commentLength] = [bytes.u16(at + 28), bytes.u16(at + 30), bytes.u16(at + 32)];
    const nameAt = at + centralSize;
    if (!bytes.within(nameAt, nameLength + extraLength)) throw faults.cutOff(i, count);
    const name = new TextDecoder().decode(source.subarray(nameAt, nameAt + nameLength));
    if (entries.has(name)) throw faults.twice(name);
    const numbers = numbersOf(bytes, at, nameAt + nameLength, extraLength);
    // Entries that overlap unpack to more than any archive of this length should.
    left -= numbers.packed;
    if (left < 0) throw faults.contentCutOff(name);
    const [isEncrypted, method] = [(bytes.u16(at + 8) & 1) === 1, bytes.u16(at + 10)];
    entries.set(name, { name, method, isEncrypted, size: numbers.size, bytes: contentOf(source, bytes, name, numbers, faults) });
    at = nameAt + nameLength + extraLength + commentLength;
  }
  return [...entries.values()];
}

function contentOf(source: Uint8Array, bytes: Bytes, name: string, { packed, offset }: Numbers, faults: ZipFaults) {
  if (!bytes.within(offset, localSize) || bytes.u32(offset) !== localSignature) throw faults.misplaced(name);
  const start = offset + localSize + bytes.u16(offset + 26) + bytes.u16(offset + 28);
  if (!bytes.within(start, packed)) throw faults.contentCutOff(name);
  return source.subarray(start, start + packed);
}
