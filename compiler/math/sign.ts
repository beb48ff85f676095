// Signs of f32x4 as bits.
import { i32x4, type Ref, type Writer } from "./writer.ts";

const signBit = -(2 ** 31);

/** The bit of the sign in each lane. */
export const signs = (w: Writer): Ref => i32x4(w, signBit);

/** |x| */
export const absolute = (w: Writer, x: Ref): Ref => w.m.v128.and(x, i32x4(w, ~signBit));

/** |magnitude| with the sign of x, zeros included. */
export const withSign = (w: Writer, magnitude: Ref, x: Ref): Ref => w.m.v128.bitselect(x, magnitude, signs(w));

/** `value` where `condition` holds, else `otherwise`. */
export const choose = (w: Writer, condition: Ref, value: Ref, otherwise: Ref): Ref => w.m.v128.bitselect(value, otherwise, condition);
