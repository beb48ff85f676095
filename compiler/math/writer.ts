// What vector functions are written with: instructions of WebAssembly on lanes, by the names that it gives them. Where the code goes they do not know:
// `wasm/` makes a module of it, and a test computes it in JavaScript.

/** A value that is used exactly once. */
export type Ref = number;

/** A value that can be used any number of times. */
export type Held = () => Ref;

export type ValueType = "i32" | "i64" | "f32" | "f64" | "v128";

type Unary = (x: Ref) => Ref;
type Binary = (a: Ref, b: Ref) => Ref;
type Ternary = (a: Ref, b: Ref, c: Ref) => Ref;
type Methods<N extends string, F> = { readonly [K in N]: F };

type Arithmetic = Methods<"add" | "sub" | "mul" | "div" | "pmin" | "pmax" | "min" | "max", Binary> & Methods<"neg" | "abs" | "sqrt" | "trunc", Unary>;
type Comparison = Methods<"eq" | "ne" | "lt" | "le" | "gt" | "ge", Binary>;

/** The instructions that vector functions use; an `i32` is a number of bits to shift by, a lane, or a condition. */
export interface Instructions {
  readonly v128: Methods<"and" | "or" | "xor" | "andnot", Binary> & Methods<"not" | "any_true", Unary> & { readonly bitselect: Ternary };
  readonly f32x4: Arithmetic & Comparison & Methods<"convert_i32x4_s" | "demote_f64x2_zero", Unary>;
  readonly f64x2: Arithmetic &
    Comparison &
    Methods<"promote_low_f32x4" | "splat", Unary> & { extract_lane(x: Ref, lane: number): Ref; replace_lane(x: Ref, lane: number, value: Ref): Ref };
  readonly i32x4: Methods<"add" | "sub" | "shl" | "shr_s", Binary> & { extract_lane(x: Ref, lane: number): Ref };
  readonly i64x2: Methods<"add" | "sub" | "shl" | "shr_u" | "eq", Binary>;
  readonly i8x16: Methods<"add" | "sub" | "swizzle", Binary> & { splat(x: Ref): Ref; shuffle(a: Ref, b: Ref, lanes: readonly number[]): Ref };
  readonly i32: Methods<"and" | "or" | "shl" | "shr_u" | "eq" | "lt_s", Binary> & { reinterpret(x: Ref): Ref; const(value: number): Ref };
  readonly i64: Methods<"add" | "sub" | "mul" | "and" | "or" | "shl" | "shr_u", Binary> &
    Methods<"extend_u" | "reinterpret", Unary> & { const(value: bigint): Ref };
  readonly f32: { demote(x: Ref): Ref };
  readonly f64: {
    mul(a: Ref, b: Ref): Ref;
    neg(x: Ref): Ref;
    reinterpret(x: Ref): Ref;
    const(value: number): Ref;
    readonly convert_s: { i64(x: Ref): Ref };
  };
  select(condition: Ref, value: Ref, otherwise: Ref): Ref;
  if(condition: Ref, value: Ref, otherwise: Ref): Ref;
}

/** A function of v128 to v128, written with + - * / and bits alone, so that its results are the same on every engine. */
export interface VectorFunction {
  readonly name: string;
  readonly parameters: number;
  /** Whether a call costs more than the code. */
  readonly short?: true;
  body(w: Writer, ...args: Ref[]): Ref;
}

/** Writes code for one place in one function, with the instructions `m`. */
export interface Writer<M = Instructions> {
  readonly m: M;
  /** Holds `value` (v128 unless stated) in a local. */
  hold(value: Ref, type?: ValueType): Held;
  /** Sixteen bytes as a constant. */
  constant(bytes: Uint8Array): Ref;
  /** a · b + c in f32x4, rounded twice; with relaxed SIMD once where the engine likes. */
  madd(a: Ref, b: Ref, c: Ref): Ref;
  /** A call of a vector function; `inline`: or its code where it is short. */
  math(called: VectorFunction, args: readonly Ref[], inline: boolean): Ref;
}

const bytesOf = (numbers: Float32Array | Int32Array | Float64Array | BigInt64Array): Uint8Array => new Uint8Array(numbers.buffer);

/** Four equal f32 lanes. */
export const f32x4 = (w: Pick<Writer, "constant">, value: number): Ref => w.constant(bytesOf(new Float32Array(4).fill(value)));
/** Four equal i32 lanes. */
export const i32x4 = (w: Pick<Writer, "constant">, value: number): Ref => w.constant(bytesOf(new Int32Array(4).fill(value)));
/** Two equal f64 lanes. */
export const f64x2 = (w: Pick<Writer, "constant">, value: number): Ref => w.constant(bytesOf(new Float64Array(2).fill(value)));
/** Two equal i64 lanes. */
export const i64x2 = (w: Pick<Writer, "constant">, value: bigint): Ref => w.constant(bytesOf(new BigInt64Array(2).fill(value)));
