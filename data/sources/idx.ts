// IDX files, as MNIST has them.

import type { HeldDataset } from "../dataset/dataset.ts";
import { badFile } from "../dataset/diagnostics.ts";
import { arrayValues, type NumberArray } from "../dataset/values.ts";
import type { TableSource } from "../source.ts";
import { type ArrayFiles, type File, isNamed, readFile } from "./bytes.ts";
import { columnsDataset } from "./npy.ts";

const kind = "IDX file";

type Read = (view: DataView, at: number) => number;

/** By the third byte of a file: the array, the bytes of a number, and one of them, big end first. */
const types: Readonly<Record<number, readonly [make: new (length: number) => NumberArray, size: number, read: Read]>> = {
  8: [Uint8Array, 1, (view, at) => view.getUint8(at)],
  9: [Int8Array, 1, (view, at) => view.getInt8(at)],
  11: [Int16Array, 2, (view, at) => view.getInt16(at)],
  12: [Int32Array, 4, (view, at) => view.getInt32(at)],
  13: [Float32Array, 4, (view, at) => view.getFloat32(at)],
  14: [Float64Array, 8, (view, at) => view.getFloat64(at)],
};

interface Header {
  readonly type: (typeof types)[number];
  readonly shape: readonly number[];
  /** Where the numbers begin, how many there are, and where they end. */
  readonly start: number;
  readonly length: number;
  readonly end: number;
}

const broken = (reason: string, name: string) => badFile(kind, reason, name);

/** Bytes before the shape. */
const headBytes = 4;

/** What a file begins with; undefined where it is cut off. @throws GradcError `bad-file` */
function readHeader({ name, bytes }: File): Header | undefined {
  const [first, second, code = 0, axes = 0] = bytes;
  const type = types[code];
  if (bytes.length < headBytes) return undefined;
  if (first !== 0 || second !== 0 || !type || axes === 0) throw broken("it does not begin as an IDX file does", name);
  const start = headBytes + 4 * axes;
  if (bytes.length < start) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(headBytes + 4 * axis));
  const length = shape.reduce((product, extent) => product * extent, 1);
  return { type, shape, start, length, end: start + length * type[1] };
}

/** The numbers of a file and their shape. @throws GradcError `bad-file` */
export function parseIdx(file: File): { readonly shape: readonly number[]; readonly data: NumberArray } {
  const { name, bytes } = file;
  const fail = (reason: string) => broken(reason, name);
  const header = readHeader(file);
  if (!header) throw fail(bytes.length < headBytes ? "it does not begin as an IDX file does" : "it is cut off in its header");
  const { shape, start, length, end } = header;
  const [Numbers, size, read] = header.type;
  if (bytes.length !== end) throw fail(`the shape [${shape.join(", ")}] takes ${end - start} bytes, got ${bytes.length - start}`);
  if (length === 0 && shape[0] !== 0) throw fail(`the shape [${shape.join(", ")}] has rows of no values`);
  if (Numbers === Uint8Array) return { shape, data: bytes.subarray(start) };
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const data = new Numbers(length);
  for (let at = 0; at < length; at++) data[at] = read(view, start + at * size);
  return { shape, data };
}

/** The name of a column that has none: that of MNIST's. */
const nameOf = (shape: readonly number[]): string => (shape.length > 2 ? "image" : shape.length === 1 ? "label" : "data");

/**
 * Reads IDX files, also compressed by gzip, whose first axis is that of the rows: `{ image: "train-images-idx3-ubyte.gz", label: .. }` by the names of
 * columns, or a list, in which pictures are called `image`, and single numbers `label`. A picture is a Uint8Array of its grey values row after row,
 * from 0 to 255, whose shape is `columns.get("image").shape`.
 * @throws GradcError `cannot-read`, `bad-file`, `unequal-rows`
 */
export async function fromIdx(source: ArrayFiles | readonly TableSource[]): Promise<HeldDataset> {
  const files: [string | undefined, TableSource][] = Array.isArray(source)
    ? source.map((each) => [undefined, each])
    : isNamed(source as ArrayFiles)
      ? Object.entries(source as Readonly<Record<string, TableSource>>)
      : [[undefined, source as TableSource]];
  const read = files.map(async ([name, each]) => {
    const { shape, data } = parseIdx(await readFile(each, kind, (begin) => readHeader(begin)?.end));
    return { values: arrayValues(name ?? nameOf(shape), data, shape.slice(1)), length: shape[0] as number };
  });
  return columnsDataset(await Promise.all(read));
}
