// Files of NumPy, MNIST's format, Parquet and pictures, as other programs wrote them: test/golden/data/write.py.
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type DataRow, type Dataset, dataLoader, fromFolder, fromIdx, fromNpy, fromParquet, type Picture } from "gradc/data";
import { describe, expect, test } from "vitest";
import { codeOfAsync } from "../../support/code-of.ts";
import { all } from "../rows.ts";

const golden = (name: string): string => fileURLToPath(new URL(`../../golden/data/${name}`, import.meta.url));
const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(golden(name)));
const flat = (dataset: Dataset, name: string): number[] => [...(dataset.columns.get(name)?.toArray() ?? [])];

describe("NumPy's files", () => {
  test("hold every plain type in both orders of bytes", async () => {
    const dataset = await fromNpy(golden("types.npz"));
    expect(dataset.length).toBe(3);
    expect(dataset.columns.size).toBe(21);
    for (const [name, column] of dataset.columns) {
      expect(column.shape).toEqual([2]);
      expect([name, ...column.toArray()]).toEqual([name, ...(name === "b1" ? [0, 1, 0, 1, 0, 1] : [0, 1, 2, 3, 4, 5])]);
    }
    const [, second] = await all(dataset);
    expect(second).toMatchObject({ u1: Uint8Array.of(2, 3), i2: Int16Array.of(2, 3), big_f4: Float32Array.of(2, 3), i8: Float64Array.of(2, 3) });
  });

  test("are compressed, hold texts and numbers of 16 bits", async () => {
    const dataset = await fromNpy(bytesOf("packed.npz"));
    const [first, second, third] = await all(dataset);
    expect(dataset.columns.get("x")?.shape).toEqual([2, 2]);
    expect([first?.name, second?.name, third?.name]).toEqual(["ä", "bc", ""]);
    expect(dataset.columns.get("code")?.labels).toEqual(["x", "yz"]);
    expect([first?.half, second?.half, third?.half]).toEqual([Math.fround(0.0999755859375), 65504, Number.NEGATIVE_INFINITY]);
    expect(third?.x).toEqual(Float32Array.from([5, 7, 9, 11], (at) => at / 11));
  });

  test("are of versions 1, 2 and 3, and in the order of Fortran", async () => {
    for (const version of [1, 2, 3]) expect(flat(await fromNpy(golden(`version${version}.npy`)), "data")).toEqual([0, 1, 2, 3, 4, 5]);
    const fortran = await fromNpy({ y: golden("fortran.npy") });
    expect(fortran.columns.get("y")?.shape).toEqual([3, 4]);
    expect(flat(fortran, "y")).toEqual(Array.from({ length: 24 }, (_, at) => at));
  });

  test.each([
    ["complex.npy", "it holds complex numbers"],
    ["records.npy", "it holds records of named fields"],
    ["large.npy", "which no number of JavaScript is"],
    ["i4.idx", "it does not begin as a .npy file does"],
  ])("%s: %s", async (name, message) => {
    await expect(fromNpy(golden(name))).rejects.toThrow(message);
  });

  test("that are cut off anywhere give an error", async () => {
    for (const name of ["version1.npy", "packed.npz", "types.npz"]) {
      const bytes = bytesOf(name);
      for (let length = 0; length < bytes.length; length += Math.max(1, bytes.length >> 5))
        expect(await codeOfAsync(fromNpy(bytes.subarray(0, length)))).toBe("bad-file");
    }
  });

  test("of another length are refused", async () => {
    await expect(fromNpy({ x: golden("version1.npy"), y: golden("fortran.npy") })).rejects.toThrow('"x" 3, "y" 2');
  });
});

describe("IDX files", () => {
  test.each(["u1", "i1", "i2", "i4", "f4", "f8"])("hold numbers of the type %s", async (type) => {
    expect(flat(await fromIdx(golden(`${type}.idx`)), "data")).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test("are compressed and named as MNIST's are", async () => {
    const dataset = await fromIdx([golden("images.idx.gz"), golden("labels.idx.gz")]);
    expect(dataset.columns.get("image")?.shape).toEqual([3, 4]);
    expect((await all(dataset))[1]).toEqual({ image: Uint8Array.from({ length: 12 }, (_, at) => 12 + at), label: 1 });
    const [batch] = await all(dataLoader(dataset, { batchSize: 2 }));
    expect(batch).toEqual({ image: Float32Array.from({ length: 24 }, (_, at) => at), label: Int32Array.of(7, 1) });
  });

  test("that are cut off, too long or none give an error", async () => {
    const bytes = bytesOf("f4.idx");
    for (let length = 0; length < bytes.length; length++) expect(await codeOfAsync(fromIdx(bytes.subarray(0, length)))).toBe("bad-file");
    expect(await codeOfAsync(fromIdx(new Uint8Array([...bytes, 0])))).toBe("bad-file");
    expect(await codeOfAsync(fromIdx(golden("packed.npz")))).toBe("bad-file");
    expect(await codeOfAsync(fromIdx(bytesOf("images.idx.gz").subarray(0, 40)))).toBe("bad-file");
  });
});

describe("Parquet files", () => {
  const row = { whole: 1, long: 10, real: 0.5, single: 0.25, flag: 1, bean: 0, day: "1970-01-01" };

  test.each([false, true])("in groups of rows, streamed: %s", async (stream) => {
    const dataset = await fromParquet(golden("snappy.parquet"), { stream });
    const rows = await all(dataset);
    expect(rows[0]).toEqual(row);
    expect(rows.map(({ real }) => real)).toEqual([0.5, 1.5, 2.5, Number.NaN, 4.5]);
    expect(rows.map(({ bean }) => bean)).toEqual([0, 1, 0, Number.NaN, 1]);
    expect(rows.map(({ flag }) => flag)).toEqual([1, 0, 1, Number.NaN, 0]);
    expect(dataset.columns.get("bean")?.labels).toEqual(["arabica", "robusta"]);
  });

  /** Two rows of JSON, and two columns `t` of one f64, as hyparquet-writer 0.17.0 writes them. */
  const records =
    "UEFSMRUGFTAVNFwVBBUAFQQVABUEFQAAAAMDFlQHAAAAeyJhIjoxfQcAAAB7ImEiOjJ9FQQZLEgEcm9vdBUCABUMJQIYAXQlJgAWBBkcGRwmCBwVDBkVABkYAXQVAhYEFl" +
    "oWXiYIPDYAKAd7ImEiOjJ9GAd7ImEiOjF9ABkcFQYVABUCAAAAFloWBDZeACgJaHlwYXJxdWV0GRwcAAAAbAAAAFBBUjE=";
  const twice =
    "UEFSMRUGFRQVGFwVAhUAFQIVABUEFQAAAAMBCBwAAAAAAADwPxUGFRQVGFwVAhUAFQIVABUEFQAAAAMBCBwAAAAAAAAAQBUEGTxIBHJvb3QVBAAVCiUCGAF0ABUKJQIYAX" +
    "QAFgIZHBksJggcFQoZFQAZGAF0FQIWAhY+FkImCDw2ACgIAAAAAAAA8D8YCAAAAAAAAPA/NgAAGRwVBhUAFQIAAAAmShwVChkVABkYAXQVAhYCFj4WQiZKPDYAKAgAAAAA" +
    "AAAAQBgIAAAAAAAAAEA2AAAZHBUGFQAVAgAAABZ8FgI2hAEAKAloeXBhcnF1ZXQZLBwAABwAAAC1AAAAUEFSMQ==";

  test("of bytes, compressed by Zstandard, of lists and records, with a name twice, cut off", async () => {
    expect((await all(await fromParquet(bytesOf("snappy.parquet"))))[0]).toEqual(row);
    expect((await all(await fromParquet(golden("zstd.parquet"))))[0]).toEqual(row);
    await expect(fromParquet(golden("list.parquet"))).rejects.toThrow('the column "list" holds lists or records');
    await expect(fromParquet(Buffer.from(records, "base64"))).rejects.toThrow('the column "t" holds lists or records');
    await expect(fromParquet(Buffer.from(twice, "base64"))).rejects.toThrow('two columns are called "t"');
    const bytes = bytesOf("snappy.parquet");
    for (const length of [0, 4, 100, bytes.length - 1]) expect(await codeOfAsync(fromParquet(bytes.subarray(0, length)))).toBe("bad-file");
    expect(await codeOfAsync(fromParquet(golden("none.parquet")))).toBe("cannot-read");
  });
});

describe("a folder of pictures", () => {
  const grey = [0, 50, 100, 150, 200, 255];
  const picturesOf = async (dataset: Dataset) => (await all(dataset)).map(({ image }: DataRow) => image as Picture);

  test("has a class for each folder in it", async () => {
    const dataset = await fromFolder(golden("pictures"));
    expect(dataset.length).toBe(6);
    expect(dataset.columns.get("label")?.labels).toEqual(["colour", "grey"]);
    expect([...dataset.columns.keys()]).toEqual(["image", "label"]);
    expect((await all(dataset)).map(({ label }) => label)).toEqual([0, 0, 0, 1, 1, 1]);
    expect((await all(await fromFolder(pathToFileURL(golden("pictures/"))))).length).toBe(6);
    expect(dataset.split(0.5, { stratify: "label", seed: 1 }).map(({ length }) => length)).toEqual([2, 4]);
  });

  test("of 1, 8 and 16 bits, of a palette, and opaque or not", async () => {
    const [palette, rgb, rgba, one, sixteen, eight] = await picturesOf(await fromFolder(golden("pictures")));
    const colours = grey.flatMap((value) => [value, 255 - value, value >> 1]);
    for (const each of [palette, rgb, rgba]) expect(each).toEqual({ data: Uint8Array.from(colours), width: 3, height: 2, channels: 3 });
    for (const each of [sixteen, eight]) expect(each).toEqual({ data: Uint8Array.from(grey), width: 3, height: 2, channels: 1 });
    expect(one?.data).toEqual(Uint8Array.from(grey, (value) => (value > 127 ? 255 : 0)));
  });

  test("all grey or all in colours, as batches", async () => {
    const [, rgb] = await picturesOf(await fromFolder(golden("pictures"), { channels: 1 }));
    expect(rgb?.data).toEqual(Uint8Array.from(grey, (value) => (value * 19595 + (255 - value) * 38470 + (value >> 1) * 7471 + 0x8000) >> 16));
    const [batch] = await all(dataLoader(await fromFolder(golden("pictures"), { channels: 3 }), { batchSize: 6 }));
    expect([batch?.image?.length, batch?.label]).toEqual([6 * 18, Int32Array.of(0, 0, 0, 1, 1, 1)]);
    await expect(all(dataLoader(await fromFolder(golden("pictures")), { batchSize: 6 }))).rejects.toThrow("6 values where other rows have 18");
  });

  test("that is none", async () => {
    const folder = await mkdtemp(join(tmpdir(), "gradc-pictures-"));
    expect(await codeOfAsync(fromFolder(join(folder, "none")))).toBe("cannot-read");
    await expect(fromFolder(folder)).rejects.toThrow("it holds no folders");
    await mkdir(join(folder, "cat"));
    await expect(fromFolder(folder)).rejects.toThrow('the class "cat" has no PNG');
    await writeFile(join(folder, "cat/1.png"), bytesOf("pictures/grey/8.png").subarray(0, 50));
    await expect(all(await fromFolder(folder))).rejects.toThrow(/Cannot read the picture: [\s\S]*cat\/1\.png/);
    await writeFile(join(folder, "cat/1.png"), "no picture");
    expect(await codeOfAsync(all(await fromFolder(folder)))).toBe("bad-file");
    await rm(join(folder, "cat/1.png"));
    await writeFile(join(folder, "cat/1.jpg"), "a picture");
    await expect(all(await fromFolder(folder))).rejects.toThrow(/A JPEG file needs the package "sharp"\n {2}at .*cat\/1\.jpg/);
    await rm(folder, { recursive: true });
  });
});
