// A list of numbers that grows, in the narrowest arrays that hold them.

/** Numbers that are added one by one. */
export interface Numbers {
  readonly length: number;
  push(value: number): void;
  at(index: number): number;
  toArray(): Float64Array;
}

const chunkBits = 12;
const chunkSize = 1 << chunkBits;
const chunkMask = chunkSize - 1;

/** Numbers as they are, or as whole ones over a power of ten: 12.34 is 1234 over 100. */
interface Packed {
  readonly values: Uint8Array | Int32Array | Float32Array | Float64Array;
  /** 0 for numbers as they are. */
  readonly power: number;
}

/** Stands for NaN among whole numbers, and is none of them. */
const hole = -(2 ** 31);

const numberIn = ({ values, power }: Packed, at: number): number =>
  power && values[at] === hole ? Number.NaN : (values[at] as number) / (power || 1);

// The one chunk that is being packed.
const wholes = new Int32Array(chunkSize);

/** The values in the narrowest array that holds each of them exactly. */
function pack(values: Float64Array): Packed {
  for (let power = 1; power < 1e10; power *= 10) {
    const packed = { values: wholes, power };
    const isExact = values.every((value, at) => {
      wholes[at] = Number.isNaN(value) ? hole : Math.round(value * power);
      return Object.is(numberIn(packed, at), value);
    });
    if (isExact) return { values: wholes.every((whole) => whole === (whole & 255)) ? new Uint8Array(wholes) : wholes.slice(), power };
  }
  const isSingle = values.every((value) => Object.is(Math.fround(value), value));
  return { values: isSingle ? new Float32Array(values) : values.slice(), power: 0 };
}

// A table may have a hundred thousand columns of two rows.
const firstCapacity = 8;

/** An empty list. It takes as much memory as its numbers need, 1 to 8 bytes each, 4 for up to 9 digits, and grows without being copied as a whole. */
export function createNumbers(): Numbers {
  const chunks: Packed[] = [];
  let open = new Float64Array(firstCapacity);
  let used = 0;

  function at(index: number): number {
    const chunk = chunks[index >> chunkBits];
    return chunk ? numberIn(chunk, index & chunkMask) : (open[index & chunkMask] as number);
  }
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
    toArray: () => Float64Array.from({ length: chunks.length * chunkSize + used }, (_, index) => at(index)),
  };
}
