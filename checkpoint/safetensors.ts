// The safetensors format with all its element types: 8 bytes length (u64, little-endian), a JSON header of that length, then the bytes of the tensors
// without holes (https://huggingface.co/docs/safetensors). The runtime has a reader of its own, for what it writes.
import { badOption, shown } from "../runtime/diagnostics.ts";
import { bytesIn } from "./bytes.ts";
import { badFile, badTensor } from "./diagnostics.ts";
import { decodeElements, dtypeNames, encodeElements, type Stored, storedAs, type TensorArray, type TensorDtype } from "./dtypes.ts";
import { type Entry, type Header, readHeader, writeHeader } from "./header.ts";

/**
 * A tensor as a file holds it: `data` is row-major, floats of 8 and 16 bits are a Float32Array of their values, BOOL is a Uint8Array of 0 and 1,
 * C64 a Float32Array of real and imaginary parts by turns.
 */
export interface FileTensor {
  readonly dtype: TensorDtype;
  readonly shape: readonly number[];
  readonly data: TensorArray;
}

/** What a file of tensors holds: texts, and tensors by name. */
export interface TensorFile {
  readonly metadata: Map<string, string>;
  readonly tensors: Map<string, FileTensor>;
}

/** What is written to a file of tensors. */
export interface TensorFileContent {
  /** Texts by name; none unless stated. */
  readonly metadata?: ReadonlyMap<string, string>;
  readonly tensors: ReadonlyMap<string, FileTensor>;
}

/** As long a header as other readers take. */
const longestHeader = 100_000_000;

/** The elements of a shape, in which a 0 makes up for any number. */
export const countOf = (shape: readonly number[]): number => (shape.includes(0) ? 0 : shape.reduce((size, extent) => size * extent, 1));

/**
 * The tensors and texts of a safetensors file, copied: every element type of up to 64 bits. Takes time and memory in proportion to the bytes.
 * @throws GradcError `bad-weights` at the first fault, with the tensor that it is about: bytes that are missing or too many, overlaps and holes, an
 * unknown element type, a shape of another size, a number that counts nothing, a name that stands twice, a header that is not UTF-8 or no such JSON
 */
export function readSafetensors(source: Uint8Array | ArrayBuffer): TensorFile {
  const bytes = bytesIn(source);
  const { metadata, tensors, start } = layoutOf(bytes);
  const read = [...tensors].map(
    ([
      name,
      {
        dtype,
        shape,
        offsets: [from, to],
      },
    ]): [string, FileTensor] => {
      const data = decodeElements(storedAs(dtype) as Stored, bytes, start + from, start + to);
      return [name, { dtype: dtype as TensorDtype, shape, data }];
    },
  );
  return { metadata: new Map(metadata), tensors: new Map(read) };
}

/** What lies where in a file: its header, and where its tensors begin. */
export interface FileLayout extends Header {
  readonly start: number;
}

/** The layout of a file, in which all tensors are as they must be. @throws GradcError `bad-weights` */
export function layoutOf(bytes: Uint8Array): FileLayout {
  const start = headerEnd(bytes, bytes.length);
  const header = readHeader(textOf(bytes.subarray(8, start)));
  checkEntries(header.tensors, bytes.length - start);
  return { ...header, start };
}

/** Where the header ends in a file of so many bytes that begins with these. @throws GradcError `bad-weights` */
export function headerEnd(bytes: Uint8Array, size: number): number {
  if (size < 8) throw badFile(`${size} bytes are no safetensors file, which begins with 8 bytes of length`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > BigInt(size - 8)) throw badFile(`its header of ${length} bytes is longer than the file, of ${size} bytes: cut off, or no safetensors`);
  if (length > longestHeader) throw badFile(`its header of ${length} bytes is longer than ${longestHeader}`);
  return 8 + Number(length);
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw badFile("the header is not UTF-8");
  }
}

/** The tensors must follow each other and fill the file, so none can overlap another or reach beyond the end. */
function checkEntries(entries: ReadonlyMap<string, Entry>, available: number): void {
  const inOrder = [...entries].sort(([, { offsets: a }], [, { offsets: b }]) => a[0] - b[0] || a[1] - b[1]);
  let end = 0;
  for (const [name, entry] of inOrder) {
    checkEntry(name, entry, end, available);
    end = entry.offsets[1];
  }
  if (end !== available) throw badFile(`${available - end} bytes behind the last tensor belong to none`);
}

function checkEntry(name: string, { dtype, shape, offsets: [from, to] }: Entry, end: number, available: number): void {
  const stored = storedAs(dtype);
  if (!stored) throw badTensor(name, `has the dtype ${JSON.stringify(dtype.slice(0, 20))}, which is none of ${dtypeNames.join(", ")}`);
  if (to < from) throw badTensor(name, `ends at byte ${to}, before it begins at ${from}`);
  if (to > available) throw badTensor(name, `ends at byte ${to}, and the file has ${available} bytes of tensors`);
  if (from < end) throw badTensor(name, `begins at byte ${from}, inside another tensor, which ends at ${end}`);
  if (from > end) throw badTensor(name, `begins at byte ${from}, and the bytes from ${end} on belong to no tensor`);
  const needed = countOf(shape) * stored.bytes;
  if (needed !== to - from) throw badTensor(name, `has ${to - from} bytes, and ${dtype}[${shape}] needs ${needed}`);
}

/** A file with room for its tensors, and where they begin; the header fills a multiple of 8 bytes. */
export function fileWith(header: Header, size: number): { readonly bytes: Uint8Array; readonly start: number } {
  const text = new TextEncoder().encode(writeHeader(header));
  const start = 8 + Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(start + size).fill(32, 0, start);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true);
  bytes.set(text, 8);
  return { bytes, start };
}

/**
 * A safetensors file of tensors and texts, as other tools read it. F16, BF16 and the floats of 8 bits take numbers in a Float32Array, rounded to the
 * nearest, ties to even. The header fills a multiple of 8 bytes, and tensors of larger elements stand first, so that each lies where its elements may.
 * @throws GradcError `bad-weights` for a tensor whose array, shape and dtype do not fit, `bad-option`
 */
export function writeSafetensors({ metadata = new Map(), tensors }: TensorFileContent): Uint8Array {
  if (!(metadata instanceof Map)) throw badOption("metadata", metadata, "a Map of texts");
  if (!(tensors instanceof Map)) throw badOption("tensors", tensors, "a Map of tensors");
  for (const [key, text] of metadata) if (typeof text !== "string") throw badFile(`the metadata "${key}" are ${shown(text)}, not a text`);
  const parts = [...tensors].map(([name, tensor]) => ({ name, tensor, stored: checkTensor(name, tensor) }));
  const aligned = (stored: Stored): number => stored.bytes / stored.lanes;
  parts.sort((a, b) => aligned(b.stored) - aligned(a.stored) || (a.name < b.name ? -1 : 1));
  const entries = new Map<string, Entry>();
  let end = 0;
  for (const { name, tensor, stored } of parts) {
    const start = end;
    end += countOf(tensor.shape) * stored.bytes;
    entries.set(name, { dtype: tensor.dtype, shape: tensor.shape, offsets: [start, end] });
  }
  const { bytes, start } = fileWith({ metadata, tensors: entries }, end);
  for (const { name, tensor, stored } of parts) bytes.set(encodeElements(stored, tensor.data), start + (entries.get(name) as Entry).offsets[0]);
  return bytes;
}

/** How a tensor is stored. @throws GradcError `bad-weights` */
function checkTensor(name: unknown, { dtype, shape, data }: FileTensor): Stored {
  if (typeof name !== "string" || name === "__metadata__") throw badFile(`no tensor can be called ${shown(name)}`);
  const stored = storedAs(dtype);
  if (!stored) throw badTensor(name, `has the dtype ${shown(dtype)}, which is none of ${dtypeNames.join(", ")}`);
  if (!Array.isArray(shape) || !shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0))
    throw badTensor(name, `has the shape [${shape}]`);
  if (!(data instanceof stored.array)) throw badTensor(name, `is ${dtype}, which a ${stored.array.name} holds, and got ${shown(data)}`);
  const count = countOf(shape) * stored.lanes;
  if (data.length !== count) throw badTensor(name, `has ${data.length} numbers, and ${dtype}[${shape}] needs ${count}`);
  return stored;
}
