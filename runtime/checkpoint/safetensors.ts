// The safetensors format: 8 bytes length (u64, little-endian), a JSON header of that length, then the tensors' bytes
// without holes (https://huggingface.co/docs/safetensors). Only F32 and I32 are read and written.

import { badWeights } from "../diagnostics.ts";
import { GradcError } from "../error.ts";
import { join } from "../join.ts";
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
  const entries: [string, object][] = [["__metadata__", Object.fromEntries(metadata)]];
  const bodies: Int32Array[] = [];
  for (const [name, { shape, data }] of tensors) {
    const start = end;
    end += data.byteLength;
    entries.push([name, { dtype: data instanceof Int32Array ? "I32" : "F32", shape, data_offsets: [start, end] }]);
    bodies.push(new Int32Array(data.buffer).map((word, at) => (Number.isNaN(data[at]) ? canonicalNaN : word)));
  }
  const header = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  // Spaces bring the tensors to a multiple of 8 bytes.
  const spaces = new Uint8Array(-header.length & 7).fill(32);
  return join([Int32Array.of(header.length + spaces.length, 0), header, spaces, ...bodies]);
}

/** The tensors of a file, copied. @throws GradcError `bad-weights` at the first fault */
export function decode(bytes: Uint8Array): TensorFile {
  try {
    const start = 8 + Number(new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getBigUint64(0, true));
    if (start > bytes.length) throw badWeights("header cut off");
    const { __metadata__ = {}, ...entries } = parseHeader(bytes.subarray(8, start));
    const metadata = Object.entries(__metadata__).map(([key, text]): [string, string] => [key, String(text)]);
    return { metadata: new Map(metadata), tensors: tensorsOf(entries as never, bytes.subarray(start)) };
  } catch (error) {
    throw error instanceof GradcError ? error : badWeights("header damaged", { cause: error });
  }
}

function parseHeader(bytes: Uint8Array): Readonly<Record<string, object>> {
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  const header: Record<string, object> = JSON.parse(text);
  // JSON.parse keeps the last of two equal keys in silence.
  if (countKeys(text) > countKeys(JSON.stringify(header))) throw badWeights("duplicate name");
  return header;
}

/** One more than the keys of a JSON text: outside of strings, a colon stands behind each. */
const countKeys = (json: string): number => json.replace(/"(\\.|[^"\\])*"/g, "").split(":").length;

/** The tensors must follow each other and fill the body, so none can overlap another or reach beyond the end. */
function tensorsOf(entries: Readonly<Record<string, Entry>>, body: Uint8Array): Map<string, Tensor> {
  let at = 0;
  const inOrder = Object.entries(entries).sort(([, { data_offsets: a }], [, { data_offsets: b }]) => a[0] - b[0] || a[1] - b[1]);
  const tensors = inOrder.map(([name, { dtype, shape, data_offsets }]): [string, Tensor] => {
    const start = at;
    at += shape.reduce((size, dim) => (dim === dim >>> 0 ? size * dim : Number.NaN), 4);
    if (!/^[FI]32$/.test(dtype) || String(data_offsets) !== `${start},${at}`) {
      throw badWeights(`"${name}" is ${dtype}[${shape}] at [${data_offsets}], expected F32 or I32 at [${start},${at}]`);
    }
    return [name, { shape, data: new (arrayOf(dtype.toLowerCase()))(body.slice(start, at).buffer) }];
  });
  if (at !== body.length) throw badWeights(`${at} of ${body.length} bytes used`);
  return new Map(tensors);
}
