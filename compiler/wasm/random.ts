// The counter-based random numbers of `runtime/counter-random.ts` as code: the same bits.
import { f32x4, type Held, i32x4, type Ref } from "../math/writer.ts";
import type { Writer } from "./writer.ts";

const multipliers = [0x7feb352d, 0x846ca68b | 0] as const;
const golden = 0x9e3779b9 | 0;

function mixScalar(w: Writer, x: Ref): Ref {
  const { m } = w;
  const folded = (value: Held, by: number) => m.i32.xor(value(), m.i32.shr_u(value(), m.i32.const(by)));
  const first = w.hold(x, "i32");
  const second = w.hold(m.i32.mul(folded(first, 16), m.i32.const(multipliers[0])), "i32");
  const third = w.hold(m.i32.mul(folded(second, 15), m.i32.const(multipliers[1])), "i32");
  return folded(third, 16);
}

function mixVector(w: Writer, x: Ref): Ref {
  const { m } = w;
  const folded = (value: Held, by: number) => m.v128.xor(value(), m.i32x4.shr_u(value(), m.i32.const(by)));
  const first = w.hold(x);
  const second = w.hold(m.i32x4.mul(folded(first, 16), i32x4(w, multipliers[0])));
  const third = w.hold(m.i32x4.mul(folded(second, 15), i32x4(w, multipliers[1])));
  return folded(third, 16);
}

/** `randomKey(seed, step, stream)` */
export function randomKeyScalar(w: Writer, ...[seed, step, stream]: Ref[]): Ref {
  const { m } = w;
  const first = mixScalar(w, m.i32.add(seed as Ref, m.i32.const(golden)));
  return mixScalar(w, m.i32.add(mixScalar(w, m.i32.add(first, step as Ref)), stream as Ref));
}

/** `uniform(key, index)` */
export function uniformScalar(w: Writer, ...[key, index]: Ref[]): Ref {
  const { m } = w;
  const held = w.hold(key as Ref, "i32");
  const hash = mixScalar(w, m.i32.xor(mixScalar(w, m.i32.add(index as Ref, held())), held()));
  return m.f32.mul(m.f32.convert_s.i32(m.i32.shr_u(hash, m.i32.const(8))), m.f32.const(2 ** -24));
}

/** `uniform(key, index)` in four lanes */
export function uniformVector(w: Writer, ...[key, index]: Ref[]): Ref {
  const { m } = w;
  const held = w.hold(key as Ref);
  const hash = mixVector(w, m.v128.xor(mixVector(w, m.i32x4.add(index as Ref, held())), held()));
  return m.f32x4.mul(m.f32x4.convert_i32x4_s(m.i32x4.shr_u(hash, m.i32.const(8))), f32x4(w, 2 ** -24));
}
