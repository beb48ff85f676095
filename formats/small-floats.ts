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

const tables = new Map<SmallFloat, Float32Array>();

/** The values of all codes, made when first asked for. */
export function tableOf(format: SmallFloat): Float32Array {
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
  const [table, codes] = [tableOf(format), codesIn(format, buffer)];
  const values = new Float32Array(codes.length);
  for (let i = 0; i < codes.length; i++) values[i] = table[codes[i] as number] as number;
  return values;
}

/** Bits of the mantissa and bias of the exponent of an f32, and the bits of its infinity. */
const [f32Mantissa, f32Bias, f32Infinity] = [23, 127, 0x7f800000];

/** `bits` without the last `shift` of them, rounded to the nearest, ties to even. */
const rounded = (bits: number, shift: number): number => (bits + (1 << (shift - 1)) - 1 + ((bits >>> shift) & 1)) >>> shift;

/** The function that gives the code of an f32, both as bits without their sign. */
function coder(format: SmallFloat): (bits: number) => number {
  const { mantissa, hasInfinity } = format;
  const special = firstSpecial(format);
  const nan = hasInfinity ? special + 2 ** (mantissa - 1) : special;
  const [shift, bias] = [f32Mantissa - mantissa, f32Bias - biasOf(format)];
  // The first f32 that is a normal number here.
  const normal = (bias + 1) << f32Mantissa;
  const withoutBias = bias * 2 ** mantissa;
  return (bits) => {
    if (bits > f32Infinity) return nan;
    // A carry out of the mantissa is one into the exponent.
    if (bias === 0 || bits >= normal) return Math.min(special, rounded(bits, shift) - withoutBias);
    const below = shift + bias + 1 - (bits >>> f32Mantissa);
    return below > f32Mantissa + 1 ? 0 : rounded((bits & 0x7fffff) | 0x800000, below);
  };
}

/** The bytes of the codes that are nearest to the values. */
export function encodeSmall(format: SmallFloat, values: Float32Array): Uint8Array {
  const codes = codesIn(format, new ArrayBuffer(values.length * format.bytes));
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const code = coder(format);
  const toSign = 32 - 8 * format.bytes;
  for (let i = 0; i < words.length; i++) {
    const bits = words[i] as number;
    codes[i] = code(bits & 0x7fffffff) | ((bits >>> toSign) & (1 << (31 - toSign)));
  }
  return new Uint8Array(codes.buffer);
}
