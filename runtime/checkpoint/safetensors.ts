// The safetensors format: 8 bytes length (u64, little-endian), a JSON header of that length, then the tensors' bytes
// without holes (https://huggingface.co/docs/safetensors). Only F32 and I32 are read and written.
import { badWeights } from "../diagnostics.ts";
import { GradcError } from "../error.ts";
import { arrayOf, type NativeArray } from "../machine.ts";

export interface Tensor {
  readonly shape: readonly number[];
  readonly data: NativeArray;
}

export interface TensorFile {
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

const canonicalNaN = 0x7fc00000;

/** The bytes of a file of tensors that own their buffers; every NaN is written as 0x7fc00000, so that equal values give equal bytes. */
export function encode({ metadata, tensors }: TensorFile): Uint8Array {
  let end = 0;
  const entries = [...tensors].map(([name, { shape, data }]) => {
    const start = end;
    end += data.byteLength;
    return [name, { dtype: data instanceof Int32Array ? "I32" : "F32", shape, data_offsets: [start, end] }];
  });
  const header = new TextEncoder().encode(JSON.stringify(Object.fromEntries([["__metadata__", Object.fromEntries(metadata)], ...entries])));
  // Spaces bring the tensors to a multiple of 8 bytes.
  let at = 8 + Math.ceil(header.length / 8) * 8;
  const bytes = new Uint8Array(at + end).fill(32, 8, at);
  new DataView(bytes.buffer).setUint32(0, at - 8, true);
  bytes.set(header, 8);
  for (const { data } of tensors.values()) {
    const words = new Int32Array(data.buffer).map((word, i) => (Number.isNaN(data[i]) ? canonicalNaN : word));
    bytes.set(new Uint8Array(words.buffer), at);
    at += data.byteLength;
  }
  return bytes;
}

/** The tensors of a file, copied. @throws GradcError `bad-weights` at the first fault */
export function decode(bytes: Uint8Array): TensorFile {
  try {
    const start = 8 + Number(new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getBigUint64(0, true));
    if (start > bytes.length) throw badWeights("the header is cut off");
    const { __metadata__ = {}, ...entries } = parseHeader(bytes.subarray(8, start));
    const metadata = Object.entries(__metadata__).map(([key, text]): [string, string] => [key, String(text)]);
    return { metadata: new Map(metadata), tensors: tensorsOf(entries as never, bytes.subarray(start)) };
  } catch (error) {
    throw error instanceof GradcError ? error : badWeights("the header is damaged", error);
  }
}

function parseHeader(bytes: Uint8Array): Readonly<Record<string, object>> {
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  const header: Record<string, object> = JSON.parse(text);
  // JSON.parse keeps the last of two equal keys in silence, so keys are counted: a text that a colon follows is one.
  const keys = text.match(/"(\\.|[^"\\])*"(\s*:)?/g)?.filter((token) => token.endsWith(":"));
  const kept = Object.values(header).reduce((count, entry) => count + 1 + Object.keys(entry).length, 0);
  if (keys && keys.length > kept) throw badWeights("a name occurs twice");
  return header;
}

/** The tensors must follow each other and fill the body, so none can overlap another or reach beyond the end. */
function tensorsOf(entries: Readonly<Record<string, Entry>>, body: Uint8Array): Map<string, Tensor> {
  let at = 0;
  const inOrder = Object.entries(entries).sort(([, { data_offsets: a }], [, { data_offsets: b }]) => a[0] - b[0] || a[1] - b[1]);
  const tensors = inOrder.map(([name, { dtype, shape, data_offsets }]): [string, Tensor] => {
    const start = at;
    at += shape.reduce((size, dim) => (Number.isInteger(dim) && dim >= 0 ? size * dim : Number.NaN), 4);
    if (!/^[FI]32$/.test(dtype) || String(data_offsets) !== `${start},${at}`) {
      throw badWeights(`"${name}" is ${dtype}[${shape}] at [${data_offsets}), not F32 or I32 at [${start},${at})`);
    }
    return [name, { shape, data: new (arrayOf(dtype.toLowerCase()))(body.slice(start, at).buffer) }];
  });
  if (at !== body.length) throw badWeights(`the tensors end at ${at} of ${body.length} bytes`);
  return new Map(tensors);
}
