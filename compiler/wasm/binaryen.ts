// The assembler. binaryen is large, so it is loaded when the first module is emitted.
import type binaryen from "binaryen";

export type Binaryen = typeof binaryen;
export type Assembler = binaryen.Module;

/** An expression of binaryen: a node of a tree, used exactly once. */
export type Ref = number;

/** The binaryen library. */
export const loadBinaryen = async (): Promise<Binaryen> => (await import("binaryen")).default;

/** `a · b + c`, rounded once or twice as the engine likes. binaryen's modules have no method for it. */
export function relaxedMadd(library: Binaryen, m: Assembler, a: Ref, b: Ref, c: Ref): Ref {
  const raw = library as unknown as { _BinaryenSIMDTernary(module: number, op: number, a: Ref, b: Ref, c: Ref): Ref };
  return raw._BinaryenSIMDTernary(m.ptr, library.RelaxedMaddVecF32x4, a, b, c);
}
