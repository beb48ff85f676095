// The instructions of each scalar op, for one value and for four lanes, by the dtype of its operands.

import { InternalError } from "../../runtime/error.ts";
import type { Dtype } from "../ir/type.ts";
import { constantExpr, type Expr, type ScalarOp } from "../kernel/kernel.ts";
import type { VectorFunction } from "../math/writer.ts";
import { f32x4, i32x4, type Ref } from "../math/writer.ts";
import { fromScalars } from "../ops/elementwise.ts";
import type { Relation } from "../ops/params.ts";
import { type F32Binary, type F32Instruction, type F32Unary, f32Binary, f32Unary, type I32Instruction, type ScalarRecord } from "../ops/scalar.ts";
import type { Assembler } from "./binaryen.ts";
import { randomKeyScalar, uniformScalar, uniformVector } from "./random.ts";
import type { Writer } from "./writer.ts";

type Emit = (w: Writer, ...args: Ref[]) => Ref;

/** How an op is written; an op without `vector` is done lane by lane. */
export interface Instruction {
  readonly scalar: Emit;
  readonly vector?: Emit;
}

type Forms = { readonly [D in Dtype]?: Instruction };

type I32Method = "add" | "sub" | "mul" | "eq" | "ne";
type Compared = "lt_s" | "le_s" | "gt_s" | "ge_s";

const f32OfTwo = (name: F32Binary | Relation): Instruction => ({
  scalar: ({ m }, a, b) => m.f32[name](a, b),
  vector: ({ m }, a, b) => m.f32x4[name](a, b),
});
const f32OfOne = (name: F32Unary): Instruction => ({ scalar: ({ m }, x) => m.f32[name](x), vector: ({ m }, x) => m.f32x4[name](x) });
const i32OfTwo = (name: I32Method | Compared): Instruction => ({
  scalar: ({ m }, a, b) => m.i32[name](a, b),
  vector: ({ m }, a, b) => m.i32x4[name](a, b),
});

/** A bool op on i32 0 and 1, and on masks. */
const logic = (scalar: (m: Assembler, a: Ref, b: Ref) => Ref, vector: (m: Assembler, a: Ref, b: Ref) => Ref): Instruction => ({
  scalar: ({ m }, a, b) => scalar(m, a, b),
  vector: ({ m }, a, b) => vector(m, a, b),
});

/** A vector function; one value goes through all lanes, so that it has the same bits. */
const vectorFunction = (called: VectorFunction): Instruction => ({
  scalar: (w, ...args) =>
    w.m.f32x4.extract_lane(
      w.math(
        called,
        args.map((arg) => w.m.f32x4.splat(arg)),
        false,
      ),
      0,
    ),
  vector: (w, ...args) => w.math(called, args, true),
});

const i32Extreme = (better: Compared, lanes: "min_s" | "max_s"): Instruction => ({
  scalar(w, a, b) {
    const [x, y] = [w.hold(a, "i32"), w.hold(b, "i32")];
    return w.m.select(w.m.i32[better](x(), y()), x(), y());
  },
  vector: ({ m }, a, b) => m.i32x4[lanes](a, b),
});

// (x > 0) - (x < 0): 0 at both zeros and at NaN.
const f32Sign: Instruction = {
  scalar(w, x) {
    const { m } = w;
    const held = w.hold(x, "f32");
    return m.f32.convert_s.i32(m.i32.sub(m.f32.gt(held(), m.f32.const(0)), m.f32.lt(held(), m.f32.const(0))));
  },
  vector(w, x) {
    const { m } = w;
    const held = w.hold(x);
    return m.f32x4.convert_i32x4_s(m.i32x4.sub(m.f32x4.lt(held(), f32x4(w, 0)), m.f32x4.gt(held(), f32x4(w, 0))));
  },
};

const i32Sign: Instruction = {
  scalar(w, x) {
    const { m } = w;
    const held = w.hold(x, "i32");
    return m.i32.sub(m.i32.gt_s(held(), m.i32.const(0)), m.i32.lt_s(held(), m.i32.const(0)));
  },
  vector(w, x) {
    const { m } = w;
    const held = w.hold(x);
    return m.i32x4.sub(m.i32x4.lt_s(held(), i32x4(w, 0)), m.i32x4.gt_s(held(), i32x4(w, 0)));
  },
};

const i32Abs: Instruction = {
  scalar(w, x) {
    const { m } = w;
    const held = w.hold(x, "i32");
    return m.select(m.i32.lt_s(held(), m.i32.const(0)), m.i32.sub(m.i32.const(0), held()), held());
  },
  vector: ({ m }, x) => m.i32x4.abs(x),
};

const choice: Instruction = {
  scalar: ({ m }, condition, a, b) => m.select(condition, a, b),
  vector: ({ m }, condition, a, b) => m.v128.bitselect(a, b, condition),
};

const same: Instruction = { scalar: (_, x) => x, vector: (_, x) => x };

const relations = {
  eq: logic(
    (m, a, b) => m.i32.eq(a, b),
    (m, a, b) => m.v128.not(m.v128.xor(a, b)),
  ),
  ne: logic(
    (m, a, b) => m.i32.ne(a, b),
    (m, a, b) => m.v128.xor(a, b),
  ),
  lt: logic(
    (m, a, b) => m.i32.lt_u(a, b),
    (m, a, b) => m.v128.andnot(b, a),
  ),
  le: logic(
    (m, a, b) => m.i32.le_u(a, b),
    (m, a, b) => m.v128.or(m.v128.not(a), b),
  ),
  gt: logic(
    (m, a, b) => m.i32.gt_u(a, b),
    (m, a, b) => m.v128.andnot(a, b),
  ),
  ge: logic(
    (m, a, b) => m.i32.ge_u(a, b),
    (m, a, b) => m.v128.or(a, m.v128.not(b)),
  ),
};

const toF32: Forms = {
  f32: same,
  i32: { scalar: ({ m }, x) => m.f32.convert_s.i32(x), vector: ({ m }, x) => m.f32x4.convert_i32x4_s(x) },
  bool: { scalar: ({ m }, x) => m.f32.convert_s.i32(x), vector: (w, x) => w.m.v128.and(x, f32x4(w, 1)) },
};
const toI32: Forms = {
  f32: { scalar: ({ m }, x) => m.i32.trunc_s_sat.f32(x), vector: ({ m }, x) => m.i32x4.trunc_sat_f32x4_s(x) },
  i32: same,
  bool: { scalar: (_, x) => x, vector: ({ m }, x) => m.i32x4.neg(x) },
};
const toBool: Forms = {
  f32: { scalar: ({ m }, x) => m.f32.ne(x, m.f32.const(0)), vector: (w, x) => w.m.f32x4.ne(x, f32x4(w, 0)) },
  i32: { scalar: ({ m }, x) => m.i32.ne(x, m.i32.const(0)), vector: (w, x) => w.m.i32x4.ne(x, i32x4(w, 0)) },
  bool: same,
};

const i32Neg: Instruction = { scalar: ({ m }, x) => m.i32.sub(m.i32.const(0), x), vector: ({ m }, x) => m.i32x4.neg(x) };

const byName = <N extends string>(names: readonly N[], of: (name: N) => Instruction) =>
  Object.fromEntries(names.map((name) => [name, of(name)])) as Record<N, Instruction>;

const f32Instructions: { readonly [I in F32Instruction]: Instruction } = {
  ...byName(f32Unary, f32OfOne),
  ...byName(f32Binary, f32OfTwo),
  sign: f32Sign,
};

const i32Instructions: { readonly [I in I32Instruction]: Instruction } = {
  add: i32OfTwo("add"),
  sub: i32OfTwo("sub"),
  mul: i32OfTwo("mul"),
  min: i32Extreme("lt_s", "min_s"),
  max: i32Extreme("gt_s", "max_s"),
  neg: i32Neg,
  abs: i32Abs,
  sign: i32Sign,
};

/** What the record of a scalar op says. */
function formsOf({ name, arity, f32, i32 }: ScalarRecord): Forms {
  const { code } = f32;
  const float = typeof code === "string" ? f32Instructions[code] : vectorFunction({ ...code, name, parameters: arity });
  return { f32: float, ...(i32 && { i32: i32Instructions[i32.code] }) };
}

const table: { readonly [op in ScalarOp]: Forms } = {
  ...fromScalars(formsOf),
  where: { f32: choice, i32: choice, bool: choice },
  eq: { f32: f32OfTwo("eq"), i32: i32OfTwo("eq"), bool: relations.eq },
  ne: { f32: f32OfTwo("ne"), i32: i32OfTwo("ne"), bool: relations.ne },
  lt: { f32: f32OfTwo("lt"), i32: i32OfTwo("lt_s"), bool: relations.lt },
  le: { f32: f32OfTwo("le"), i32: i32OfTwo("le_s"), bool: relations.le },
  gt: { f32: f32OfTwo("gt"), i32: i32OfTwo("gt_s"), bool: relations.gt },
  ge: { f32: f32OfTwo("ge"), i32: i32OfTwo("ge_s"), bool: relations.ge },
  toF32,
  toI32,
  toBool,
  quotient: { i32: { scalar: ({ m }, a, b) => m.i32.div_u(a, b) } },
  remainder: { i32: { scalar: ({ m }, a, b) => m.i32.rem_u(a, b) } },
  randomKey: { i32: { scalar: randomKeyScalar } },
  uniform: { i32: { scalar: uniformScalar, vector: uniformVector } },
};

type Op = Extract<Expr, { kind: "op" }>;

/** The op that runs for `expr`: a product for a quotient by a power of two, which has the same bits and takes a fraction of the time. */
export function runOp(expr: Op): Op {
  const [x, by] = expr.args;
  if (expr.op !== "div" || !x || by?.kind !== "constant" || expr.dtype !== "f32") return expr;
  const exponent = Math.log2(Math.abs(by.value));
  const isExact = Number.isInteger(exponent) && Math.abs(exponent) <= 126;
  return isExact ? { ...expr, op: "mul", args: [x, constantExpr(1 / by.value)] } : expr;
}

/** The instruction of `op` for operands like `args`. */
export function instruction(op: ScalarOp, args: readonly Expr[], dtype: Dtype): Instruction {
  const operand = op === "where" ? dtype : (args[0]?.dtype ?? dtype);
  const found = table[op][operand];
  if (!found) throw new InternalError(`No instruction computes "${op}" of ${operand}`);
  return found;
}
