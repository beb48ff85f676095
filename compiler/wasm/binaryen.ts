// The assembler: all that is used of binaryen (what scalar ops are made of is named beside their records), and what loads it. It is large, so that it is loaded when the first module is emitted.
import type binaryen from "binaryen";
import type { Ref } from "../math/writer.ts";
import type { Relation } from "../ops/params.ts";
import type { F32Binary, F32Unary } from "../ops/scalar.ts";

type Words<Text extends string> = Text extends `${infer Word} ${infer Rest}` ? Word | Words<Rest> : Text;

/** A module that is being made, and its instructions. */
export interface Assembler
  extends Pick<
    binaryen.Module,
    Words<"addCustomSection addFunction addFunctionExport block br br_if call dispose emitBinary emitText getFunction if loop ptr return runPasses select setFeatures setMemory validate">
  > {
  readonly i32: Pick<
    binaryen.Module["i32"],
    Words<"add and const div_u eq ge_s ge_u gt_s gt_u le_s le_u load lt_s lt_u mul ne or reinterpret rem_u shl shr_u store sub trunc_s_sat xor">
  >;
  readonly i64: Pick<binaryen.Module["i64"], Words<"add and const extend_u mul or reinterpret shl shr_u sub">>;
  readonly f32: Pick<binaryen.Module["f32"], F32Unary | F32Binary | Relation | Words<"const convert_s demote load store">>;
  readonly f64: Pick<binaryen.Module["f64"], Words<"const convert_s mul neg reinterpret">>;
  readonly v128: Pick<
    binaryen.Module["v128"],
    Words<"and andnot any_true bitselect const load load32_lane load32_splat load32_zero not or store xor">
  >;
  readonly f32x4: Pick<
    binaryen.Module["f32x4"],
    F32Unary | F32Binary | Relation | Words<"convert_i32x4_s demote_f64x2_zero extract_lane pmax pmin replace_lane splat">
  >;
  readonly i32x4: Pick<
    binaryen.Module["i32x4"],
    Words<"abs add eq extract_lane ge_s gt_s le_s lt_s max_s min_s mul ne neg replace_lane shl shr_s shr_u splat sub trunc_sat_f32x4_s">
  >;
  readonly f64x2: Pick<
    binaryen.Module["f64x2"],
    Words<"abs add div eq extract_lane ge gt le lt max min mul ne neg pmax pmin promote_low_f32x4 replace_lane splat sqrt sub trunc">
  >;
  readonly i64x2: Pick<binaryen.Module["i64x2"], Words<"add eq shl shr_u sub">>;
  readonly i8x16: Pick<binaryen.Module["i8x16"], Words<"add shuffle splat sub swizzle">>;
  readonly local: Pick<binaryen.Module["local"], Words<"get set">>;
}

/** The library. */
export interface Binaryen
  extends Pick<typeof binaryen, Words<"Features RelaxedMaddVecF32x4 createType f32 f64 getDebugInfo i32 i64 none setDebugInfo v128">> {
  readonly Module: new () => Assembler;
  readBinary(bytes: Uint8Array): Assembler;
}

/** Loads it. */
export const loadBinaryen = async (): Promise<Binaryen> => (await import("binaryen")).default;

/** `a · b + c` in f32x4, rounded twice; with relaxed SIMD once or twice as the engine likes. */
export const multiplyAdd = (library: Binaryen, m: Assembler, isRelaxed: boolean, [a, b, c]: readonly [Ref, Ref, Ref]): Ref =>
  isRelaxed ? relaxedMadd(library, m, a, b, c) : m.f32x4.add(m.f32x4.mul(a, b), c);

// binaryen's modules have no method for it.
function relaxedMadd(library: Binaryen, m: Assembler, a: Ref, b: Ref, c: Ref): Ref {
  const raw = library as unknown as { _BinaryenSIMDTernary(module: number, op: number, a: Ref, b: Ref, c: Ref): Ref };
  return raw._BinaryenSIMDTernary(m.ptr, library.RelaxedMaddVecF32x4, a, b, c);
}
