// Floats of 8 and 16 bits, read as f32, which holds each of their values, and rounded to nearest, ties to even, when they are written.

/** A float of a sign, `exponent` bits and `mantissa` bits. */
export interface SmallFloat {
  readonly bytes: 1 | 2;
  readonly exponent: number;
  readonly mantissa: number;
  /** Whether the largest exponent means infinity and NaN; else its last code alone is NaN, and what is too large becomes that. */
  readonly hasInfinity: boolean;
}

export const float16: SmallFloat = { bytes: 2, exponent: 5, mantissa: 10, hasInfinity: true };
export const bfloat16: SmallFloat = { bytes: 2, exponent: 8, mantissa: 7, hasInfinity: true };
/** The one without infinities, `e4m3fn` (Micikevicius et al. 2022). */
export const float8E4M3: SmallFloat = { bytes: 1, exponent: 4, mantissa: 3, hasInfinity: false };
export const float8E5M2: SmallFloat = { bytes: 1, exponent: 5, mantissa: 2, hasInfinity: true };

const biasOf = ({ exponent }: SmallFloat): number => 2 ** (exponent - 1) - 1;

/** The first code without a sign that is no finite number. */
const firstSpecial = ({ exponent, mantissa, hasInfinity }: SmallFloat): number =>
  hasInfinity ? (2 ** exponent - 1) << mantissa : 2 ** (exponent + mantissa) - 1;

/** The value of a code without its sign. */
function magnitude(format: SmallFloat, code: number): number {
  const special = firstSpecial(format);
  if (code >= special) return format.hasInfinity && code === special ? Number.POSITIVE_INFINITY : Number.NaN;
  const { mantissa } = format;
  const raised = code >> mantissa;
  const fraction = code & (2 ** mantissa - 1);
  const lowest = 1 - biasOf(format) - mantissa;
  return raised === 0 ? fraction * 2 ** lowest : (fraction + 2 ** mantissa) * 2 ** (lowest + raised - 1);
}

/** The values of all codes, made when first asked for. */
const tables = new Map<SmallFloat, Float32Array>();

function tableOf(format: SmallFloat): Float32Array {
  const known = tables.get(format);
  if (known) return known;
  const half = 2 ** (8 * format.bytes - 1);
  const table = Float32Array.from({ length: 2 * half }, (_, code) => (code < half ? magnitude(format, code) : -magnitude(format, code - half)));
  tables.set(format, table);
  return table;
}

const codesIn = ({ bytes }: SmallFloat, buffer: ArrayBuffer): Uint8Array | Uint16Array =>
  bytes === 1 ? new Uint8Array(buffer) : new Uint16Array(buffer);

/** The values of the codes in a buffer. */
export function decodeSmall(format: SmallFloat, buffer: ArrayBuffer): Float32Array {
  const table = tableOf(format);
  return Float32Array.from(codesIn(format, buffer), (code) => table[code] as number);
}

const bits = new Uint32Array(1);
const single = new Float32Array(bits.buffer);

/** The exponent of the greatest power of two that is not above `value`, an f32 greater than 0. */
function exponentOf(value: number): number {
  single[0] = value;
  const raised = (bits[0] as number) >>> 23;
  // Below 2^-126 no format here tells exponents apart.
  return raised === 0 ? -127 : raised - 127;
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

/** The code of an f32, without its sign. */
function codeOf(format: SmallFloat, value: number): number {
  const special = firstSpecial(format);
  if (value === 0) return 0;
  if (!(value < Number.POSITIVE_INFINITY)) return Number.isNaN(value) && format.hasInfinity ? special | (1 << (format.mantissa - 1)) : special;
  const { mantissa } = format;
  const lowest = 1 - biasOf(format);
  const exponent = Math.max(exponentOf(value), lowest);
  const steps = roundToEven(value / 2 ** (exponent - mantissa));
  // A carry out of the mantissa is one into the exponent.
  return Math.min(special, (exponent - lowest) * 2 ** mantissa + steps);
}

/** The bytes of the codes that are nearest to the values. */
export function encodeSmall(format: SmallFloat, values: ArrayLike<number>): Uint8Array {
  const codes = codesIn(format, new ArrayBuffer(values.length * format.bytes));
  const sign = 2 ** (8 * format.bytes - 1);
  for (let i = 0; i < values.length; i++) {
    const value = Math.fround(values[i] as number);
    codes[i] = codeOf(format, Math.abs(value)) + (value < 0 || Object.is(value, -0) ? sign : 0);
  }
  return new Uint8Array(codes.buffer);
}
