// Reads event files by the descriptions of their formats, and shares no code with what writes them.

/** CRC-32C bit by bit. */
function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

const unmask = (masked: number): number => {
  const rotated = (masked - 0xa282ead8) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
};

/** The contents of the records, and whether a last one is cut or damaged. */
export function readRecords(file: Uint8Array): { readonly records: Uint8Array[]; readonly isCut: boolean } {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const records: Uint8Array[] = [];
  let at = 0;
  while (at < file.length) {
    if (at + 12 > file.length || unmask(view.getUint32(at + 8, true)) !== crc32c(file.subarray(at, at + 8))) return { records, isCut: true };
    const length = Number(view.getBigUint64(at, true));
    const content = file.subarray(at + 12, at + 12 + length);
    if (at + 16 + length > file.length || unmask(view.getUint32(at + 12 + length, true)) !== crc32c(content)) return { records, isCut: true };
    records.push(content);
    at += 16 + length;
  }
  return { records, isCut: false };
}

/** The fields of a message by number: whole numbers, bytes, or the eight or four bytes of a number. */
export type Fields = ReadonlyMap<number, readonly (bigint | Uint8Array)[]>;

function readVarint(bytes: Uint8Array, start: number): readonly [bigint, number] {
  let value = 0n;
  for (let at = start, shift = 0n; ; at++, shift += 7n) {
    const byte = bytes[at] as number;
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) return [BigInt.asIntN(64, value), at + 1];
  }
}

export function readFields(bytes: Uint8Array): Fields {
  const fields = new Map<number, (bigint | Uint8Array)[]>();
  for (let at = 0; at < bytes.length; ) {
    const [key, next] = readVarint(bytes, at);
    const type = Number(key & 7n);
    let value: bigint | Uint8Array;
    if (type === 0) [value, at] = readVarint(bytes, next);
    else {
      const [length, start] = type === 2 ? readVarint(bytes, next) : [type === 1 ? 8n : 4n, next];
      if (![1, 2, 5].includes(type)) throw new Error(`wire type ${type}`);
      at = start + Number(length);
      if (at > bytes.length) throw new Error("a field is cut");
      value = bytes.subarray(start, at);
    }
    const field = Number(key >> 3n);
    fields.set(field, [...(fields.get(field) ?? []), value]);
  }
  return fields;
}

const bytesAt = (fields: Fields, field: number): Uint8Array => (fields.get(field)?.[0] ?? new Uint8Array()) as Uint8Array;
export const messages = (fields: Fields, field: number): Fields[] => (fields.get(field) ?? []).map((each) => readFields(each as Uint8Array));
export const messageAt = (fields: Fields, ...path: readonly number[]): Fields =>
  path.reduce((at: Fields, field) => readFields(bytesAt(at, field)), fields);
export const texts = (fields: Fields, field: number): string[] =>
  (fields.get(field) ?? []).map((each) => new TextDecoder("utf-8", { fatal: true }).decode(each as Uint8Array));
export const textAt = (fields: Fields, field: number): string | undefined => texts(fields, field)[0];
export const wholeAt = (fields: Fields, field: number): number => Number(fields.get(field)?.[0] ?? 0n);
export const rawAt = bytesAt;
const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
export const doubleAt = (fields: Fields, field: number): number => view(bytesAt(fields, field)).getFloat64(0, true);
export const floatAt = (fields: Fields, field: number): number => view(bytesAt(fields, field)).getFloat32(0, true);
export const doublesAt = (fields: Fields, field: number): number[] => {
  const bytes = bytesAt(fields, field);
  return Array.from({ length: bytes.length / 8 }, (_, i) => view(bytes).getFloat64(8 * i, true));
};

/** An event: its time and step, and what it holds. */
export interface Event {
  readonly time: number;
  readonly step: number;
  readonly version: string | undefined;
  readonly graph: Fields | undefined;
  /** The tag, the plugin and the fields of a value. */
  readonly tag: string | undefined;
  readonly plugin: string | undefined;
  readonly value: Fields;
}

export function readEvents(file: Uint8Array): Event[] {
  const { records, isCut } = readRecords(file);
  if (isCut) throw new Error("a record is cut or damaged");
  return records.map((record) => {
    const fields = readFields(record);
    const value = messageAt(fields, 5, 1);
    return {
      time: doubleAt(fields, 1),
      step: wholeAt(fields, 2),
      version: textAt(fields, 3),
      graph: fields.has(4) ? messageAt(fields, 4) : undefined,
      tag: textAt(value, 1),
      plugin: textAt(messageAt(value, 9, 1), 1),
      value,
    };
  });
}
