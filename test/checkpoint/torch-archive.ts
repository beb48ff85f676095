// Archives such as torch.save writes, with mistakes.

interface Parts {
  /** What stands in the pickle, as characters of one byte. */
  readonly pickle?: string;
  /** Whether that is all of it. */
  readonly raw?: boolean;
  readonly pickleName?: string;
  readonly method?: number;
  readonly flags?: number;
  readonly byteorder?: string;
  /** Whether sizes and offsets of the directory stand in numbers of 64 bits. */
  readonly zip64?: boolean;
}

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

/** Numbers of so many bytes, little-endian. */
const numbers = (...pairs: readonly (readonly [value: number, bytes: number])[]): number[] =>
  pairs.flatMap(([value, bytes]) => Array.from({ length: bytes }, (_, i) => Math.floor(value / 2 ** (8 * i)) % 256));

/** An archive of a pickle and of a storage "0" with the four floats 1 to 4. */
export function archive({
  pickle = "}",
  raw = false,
  pickleName = "a/data.pkl",
  method = 0,
  flags = 0,
  byteorder,
  zip64 = false,
}: Parts): Uint8Array {
  const entries: [string, Uint8Array][] = [
    [pickleName, bytesOf(raw ? pickle : `\x80\x02${pickle}.`)],
    ["a/data/0", new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer)],
    ...(byteorder ? [["a/byteorder", bytesOf(byteorder)] as [string, Uint8Array]] : []),
  ];
  const out: number[] = [];
  const directory: number[] = [];
  const [most16, most32] = [0xffff, 0xffffffff];
  for (const [name, content] of entries) {
    const offset = out.length;
    const [size, place] = zip64 ? [most32, most32] : [content.length, offset];
    const extra = zip64 ? numbers([1, 2], [24, 2], [content.length, 8], [content.length, 8], [offset, 8]) : [];
    const head = numbers([20, 2], [flags, 2], [method, 2], [0, 4], [0, 4], [size, 4], [size, 4], [name.length, 2]);
    out.push(...numbers([0x04034b50, 4]), ...head, ...numbers([0, 2]), ...bytesOf(name), ...content);
    directory.push(...numbers([0x02014b50, 4], [20, 2]), ...head, ...numbers([extra.length, 2], [0, 2], [0, 2], [0, 2], [0, 4], [place, 4]));
    directory.push(...bytesOf(name), ...extra);
  }
  const start = out.length;
  out.push(...directory);
  if (zip64) {
    const end64 = out.length;
    out.push(
      ...numbers(
        [0x06064b50, 4],
        [44, 8],
        [45, 2],
        [45, 2],
        [0, 4],
        [0, 4],
        [entries.length, 8],
        [entries.length, 8],
        [directory.length, 8],
        [start, 8],
      ),
    );
    out.push(...numbers([0x07064b50, 4], [0, 4], [end64, 8], [1, 4]));
  }
  const [count, place] = zip64 ? [most16, most32] : [entries.length, start];
  out.push(...numbers([0x06054b50, 4], [0, 2], [0, 2], [count, 2], [count, 2], [directory.length, 4], [place, 4], [0, 2]));
  return Uint8Array.from(out);
}

/** The pickle in an archive, whose length stands before it: its first entry. */
export function pickleOf(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const start = 30 + view.getUint16(26, true) + view.getUint16(28, true);
  const end = bytes.findIndex((_, i) => i > start && view.byteLength > i + 4 && view.getUint32(i, true) === 0x08074b50);
  return bytes.slice(start, end < 0 ? start + view.getUint32(22, true) : end);
}
