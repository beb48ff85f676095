// Fields of protocol buffers as they lie in a file: the number of the field and how it is written, and then its value (protobuf.dev, "Encoding").
// Zeros are written too: a reader need not know what a missing field means.
import { joined, viewed } from "./bytes.ts";

/** The wire types of a field. */
const wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** Seven bits a byte, lowest first; of a negative number all 64 bits of its two's complement. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
}

const key = (field: number, type: keyof typeof wire): Uint8Array => Uint8Array.from(varint(field * 8 + wire[type]));

/** An int32, int64, enum or bool. */
export const whole = (field: number, value: number | boolean): Uint8Array => joined([key(field, "varint"), Uint8Array.from(varint(Number(value)))]);

/** A double. */
export const double = (field: number, value: number): Uint8Array =>
  joined([key(field, "fixed64"), viewed(8, (view) => view.setFloat64(0, value, true))]);

/** A float. */
export const float = (field: number, value: number): Uint8Array =>
  joined([key(field, "fixed32"), viewed(4, (view) => view.setFloat32(0, value, true))]);

/** Bytes with their length before them. */
export const bytes = (field: number, content: Uint8Array): Uint8Array =>
  joined([key(field, "bytes"), Uint8Array.from(varint(content.length)), content]);

/** A string in UTF-8. */
export const text = (field: number, value: string): Uint8Array => bytes(field, new TextEncoder().encode(value));

/** Repeated doubles, packed. */
export const doubles = (field: number, values: readonly number[]): Uint8Array =>
  bytes(
    field,
    viewed(8 * values.length, (view) => {
      for (const [i, value] of values.entries()) view.setFloat64(8 * i, value, true);
    }),
  );

/** A message of its fields. */
export const message = (field: number, ...fields: readonly Uint8Array[]): Uint8Array => bytes(field, joined(fields));
