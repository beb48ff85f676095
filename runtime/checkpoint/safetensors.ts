// The safetensors format: 8 bytes length (u64, little-endian), a JSON header of that length, then the tensors' bytes
// without holes (https://huggingface.co/docs/safetensors). Only F32 and I32 are read and written.

import { copyBytes } from "../bytes.ts";
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

/** The bytes of a file of tensors that own their buffers; every NaN is written as 0x7fc00000, so that equal values give equal bytes. */
export function encode(file: TensorFile): Uint8Array {
  const canonicalNaN = 0x7fc00000;
  let end = 0;
  const entries: [string, object][] = [["__metadata__", Object.fromEntries(file.metadata)]];
  for (const [name, { shape, data }] of file.tensors) {
    const start = end;
    end += data.byteLength;
    entries.push([name, { dtype: data instanceof Int32Array ? "I32" : "F32", shape, data_offsets: [start, end] }]);
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  // Spaces bring the tensors to a multiple of 8 bytes.
  const length = (text.length + 7) & ~7;
  const words = new Int32Array((8 + length + end) / 4);
  const bytes = new Uint8Array(words.buffer).fill(32);
  words.set([length, 0]);
  bytes.set(text, 8);
  let at = 2 + length / 4;
  for (const tensor of file.tensors.values()) {
    for (const [i, word] of new Int32Array(tensor.data.buffer).entries()) words[at++] = Number.isNaN(tensor.data[i]) ? canonicalNaN : word;
  }
  return bytes;
}

/** The tensors of a file, copied. @throws GradcError `bad-weights` at the first fault */
export function decode(source: Uint8Array | ArrayBuffer): TensorFile & { readonly metadata: Map<string, string> } {
  try {
    const bytes = copyBytes(source, badWeights);
    const start = 8 + Number(new BigUint64Array(bytes.buffer, 0, 1)[0]);
    const { __metadata__ = {}, ...entries } = parseHeader(bytes.subarray(8, start));
    // Texts alone can be padded.
    const metadata = Object.entries(__metadata__ as Readonly<Record<string, string>>).map(([key, text]) => [key, text.padEnd(0)] as const);
    return { metadata: new Map(metadata), tensors: tensorsOf(entries as never, bytes, start) };
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
const countKeys = (json: string): number =>
  json
    .replace(/\\./g, "")
    .replace(/"[^"]*"/g, "")
    .split(":").length;

/** The tensors must follow each other and fill the body, so none can overlap another or reach beyond the end. */
function tensorsOf(entries: Readonly<Record<string, Entry>>, bytes: Uint8Array, start: number): Map<string, Tensor> {
  let end = start;
  const inOrder = Object.entries(entries).sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1]);
  const tensors = inOrder.map(([name, { dtype, shape, data_offsets }]): [string, Tensor] => {
    const at = end;
    end += shape.reduce((size, dim) => (dim === dim >>> 0 ? size * dim : Number.NaN), 4);
    const place = `[${at - start},${end - start}]`;
    if (!/^[FI]32$/.test(dtype) || JSON.stringify(data_offsets) !== place) {
      throw badWeights(`"${name}" is ${dtype}[${shape}] at [${data_offsets}], expected F32 or I32 at ${place}`);
    }
    return [name, { shape, data: new (arrayOf(dtype.toLowerCase()))(bytes.slice(at, end).buffer) }];
  });
  if (end !== bytes.length) throw badWeights(`${end} of ${bytes.length} bytes used`);
  return new Map(tensors);
}
