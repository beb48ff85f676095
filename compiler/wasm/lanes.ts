// Between one value and four lanes. A bool is i32 0 or 1 as a value and in memory, and a mask of 0 or -1 in lanes.

import type { Dtype } from "../ir/type.ts";
import type { Ref } from "../math/writer.ts";
import type { Assembler } from "./binaryen.ts";

/** Four lanes of one value. */
export function splat(m: Assembler, dtype: Dtype, value: Ref): Ref {
  if (dtype === "f32") return m.f32x4.splat(value);
  return m.i32x4.splat(dtype === "bool" ? m.i32.sub(m.i32.const(0), value) : value);
}

/** The value of one lane. */
export function extractLane(m: Assembler, dtype: Dtype, lanes: Ref, lane: number): Ref {
  if (dtype === "f32") return m.f32x4.extract_lane(lanes, lane);
  const value = m.i32x4.extract_lane(lanes, lane);
  return dtype === "bool" ? m.i32.and(value, m.i32.const(1)) : value;
}

/** Four lanes from four values. */
export function joinLanes(m: Assembler, dtype: Dtype, values: readonly Ref[]): Ref {
  const [first, ...rest] = values as [Ref, ...Ref[]];
  if (dtype === "f32") return rest.reduce((lanes, value, i) => m.f32x4.replace_lane(lanes, i + 1, value), m.f32x4.splat(first));
  const joined = rest.reduce((lanes, value, i) => m.i32x4.replace_lane(lanes, i + 1, value), m.i32x4.splat(first));
  return dtype === "bool" ? m.i32x4.neg(joined) : joined;
}

/** Lanes as memory holds them. */
export const toMemory = (m: Assembler, dtype: Dtype, lanes: Ref): Ref => (dtype === "bool" ? m.i32x4.neg(lanes) : lanes);

/** Lanes from the form in memory. */
export const fromMemory = (m: Assembler, dtype: Dtype, lanes: Ref): Ref => (dtype === "bool" ? m.i32x4.neg(lanes) : lanes);
