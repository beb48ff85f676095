// The vector functions of one module, each added at its first call.
import type { Ref, VectorFunction } from "../math/writer.ts";
import { type Assembler, type Binaryen, multiplyAdd } from "./binaryen.ts";
import { addFunction, type FunctionCode, newLocal, type Writer } from "./writer.ts";

/** Code of a vector function at a place: a call, or if `inline` and worth it the function's own code. */
export type MathCode = (w: Writer, called: VectorFunction, args: readonly Ref[], inline: boolean) => Ref;

interface Module {
  readonly library: Binaryen;
  readonly m: Assembler;
  readonly isRelaxed: boolean;
}

/** The vector functions of the module `m`; `isRelaxed`: with relaxed SIMD. */
export function mathLibrary(library: Binaryen, m: Assembler, isRelaxed: boolean): MathCode {
  const math: MathCode = (w, called, args, inline) => {
    if (inline && called.short) return called.body(w, ...args);
    const callee = `math.${called.name}`;
    if (m.getFunction(callee) === 0) define({ library, m, isRelaxed }, math, called, callee);
    return m.call(callee, [...args], library.v128);
  };
  return math;
}

function define({ library, m, isRelaxed }: Module, math: MathCode, { parameters, body }: VectorFunction, callee: string): void {
  const code: FunctionCode = { library, m, parameters: Array.from({ length: parameters }, () => "v128" as const), locals: [] };
  const statements: Ref[] = [];
  const w: Writer = {
    m,
    hold(value, type = "v128") {
      const local = newLocal(code, type);
      statements.push(m.local.set(local, value));
      return () => m.local.get(local, library[type]);
    },
    constant: (bytes) => m.v128.const(bytes),
    madd: (...operands) => multiplyAdd(library, m, isRelaxed, operands),
    math: (inner, args) => math(w, inner, args, false),
  };
  const args = Array.from({ length: parameters }, (_, i) => m.local.get(i, library.v128));
  const result = body(w, ...args);
  addFunction(code, callee, m.block(null, [...statements, result], library.v128), "v128");
}
