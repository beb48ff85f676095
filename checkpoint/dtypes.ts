// The element types of safetensors: how many bytes an element takes, and what array holds it in JavaScript.
import { bfloat16, decodeSmall, encodeSmall, float8E4M3, float8E5M2, float16, type SmallFloat } from "../formats/small-floats.ts";

/** An element type by its name in safetensors; C64 is a complex number of two f32, real part first. */
export type TensorDtype =
  | "F64"
  | "F32"
  | "F16"
  | "BF16"
  | "F8_E4M3"
  | "F8_E5M2"
  | "I64"
  | "U64"
  | "I32"
  | "U32"
  | "I16"
  | "U16"
  | "I8"
  | "U8"
  | "BOOL"
  | "C64";

/** What holds the elements of a tensor. */
export type TensorArray =
  | Float64Array
  | Float32Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

interface ArrayKind {
  readonly name: string;
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): TensorArray;
  new (buffer: ArrayBuffer): TensorArray;
}

/** How an element type is stored. */
export interface Stored {
  /** Bytes of an element in a file. */
  readonly bytes: number;
  /** What holds the elements; of floats of 8 and 16 bits their values. */
  readonly array: ArrayKind;
  /** Numbers of an element: 2 of a complex one. */
  readonly lanes: number;
  readonly small?: SmallFloat;
}

const plain = (array: ArrayKind, lanes = 1): Stored => ({ bytes: array.BYTES_PER_ELEMENT * lanes, array, lanes });
const small = (format: SmallFloat): Stored => ({ bytes: format.bytes, array: Float32Array, lanes: 1, small: format });

const dtypes: Readonly<Record<TensorDtype, Stored>> = {
  F64: plain(Float64Array),
  F32: plain(Float32Array),
  F16: small(float16),
  BF16: small(bfloat16),
  F8_E4M3: small(float8E4M3),
  F8_E5M2: small(float8E5M2),
  I64: plain(BigInt64Array),
  U64: plain(BigUint64Array),
  I32: plain(Int32Array),
  U32: plain(Uint32Array),
  I16: plain(Int16Array),
  U16: plain(Uint16Array),
  I8: plain(Int8Array),
  U8: plain(Uint8Array),
  BOOL: plain(Uint8Array),
  C64: plain(Float32Array, 2),
};

/** The names of all element types. */
export const dtypeNames: readonly string[] = Object.keys(dtypes);

/** How a type is stored; undefined for what is none. */
export const storedAs = (dtype: string): Stored | undefined => (Object.hasOwn(dtypes, dtype) ? dtypes[dtype as TensorDtype] : undefined);

/** The elements in the bytes from `start` to `end`, copied. */
export function decodeElements({ array, small }: Stored, bytes: Uint8Array, start: number, end: number): TensorArray {
  const own = bytes.slice(start, end).buffer as ArrayBuffer;
  return small ? decodeSmall(small, own) : new array(own);
}

/** The bytes of elements; every NaN of a float of 8 or 16 bits is the canonical one. */
export const encodeElements = ({ small }: Stored, data: TensorArray): Uint8Array =>
  small ? encodeSmall(small, data as Float32Array) : new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
