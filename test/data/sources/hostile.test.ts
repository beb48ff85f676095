// Files that mean harm or are broken: one error that names the file, in little time and memory.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync, gzipSync } from "node:zlib";
import { encode } from "fast-png";
import { fromCsv, fromFolder, fromIdx, fromNpy } from "gradc/data";
import { afterAll, describe, expect, test } from "vitest";
import { ascii, idx, npy } from "../../support/array-files.ts";
import { all } from "../rows.ts";

const folder = mkdtempSync(join(tmpdir(), "gradc-hostile-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Numbers of so many bytes, little-endian. */
const numbers = (...pairs: readonly (readonly [value: number, bytes: number])[]): number[] =>
  pairs.flatMap(([value, bytes]) => Array.from({ length: bytes }, (_, i) => Math.floor(value / 2 ** (8 * i)) % 256));

interface Entry {
  readonly name: string;
  readonly content: Uint8Array;
  /** What the directory says of its size. */
  readonly size?: number;
  readonly flags?: number;
  readonly method?: number;
  /** Whether the entry is where the first one is. */
  readonly isOver?: boolean;
}

function zip(...entries: readonly Entry[]): Uint8Array<ArrayBuffer> {
  const out: number[] = [];
  const directory: number[] = [];
  for (const { name, content, size = content.length, flags = 0, method = 8, isOver = false } of entries) {
    const packed = deflateRawSync(content);
    const head = numbers([20, 2], [flags, 2], [method, 2], [0, 4], [0, 4], [packed.length, 4], [size, 4], [name.length, 2], [0, 2]);
    directory.push(...numbers([0x02014b50, 4], [20, 2]), ...head, ...numbers([0, 2], [0, 2], [0, 2], [0, 4], [isOver ? 0 : out.length, 4]));
    directory.push(...ascii(name));
    if (!isOver) out.push(...numbers([0x04034b50, 4]), ...head, ...ascii(name), ...packed);
  }
  const end = numbers([0x06054b50, 4], [0, 4], [entries.length, 2], [entries.length, 2], [directory.length, 4], [out.length, 4], [0, 2]);
  return Uint8Array.of(...out, ...directory, ...end);
}

/** As many zeros as take a time to unpack, which pack to little. */
const withZeros = (begin: Uint8Array): Uint8Array => Buffer.concat([begin, new Uint8Array(5e7)]);
const tooLong = "it holds more than its header says";

const good = npy("<f4", "(1,)", new Uint8Array(4));

describe("NumPy's files", () => {
  test.each([
    ["texts of no bytes", npy("|S0", "(1000000000,)"), "its values have no bytes"],
    ["rows of no values", npy("<f4", "(1000000000, 0)"), '"data" has rows of no values'],
    ["2^60 values", npy("<f4", "(1152921504606846976,)"), "its shape is [1152921504606847000]"],
    ["a character that there is not", npy("<U1", "(1,)", Uint8Array.of(255, 255, 255, 255)), "it holds the character 4294967295"],
    ["objects", npy("|O", "(1,)", ascii("\x80\x03cos\nsystem\n.")), "it holds objects of Python"],
  ])("%s", async (_, bytes, message) => {
    await expect(fromNpy(bytes)).rejects.toThrow(message);
  });

  const name = "x.npy";

  test.each([
    ["no arrays", zip({ name: "readme.txt", content: ascii("hello") }), "it is an archive without arrays"],
    ["two entries of a name", zip({ name, content: good }, { name, content: good }), 'two arrays are called "x.npy"'],
    ["no NumPy files by their content", zip({ name, content: new Uint8Array(1e8) }), "it does not begin as a .npy file does"],
    [
      "more bytes than the directory says",
      zip({ name, content: withZeros(npy("<f4", "(30,)")), size: 100 }),
      `${tooLong}, 100 bytes\n  at the file, x.npy`,
    ],
    [
      "more bytes than their header says",
      zip({ name, content: withZeros(npy("<f4", "(3,)")) }),
      new RegExp(`${tooLong}, \\d+ bytes\n  at the file, x.npy`),
    ],
    [
      "files that are no arrays",
      zip({ name: "readme", content: withZeros(ascii("hello")), size: 80 }, { name, content: good, method: 12 }),
      "compressed by method 12",
    ],
    ["encrypted entries", zip({ name, content: good, flags: 1 }), '"x.npy" is encrypted'],
    ["another compression", zip({ name, content: good, method: 12 }), '"x.npy" is compressed by method 12'],
    ["entries that overlap", zip(...Array.from({ length: 50 }, (_, at) => ({ name: `${at}`, content: good, isOver: at > 0 }))), /"\d+" is cut off/],
  ])("in an archive: %s", async (_, bytes, message) => {
    await expect(fromNpy(bytes)).rejects.toThrow(message);
  });
});

test("IDX files of rows without values", async () => {
  await expect(fromIdx(Uint8Array.of(0, 0, 8, 2, 255, 0, 0, 0, 0, 0, 0, 0))).rejects.toThrow("has rows of no values");
});

test("files that are compressed and hold more than their header says are left there", async () => {
  const images = new Uint8Array(gzipSync(idx([2, 1, 1], [7, 9, 9])));
  await expect(fromIdx(new File([images], "train.gz"))).rejects.toThrow(`Cannot read the IDX file: ${tooLong}, 18 bytes\n  at train.gz`);
  await expect(fromIdx(new Uint8Array(gzipSync(withZeros(idx([2], [7, 9])))))).rejects.toThrow(`${tooLong}, 10 bytes`);
  await expect(fromNpy(new Uint8Array(gzipSync(withZeros(npy("<f4", "(3,)")))))).rejects.toThrow(tooLong);
});

test("a table whose header has no end", async () => {
  await expect(fromCsv(new Blob(["x".repeat(40e6)]))).rejects.toThrow("a row has more than 17 million characters\n  at the table:1");
});

describe("folders", () => {
  const pictures = join(folder, "pictures");
  const picture = encode({ width: 4, height: 4, channels: 1, data: new Uint8Array(16) });
  mkdirSync(join(pictures, "a", "b"), { recursive: true });
  writeFileSync(join(pictures, "a", "b", "1.png"), picture);

  test("links that lead back are followed once", async () => {
    for (const [to, from] of [
      ["..", "up"],
      [".", "self"],
      ["../..", "b/root"],
      ["b", "other"],
      ["nowhere", "none"],
    ] as const)
      symlinkSync(to, join(pictures, "a", from));
    const rows = await all(await fromFolder(pictures));
    expect(rows).toHaveLength(1);
  });

  test("a picture that is cut off is named", async () => {
    writeFileSync(join(pictures, "a", "2.png"), picture.subarray(0, 40));
    await expect(fromFolder(pictures).then(all)).rejects.toThrow(/^Cannot read the picture: .*cut off.*\n {2}at .*pictures\/a\/2\.png/);
  });
});
