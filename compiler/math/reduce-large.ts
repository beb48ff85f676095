// Reduction of large angles modulo π/2 (Payne and Hanek 1983, in the fixed-point form of ARM's optimized routines).
import type { Held, Ref, VectorFunction, Writer } from "./writer.ts";

// Three zero bytes, then 2/π · 2^8 to 192 bits.
const twoOverPi = [
  0, 0, 0, 0xa2, 0xf9, 0x83, 0x6e, 0x4e, 0x44, 0x15, 0x29, 0xfc, 0x27, 0x57, 0xd1, 0xf5, 0x34, 0xdd, 0xc0, 0xdb, 0x62, 0x95, 0x99, 0x3c, 0x43, 0x90,
  0x41, 0, 0, 0, 0, 0,
];
// Byte order of the words at 0, 4 and 8.
const words = [3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 11, 10, 9, 8];

// 96 bits of 2/π from byte `first` on, as three words.
function window(w: Writer, first: Ref): Held {
  const { m } = w;
  const bytes = w.hold(m.i8x16.add(m.i8x16.splat(first), w.constant(Uint8Array.from(words))));
  const low = m.i8x16.swizzle(w.constant(Uint8Array.from(twoOverPi.slice(0, 16))), bytes());
  const next = m.i8x16.sub(bytes(), w.constant(new Uint8Array(16).fill(16)));
  return w.hold(m.v128.or(low, m.i8x16.swizzle(w.constant(Uint8Array.from(twoOverPi.slice(16))), next)));
}

// |x| mod π/2 and the quadrant, as a fixed-point number of 2 + 62 bits.
function fixedPoint(w: Writer, bits: Held): Held {
  const { m } = w;
  const word = window(w, m.i32.and(m.i32.shr_u(bits(), m.i32.const(26)), m.i32.const(15)));
  const mantissa = m.i32.or(m.i32.and(bits(), m.i32.const(0xffffff)), m.i32.const(0x800000));
  const scaled = w.hold(m.i32.shl(mantissa, m.i32.and(m.i32.shr_u(bits(), m.i32.const(23)), m.i32.const(7))), "i32");
  const product = (i: number) => m.i64.mul(m.i64.extend_u(scaled()), m.i64.extend_u(m.i32x4.extract_lane(word(), i)));
  const sum = m.i64.add(m.i64.shl(product(0), m.i64.const(32n)), product(1));
  return w.hold(m.i64.add(sum, m.i64.shr_u(product(2), m.i64.const(32n))), "i64");
}

/** One lane: the remainder with the quadrant in its lowest two bits; NaN for infinite x. */
function reduceLane(w: Writer, x: Ref): Ref {
  const { m } = w;
  const bits = w.hold(m.i32.reinterpret(m.f32.demote(x)), "i32");
  const position = fixedPoint(w, bits);
  const quadrant = w.hold(m.i64.shr_u(m.i64.add(position(), m.i64.const(1n << 61n)), m.i64.const(62n)), "i64");
  const rest = m.i64.sub(position(), m.i64.shl(quadrant(), m.i64.const(62n)));
  const magnitude = w.hold(m.f64.mul(m.f64.convert_s.i64(rest), m.f64.const(Math.PI * 2 ** -63)), "f64");
  const negative = w.hold(m.i32.lt_s(bits(), m.i32.const(0)), "i32");
  const r = m.i64.reinterpret(m.select(negative(), m.f64.neg(magnitude()), magnitude()));
  const n = m.select(negative(), m.i64.sub(m.i64.const(0n), quadrant()), quadrant());
  const packed = m.i64.or(m.i64.and(r, m.i64.const(-4n)), m.i64.and(n, m.i64.const(3n)));
  const infinite = m.i32.eq(m.i32.and(bits(), m.i32.const(0x7f800000)), m.i32.const(0x7f800000));
  return m.select(infinite, m.f64.const(Number.NaN), m.f64.reinterpret(packed));
}

/** Both lanes of f64x2, floats of at least 2 in size; other lanes get a number that means nothing. */
export const reduceLarge: VectorFunction = {
  name: "reduceLarge",
  parameters: 1,
  body(w, x) {
    const { m } = w;
    const held = w.hold(x);
    const low = w.hold(reduceLane(w, m.f64x2.extract_lane(held(), 0)), "f64");
    const high = reduceLane(w, m.f64x2.extract_lane(held(), 1));
    return m.f64x2.replace_lane(m.f64x2.splat(low()), 1, high);
  },
};
