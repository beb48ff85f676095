// NumPy's files: one array (.npy, versions 1 to 3 of the format), or several in an archive (.npz).

import { float16, tableOf } from "../../formats/small-floats.ts";
import { isZip } from "../../formats/zip.ts";
import { type HeldDataset, heldDataset } from "../dataset/dataset.ts";
import { badFile, unequalLengths } from "../dataset/diagnostics.ts";
import { anyValues, arrayValues, type NumberArray, type Values } from "../dataset/values.ts";
import type { TableSource } from "../source.ts";
import { baseOf } from "./arrays.ts";
import { type ArrayFiles, type File, isNamed, readFile } from "./bytes.ts";
import { entriesIn } from "./zip.ts";

/** An array of a file: numbers or texts in the order of C, and their shape. */
interface NumpyArray {
  readonly shape: readonly number[];
  readonly data: NumberArray | readonly string[];
}

const kind = "NumPy file";

const broken = (reason: string, name: string, help?: string) => badFile(kind, reason, name, help);

interface Header {
  readonly type: string;
  readonly isFortran: boolean;
  readonly shape: readonly number[];
  /** Where the values begin. */
  readonly start: number;
}

/** Bytes of a header: at least, and at most. */
const [shortestHeader, longestHeader] = [12, 2 ** 20];

/** Where the description of the array is, and of which version of the format it is. @throws GradcError `bad-file` */
function frameOf({ bytes, name }: File): { readonly version: number; readonly first: number; readonly end: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isMagic = "\x93NUMPY" === String.fromCharCode(...bytes.subarray(0, 6));
  if (!isMagic || bytes.length < shortestHeader) throw broken("it does not begin as a .npy file does", name);
  const version = bytes[6] as number;
  if (version < 1 || version > 3) throw broken(`it is of version ${version}`, name);
  const first = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > longestHeader) throw broken("it is cut off in its header", name);
  return { version, first, end: first + length };
}

/** The description of the array, a literal of Python. @throws GradcError `bad-file` */
function readHeader(file: File): Header {
  const { bytes, name } = file;
  const { version, first, end } = frameOf(file);
  if (end > bytes.length) throw broken("it is cut off in its header", name);
  const text = new TextDecoder(version === 3 ? "utf-8" : "latin1").decode(bytes.subarray(first, end));
  const type = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const extents = /'shape'\s*:\s*\(([\d\sL,]*)\)/.exec(text)?.[1];
  if (/'descr'\s*:\s*\[/.test(text)) throw broken("it holds records of named fields", name, "numpy.save an array of each field");
  if (type === undefined || order === undefined || extents === undefined) throw broken("its header does not describe an array", name);
  const shape = extents
    .split(",")
    .map((each) => each.trim().replace("L", ""))
    .filter((each) => each !== "")
    .map(Number);
  return { type, isFortran: order === "True", shape, start: end };
}

type Read = (view: DataView, at: number, isLittle: boolean) => number;

const big = (value: bigint): number => Number(value);

/** By kind and bytes: the array that holds such numbers, and one of them. Numbers of 64 bits are f64, of 16 bits f32. */
const types: Readonly<Record<string, readonly [make: new (length: number) => NumberArray, read: Read]>> = {
  b1: [Uint8Array, (view, at) => view.getUint8(at)],
  u1: [Uint8Array, (view, at) => view.getUint8(at)],
  i1: [Int8Array, (view, at) => view.getInt8(at)],
  u2: [Uint16Array, (view, at, isLittle) => view.getUint16(at, isLittle)],
  i2: [Int16Array, (view, at, isLittle) => view.getInt16(at, isLittle)],
  u4: [Uint32Array, (view, at, isLittle) => view.getUint32(at, isLittle)],
  i4: [Int32Array, (view, at, isLittle) => view.getInt32(at, isLittle)],
  u8: [Float64Array, (view, at, isLittle) => big(view.getBigUint64(at, isLittle))],
  i8: [Float64Array, (view, at, isLittle) => big(view.getBigInt64(at, isLittle))],
  f2: [Float32Array, (view, at, isLittle) => tableOf(float16)[view.getUint16(at, isLittle)] as number],
  f4: [Float32Array, (view, at, isLittle) => view.getFloat32(at, isLittle)],
  f8: [Float64Array, (view, at, isLittle) => view.getFloat64(at, isLittle)],
};

const otherKinds: Readonly<Record<string, string>> = {
  c: "complex numbers",
  O: "objects of Python",
  M: "dates",
  m: "durations",
  V: "bytes without a type",
  f: "numbers of more than 64 bits",
};

/** One text of a file, without the zeros behind it: U has four bytes a character, S one. */
function textAt(view: DataView, at: number, size: number, isWide: boolean, isLittle: boolean, name: string): string {
  const codes: number[] = [];
  for (let i = 0; i < size; i += isWide ? 4 : 1) codes.push(isWide ? view.getUint32(at + i, isLittle) : view.getUint8(at + i));
  while (codes.at(-1) === 0) codes.pop();
  const odd = codes.find((code) => code > lastCodePoint);
  if (odd !== undefined) throw broken(`it holds the character ${odd}, which there is not`, name);
  return codes.map((code) => String.fromCodePoint(code)).join("");
}

const lastCodePoint = 0x10ffff;

const isLittleHere = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** The values of an array: their number, and how one of them is written. */
interface Layout {
  readonly length: number;
  readonly size: number;
  readonly letter: string;
  readonly isLittle: boolean;
  /** Texts have four bytes a character. */
  readonly isWide: boolean;
}

/** @throws GradcError `bad-file` for values that are not read */
function layoutOf({ type, shape }: Header, name: string): Layout {
  const length = shape.reduce((product, extent) => product * extent, 1);
  if (!Number.isSafeInteger(length)) throw broken(`its shape is [${shape.join(", ")}]`, name);
  const [, order = "", letter = "", digits = ""] = /^([<>|=]?)(\w)(\d*)$/.exec(type) ?? [];
  const isWide = letter === "U";
  const size = Number(digits || 1) * (isWide ? 4 : 1);
  if (size === 0) throw broken("its values have no bytes", name);
  const isText = isWide || letter === "S";
  if (!isText && !types[letter + size])
    throw broken(`it holds ${otherKinds[letter] ?? `values of the type ${type}`}`, name, "numpy.save(path, array.astype('float32'))");
  return { length, size, letter, isLittle: order !== ">", isWide };
}

/** How many bytes a .npy file has that begins so. @throws GradcError `bad-file` */
function sizeOfNpy(file: File): number | undefined {
  if (file.bytes.length < shortestHeader || frameOf(file).end > file.bytes.length) return undefined;
  const header = readHeader(file);
  const { length, size } = layoutOf(header, file.name);
  return header.start + length * size;
}

/** The values in the order of the file. @throws GradcError `bad-file` */
function readValues({ bytes, name }: File, start: number, { length, size, letter, isLittle, isWide }: Layout): NumberArray | string[] {
  if (bytes.length - start < length * size) throw broken(`it is cut off: ${length * size} bytes of values, got ${bytes.length - start}`, name);
  const view = new DataView(bytes.buffer, bytes.byteOffset + start);
  if (isWide || letter === "S") return Array.from({ length }, (_, at) => textAt(view, at * size, size, isWide, isLittle, name));
  const [Numbers, read] = types[letter + size] as (typeof types)[string];
  const isPlain = isLittle === isLittleHere && !/^[ui]8|f2/.test(letter + size);
  if (isPlain) return new (Numbers as unknown as new (buffer: ArrayBuffer) => NumberArray)(bytes.slice(start, start + length * size).buffer);
  const values = new Numbers(length);
  for (let at = 0; at < length; at++) values[at] = read(view, at * size, isLittle);
  const large = (letter === "u" || letter === "i") && values.find((value) => !Number.isSafeInteger(value));
  if (large) throw broken(`it holds the whole number ${large}, which no number of JavaScript is`, name);
  return values;
}

/** For each place in the order of C its place in the order of Fortran. */
function fortranPlaces(shape: readonly number[], length: number): Float64Array {
  const places = new Float64Array(length);
  const index = shape.map(() => 0);
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, extent) => product * extent, 1));
  for (let at = 0; at < length; at++) {
    places[at] = index.reduce((sum, each, axis) => sum + each * (strides[axis] as number), 0);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < (shape[axis] as number)) break;
      index[axis] = 0;
    }
  }
  return places;
}

function inRows<T extends NumberArray | string[]>(values: T, places: Float64Array): T {
  const ordered = values.slice() as T;
  places.forEach((place, at) => {
    ordered[at] = values[place] as never;
  });
  return ordered;
}

/** The array in a .npy file. @throws GradcError `bad-file` */
export function parseNpy(file: File): NumpyArray {
  const header = readHeader(file);
  const { shape, isFortran } = header;
  const layout = layoutOf(header, file.name);
  const data = readValues(file, header.start, layout);
  return { shape, data: isFortran && shape.length > 1 ? inRows(data, fortranPlaces(shape, layout.length)) : data };
}

/** How the names of arrays end in an archive. */
const ending = ".npy";

/** How many bytes a file has that begins so; an archive, compressed once more, may have any. @throws GradcError `bad-file` */
const sizeOf = (file: File): number | undefined => (isZip(file.bytes) ? Number.POSITIVE_INFINITY : sizeOfNpy(file));

/** The arrays of a file by name, `given` where it holds one without a name. */
async function arraysIn(file: File, given: string): Promise<(readonly [string, NumpyArray])[]> {
  if (!isZip(file.bytes)) return [[given, parseNpy(file)]];
  const entries = await entriesIn(file, kind, ending, sizeOfNpy);
  if (entries.length === 0) throw broken("it is an archive without arrays", file.name);
  return entries.map(({ name, bytes }) => [name.slice(0, -ending.length), parseNpy({ name: `${file.name}, ${name}`, bytes })]);
}

function valuesOf(name: string, { shape, data }: NumpyArray, file: string): Values {
  const [rows, ...rest] = shape;
  if (rows === undefined) throw broken(`"${name}" is a single value, not one for each row`, file);
  if (rows > 0 && data.length === 0) throw broken(`"${name}" has rows of no values`, file);
  if (!Array.isArray(data)) return arrayValues(name, data as NumberArray, rest);
  if (rest.length > 0) throw broken(`"${name}" holds lists of texts`, file);
  return anyValues(name, rows, (at) => data[at]);
}

/**
 * Reads arrays of NumPy, whose first axis is that of the rows: a .npz file has a column for each, a .npy file one that is called `data`, and several
 * files are given by the names of their columns, `{ x: "x.npy", y: "y.npy" }`. Rows hold numbers and typed arrays as the file has them; numbers of 64
 * bits become f64.
 * @throws GradcError `cannot-read`, `bad-file`, `unequal-rows`
 */
export async function fromNpy(source: ArrayFiles): Promise<HeldDataset> {
  const files: [string, TableSource][] = isNamed(source) ? Object.entries(source) : [["data", source as TableSource]];
  const read = await Promise.all(
    files.map(async ([given, each]) => {
      const file = await readFile(each, kind, sizeOf);
      const arrays = await arraysIn(file, given);
      const [only, another] = arrays;
      const named = isNamed(source) && only && !another ? [[given, only[1]] as const] : arrays;
      return named.map(([name, array]) => ({ values: valuesOf(name, array, file.name), length: array.shape[0] as number }));
    }),
  );
  return columnsDataset(read.flat());
}

/** The dataset of columns that must be of one length. @throws GradcError `unequal-rows` */
export function columnsDataset(columns: readonly { readonly values: Values; readonly length: number }[]): HeldDataset {
  const length = columns[0]?.length ?? 0;
  if (columns.some((each) => each.length !== length)) throw unequalLengths(columns.map((each) => [each.values.column.name, each.length]));
  return heldDataset({
    base: baseOf(
      columns.map(({ values }) => values),
      length,
      (at) => `row ${at}`,
    ),
    maps: [],
  });
}
