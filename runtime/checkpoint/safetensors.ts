// The safetensors format: 8 bytes length (u64, little-endian), a JSON header of that length, then the tensors' bytes
// without holes (https://huggingface.co/docs/safetensors). Only F32 and I32 are read and written.
import { badWeights } from "../diagnostics.ts";
import { GradcError } from "../error.ts";

export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

export interface TensorFile {
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

const canonicalNaN = 0x7fc00000;

/** The bytes of a file; every NaN is written as 0x7fc00000, so that equal values give equal bytes. */
export function encode({ metadata, tensors }: TensorFile): Uint8Array {
  let end = 0;
  const entries = [...tensors].map(([name, { shape, data }]) => {
    const start = end;
    end += data.byteLength;
    return [name, { dtype: data instanceof Int32Array ? "I32" : "F32", shape, data_offsets: [start, end] }];
  });
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries([["__metadata__", Object.fromEntries(metadata)], ...entries])));
  // Spaces bring the tensors to a multiple of 8 bytes.
  const start = 8 + Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(start + end).fill(0x20, 0, start);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true);
  bytes.set(json, 8);
  let at = start / 4;
  const words = new Int32Array(bytes.buffer);
  for (const { data } of tensors.values()) {
    words.set(new Int32Array(data.buffer, data.byteOffset, data.length), at);
    data.forEach((value, i) => {
      if (Number.isNaN(value)) words[at + i] = canonicalNaN;
    });
    at += data.length;
  }
  return bytes;
}

/** The tensors of a file, copied. @throws GradcError `bad-weights` at the first fault; reads the header once. */
export function decode(bytes: Uint8Array): TensorFile {
  try {
    return parse(bytes);
  } catch (error) {
    throw error instanceof GradcError ? error : badWeights("the header is not JSON in UTF-8", error);
  }
}

function parse(bytes: Uint8Array): TensorFile {
  if (bytes.length < 8) throw badWeights(`${bytes.length} bytes are too few`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > bytes.length - 8) throw badWeights(`a header of ${length} bytes reaches beyond the file`);
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(8, 8 + Number(length)));
  const { __metadata__ = {}, ...entries } = JSON.parse(text);
  refuseDuplicates(text);
  if (!Object.values(__metadata__).every((value) => typeof value === "string")) throw badWeights("a value of the metadata is not text");
  const body = bytes.subarray(8 + Number(length));
  refuseHoles(entries, body.length);
  const tensors = Object.entries(entries).map(([name, entry]): [string, Tensor] => [name, tensorOf(name, entry as Entry, body)]);
  return { metadata: new Map(Object.entries(__metadata__ as Record<string, string>)), tensors: new Map(tensors) };
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

// JSON.parse keeps the last of two equal keys in silence.
function refuseDuplicates(text: string): void {
  const open: Set<string>[] = [];
  for (const [token, colon] of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}]/g)) {
    if (token === "{") open.push(new Set());
    else if (token === "}") open.pop();
    else if (colon) {
      const key = JSON.parse(token.slice(0, -colon.length)) as string;
      const keys = open.at(-1) as Set<string>;
      if (keys.has(key)) throw badWeights(`"${key}" occurs twice`);
      keys.add(key);
    }
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

// The spans, in order, must cover the body: so none overlaps another and none reaches beyond it.
function refuseHoles(entries: Readonly<Record<string, Entry>>, size: number): void {
  const spans = Object.entries(entries).map(([name, entry]) => {
    const [start, end] = entry?.data_offsets ?? [];
    if (!isCount(start) || !isCount(end)) throw badWeights(`"${name}" has no valid offsets`);
    return { name, start, end };
  });
  let covered = 0;
  for (const { name, start, end } of spans.sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (start !== covered || end < start || end > size)
      throw badWeights(`"${name}" lies at [${start}, ${end}) where ${covered} is next of ${size} bytes`);
    covered = end;
  }
  if (covered !== size) throw badWeights(`${size - covered} bytes at the end belong to no tensor`);
}

function tensorOf(name: string, { dtype, shape, data_offsets: [start, end] }: Entry, body: Uint8Array): Tensor {
  if (dtype !== "F32" && dtype !== "I32") throw badWeights(`"${name}" has dtype ${dtype}, not F32 or I32`);
  if (!Array.isArray(shape) || !shape.every(isCount)) throw badWeights(`"${name}" has no valid shape`);
  const size = shape.reduce((product, dim) => product * dim, 4);
  if (size !== end - start) throw badWeights(`"${name}" has shape [${shape.join(", ")}] and ${end - start} bytes`);
  const { buffer } = body.slice(start, end);
  return { shape, data: dtype === "F32" ? new Float32Array(buffer) : new Int32Array(buffer) };
}
