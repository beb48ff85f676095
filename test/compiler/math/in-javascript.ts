// Vector functions computed in JavaScript: every instruction as a function of values, which stand in a list by number.
import type { Instructions, Ref, VectorFunction, Writer } from "../../../compiler/math/writer.ts";

/** A value of WebAssembly: sixteen bytes, or a number. */
type Value = Uint8Array | number | bigint;
type Lanes = Float32Array | Float64Array | Int32Array | BigInt64Array | BigUint64Array | Uint8Array;

const views = {
  f32x4: (bytes: Uint8Array) => new Float32Array(bytes.buffer),
  f64x2: (bytes: Uint8Array) => new Float64Array(bytes.buffer),
  i32x4: (bytes: Uint8Array) => new Int32Array(bytes.buffer),
  i64x2: (bytes: Uint8Array) => new BigInt64Array(bytes.buffer),
  i8x16: (bytes: Uint8Array) => bytes,
} as const;

// Unlike Math.min, they give the first where one is NaN.
const pmin = (a: number, b: number) => [a, b][Number(b < a)] as number;
const pmax = (a: number, b: number) => [a, b][Number(a < b)] as number;
const swizzled = (a: Uint8Array, b: Uint8Array) => a.map((_, i) => a[b[i] as number] ?? 0);
const reinterpretF32 = (x: number) => new Int32Array(Float32Array.of(x).buffer)[0] as number;
const reinterpretF64 = (x: number) => new BigInt64Array(Float64Array.of(x).buffer)[0] as bigint;
const reinterpretI64 = (x: bigint) => new Float64Array(BigInt64Array.of(x).buffer)[0] as number;
const i64 = (x: bigint) => BigInt.asIntN(64, x);

/** What computes `body` on values: the instructions, and the list. */
function machine(): { m: Instructions; of: (value: Value) => Ref; at: (ref: Ref) => Value } {
  const values: Value[] = [];
  const of = (value: Value): Ref => values.push(value) - 1;
  const at = (ref: Ref): Value => values[ref] as Value;
  const bytes = (ref: Ref) => at(ref) as Uint8Array;
  const number = (ref: Ref) => at(ref) as number;
  const big = (ref: Ref) => at(ref) as bigint;
  type Element = (...xs: never[]) => number | bigint | boolean;
  /** `element` in each lane; a truth is all bits of the lane. */
  const lanewise =
    (view: keyof typeof views, element: Element) =>
    (...refs: Ref[]): Ref => {
      const operands = refs.map((ref) => views[view](bytes(ref)) as unknown as ArrayLike<never>);
      const result = new Uint8Array(16);
      const lanes = views[view](result) as Lanes;
      for (let i = 0; i < lanes.length; i++) {
        const value = element(...operands.map((operand) => operand[i] as never));
        if (typeof value === "boolean") result.fill(value ? 255 : 0, (i * 16) / lanes.length, ((i + 1) * 16) / lanes.length);
        else (lanes as { [index: number]: unknown })[i] = value;
      }
      return of(result);
    };
  const shifted = (view: "i32x4" | "i64x2", element: (x: never, by: number) => number | bigint) => (x: Ref, by: Ref) =>
    lanewise(view, (lane: never) => element(lane, number(by)))(x);
  const floats = (view: "f32x4" | "f64x2") => {
    const unary = (f: (x: number) => number) => lanewise(view, f);
    const binary = (f: (a: number, b: number) => number | boolean) => lanewise(view, f);
    return {
      add: binary((a, b) => a + b),
      sub: binary((a, b) => a - b),
      mul: binary((a, b) => a * b),
      div: binary((a, b) => a / b),
      pmin: binary(pmin),
      pmax: binary(pmax),
      min: binary(Math.min),
      max: binary(Math.max),
      neg: unary((x) => -x),
      abs: unary(Math.abs),
      sqrt: unary(Math.sqrt),
      trunc: unary(Math.trunc),
      eq: binary((a, b) => a === b),
      ne: binary((a, b) => a !== b),
      lt: binary((a, b) => a < b),
      le: binary((a, b) => a <= b),
      gt: binary((a, b) => a > b),
      ge: binary((a, b) => a >= b),
    };
  };
  const scalars =
    <T extends number | bigint>(f: (...xs: T[]) => number | bigint) =>
    (...refs: Ref[]) =>
      of(f(...refs.map((ref) => at(ref) as T)));
  const words =
    <T extends number>(f: (...xs: T[]) => number) =>
    (...refs: Ref[]) =>
      of(f(...refs.map((ref) => at(ref) as T)) | 0);
  const longs =
    (f: (...xs: bigint[]) => bigint) =>
    (...refs: Ref[]) =>
      of(i64(f(...refs.map(big))));
  const lane = (view: "f64x2" | "i32x4") => (x: Ref, i: number) => of(views[view](bytes(x))[i] as number);
  const choose = (condition: Ref, value: Ref, otherwise: Ref) => (number(condition) !== 0 ? value : otherwise);
  const m: Instructions = {
    v128: {
      and: lanewise("i8x16", (a: number, b: number) => a & b),
      or: lanewise("i8x16", (a: number, b: number) => a | b),
      xor: lanewise("i8x16", (a: number, b: number) => a ^ b),
      andnot: lanewise("i8x16", (a: number, b: number) => a & ~b),
      not: lanewise("i8x16", (a: number) => ~a),
      any_true: (x) => of(Number(bytes(x).some((byte) => byte !== 0))),
      bitselect: lanewise("i8x16", (a: number, b: number, c: number) => (a & c) | (b & ~c)),
    },
    f32x4: {
      ...floats("f32x4"),
      convert_i32x4_s: (x) => of(new Uint8Array(Float32Array.from(views.i32x4(bytes(x))).buffer)),
      demote_f64x2_zero: (x) => of(new Uint8Array(Float32Array.of(...views.f64x2(bytes(x)), 0, 0).buffer)),
    },
    f64x2: {
      ...floats("f64x2"),
      promote_low_f32x4: (x) => of(new Uint8Array(Float64Array.from(views.f32x4(bytes(x)).subarray(0, 2)).buffer)),
      splat: (x) => of(new Uint8Array(new Float64Array(2).fill(number(x)).buffer)),
      extract_lane: lane("f64x2"),
      replace_lane: (x, i, value) => of(new Uint8Array(views.f64x2(bytes(x)).map((old, lane) => (lane === i ? number(value) : old)).buffer)),
    },
    i32x4: {
      add: lanewise("i32x4", (a: number, b: number) => a + b),
      sub: lanewise("i32x4", (a: number, b: number) => a - b),
      shl: shifted("i32x4", (x: number, by) => x << by),
      shr_s: shifted("i32x4", (x: number, by) => x >> by),
      extract_lane: lane("i32x4"),
    },
    i64x2: {
      add: lanewise("i64x2", (a: bigint, b: bigint) => a + b),
      sub: lanewise("i64x2", (a: bigint, b: bigint) => a - b),
      eq: lanewise("i64x2", (a: bigint, b: bigint) => a === b),
      shl: shifted("i64x2", (x: bigint, by) => x << BigInt(by)),
      shr_u: shifted("i64x2", (x: bigint, by) => BigInt.asUintN(64, x) >> BigInt(by)),
    },
    i8x16: {
      add: lanewise("i8x16", (a: number, b: number) => a + b),
      sub: lanewise("i8x16", (a: number, b: number) => a - b),
      swizzle: (a, b) => of(swizzled(bytes(a), bytes(b))),
      splat: (x) => of(new Uint8Array(16).fill(number(x))),
      shuffle: (a, b, lanes) => of(Uint8Array.from(lanes, (i) => (i < 16 ? bytes(a)[i] : bytes(b)[i - 16]) as number)),
    },
    i32: {
      and: words((a, b) => a & b),
      or: words((a, b) => a | b),
      shl: words((a, b) => a << b),
      shr_u: words((a, b) => a >>> b),
      eq: words((a, b) => Number(a === b)),
      lt_s: words((a, b) => Number(a < b)),
      reinterpret: scalars(reinterpretF32),
      const: of,
    },
    i64: {
      add: longs((a, b) => a + b),
      sub: longs((a, b) => a - b),
      mul: longs((a, b) => a * b),
      and: longs((a, b) => a & b),
      or: longs((a, b) => a | b),
      shl: longs((a, b) => a << b),
      shr_u: longs((a, b) => BigInt.asUintN(64, a) >> b),
      extend_u: (x) => of(BigInt(number(x) >>> 0)),
      reinterpret: scalars(reinterpretF64),
      const: of,
    },
    f32: { demote: scalars(Math.fround) },
    f64: {
      mul: scalars<number>((a, b) => a * b),
      neg: scalars<number>((x) => -x),
      reinterpret: scalars(reinterpretI64),
      const: of,
      convert_s: { i64: (x) => of(Number(big(x))) },
    },
    select: choose,
    if: choose,
  } as Instructions;
  return { m, of, at };
}

/** `called` on four lanes of f32. */
export function computed({ body }: Pick<VectorFunction, "body">, ...args: readonly Float32Array[]): Float32Array {
  const { m, of, at } = machine();
  const w: Writer = {
    m,
    hold: (value) => () => value,
    constant: (bytes) => of(bytes.slice()),
    madd: (a, b, c) => m.f32x4.add(m.f32x4.mul(a, b), c),
    math: (inner, refs) => inner.body(w, ...refs),
  };
  const result = body(w, ...args.map((lanes) => of(new Uint8Array(lanes.slice().buffer))));
  return new Float32Array((at(result) as Uint8Array).buffer);
}
