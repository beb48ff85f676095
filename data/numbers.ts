// A list of numbers that grows, in the narrowest arrays that hold them.

/** Numbers that are added one by one. */
export interface Numbers {
  readonly length: number;
  push(value: number): void;
  at(index: number): number;
  toArray(): Float64Array;
}

type Packed = Uint8Array | Int32Array | Float32Array | Float64Array;

/** The values in the narrowest array that holds each of them exactly. */
function pack(values: Float64Array): Packed {
  for (const Narrow of [Uint8Array, Int32Array, Float32Array]) {
    const packed = new Narrow(values);
    if (values.every((value, at) => Object.is(packed[at], value))) return packed;
  }
  return values.slice();
}

const chunkBits = 12;
const chunkSize = 1 << chunkBits;
const chunkMask = chunkSize - 1;

// A table may have a hundred thousand columns of two rows.
const firstCapacity = 8;

/** An empty list. It takes as much memory as its numbers need, 1 to 8 bytes each, and grows without being copied as a whole. */
export function createNumbers(): Numbers {
  const chunks: Packed[] = [];
  let open = new Float64Array(firstCapacity);
  let used = 0;

  const at = (index: number): number => (chunks[index >> chunkBits] ?? open)[index & chunkMask] as number;
  function push(value: number): void {
    if (used === open.length) {
      const wider = new Float64Array(used * 2);
      wider.set(open);
      open = wider;
    }
    open[used++] = value;
    if (used < chunkSize) return;
    chunks.push(pack(open));
    used = 0;
  }
  return {
    get length() {
      return chunks.length * chunkSize + used;
    },
    push,
    at,
    toArray() {
      const all = new Float64Array(chunks.length * chunkSize + used);
      chunks.forEach((chunk, i) => {
        all.set(chunk, i * chunkSize);
      });
      all.set(open.subarray(0, used), chunks.length * chunkSize);
      return all;
    },
  };
}
