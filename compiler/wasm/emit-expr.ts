// Expressions: one value, or four lanes. Each is computed once, as far outside as it can be, and shared by the points that agree on it.

import { InternalError } from "../../runtime/error.ts";
import { type Dtype, elementBytes } from "../ir/type.ts";
import { type Bound, type Expr, isAxis, type Scalar } from "../kernel/kernel.ts";
import { operandsOf } from "../kernel/visit.ts";
import type { Held, Ref, ValueType } from "../math/writer.ts";
import { emitAddress, emitIndex, knownIndex, laneStride } from "./address.ts";
import { multiplyAdd } from "./binaryen.ts";
import { closeFrame, depthOf, dimValue, type Emission, frameAt, idOf, innermost, keep, once, openFrame, originOf, recall } from "./emission.ts";
import { extractLane, fromMemory, joinLanes, splat } from "./lanes.ts";
import { allLanes, lanesOf, type Point, pointKey, varies } from "./point.ts";
import { instruction, runOp } from "./scalar-ops.ts";
import { getLocal, newLocal, valueType, type Writer } from "./writer.ts";

type Op = Extract<Expr, { kind: "op" }>;
type Load = Extract<Expr, { kind: "load" }>;
type Guard = Extract<Expr, { kind: "guard" }>;
type LocalExpr = Extract<Expr, { kind: "local" }>;

/** Who uses a value: an operand that is used once needs no local if it is computed where its user is. */
interface User {
  readonly depth: number;
  readonly key: string;
}

const everything = { has: () => true } as unknown as ReadonlySet<never>;

/** A statement as user of `expr`. */
function statementAt(k: Emission, expr: Expr, point: Point): User {
  climb(k, expr, point);
  return { depth: innermost(k), key: pointKey(k, everything, point) };
}

/** A writer into the frame at `depth`; constants go outside of all loops. */
export function writerAt(k: Emission, depth: number): Writer {
  const { m, library } = k.code;
  return {
    m,
    hold(value, type = "v128"): Held {
      const local = newLocal(k.code, type);
      frameAt(k, depth).code.push(m.local.set(local, value));
      return () => m.local.get(local, library[type]);
    },
    constant: (bytes) => once(k, { name: `constant ${bytes}`, depth: 0, type: "v128" }, () => m.v128.const(bytes)),
    madd: (...operands) => multiplyAdd(library, m, k.fast, operands),
    math: (name, args, inline) => k.math(writerAt(k, depth), name, args, inline),
  };
}

const isHeld = (k: Emission, expr: Expr): boolean => k.uses.get(expr) !== 1 || k.milestones.has(expr);

/** Computes the milestones below `expr` first, lowest first, so that deep expressions need no deep recursion. */
function climb(k: Emission, expr: Expr, point: Point): void {
  for (const part of milestonesBelow(k, expr)) {
    const user = { depth: innermost(k), key: pointKey(k, everything, point) };
    if (varies(k, part, point)) emitVector(k, part, point, user);
    else emitScalar(k, part, point, user);
  }
}

// Values under a guard are not computed before it.
function milestonesBelow(k: Emission, expr: Expr): Expr[] {
  if (k.milestones.size === 0) return [];
  const open = (one: Expr) => (one.kind === "guard" ? [] : operandsOf(one));
  const found = new Set([expr]);
  for (const one of found) for (const operand of open(one)) found.add(operand);
  return [...k.milestones].filter((one) => one !== expr && found.has(one));
}

function shared(k: Emission, expr: ComputedExpr, point: Point, user: User, { vector, code }: Form): Ref {
  const axes = k.depends.expr(expr);
  const key = pointKey(k, axes, point);
  const name = `${vector ? "lanes" : "value"} ${idOf(k, expr)}@${key}`;
  const known = recall(k, name) ?? (vector ? undefined : laneOfVector(k, expr, point));
  if (known !== undefined) return known;
  const depth = depthOf(k, expr);
  const value = code[expr.kind](k, expr as never, point, { depth, key });
  if (!isHeld(k, expr) && depth === user.depth && key === user.key) return value;
  return keep(k, { name, depth, type: valueType(expr.dtype, vector), from: originOf(k, expr).changing }, value);
}

// A lane of lanes that are at hand costs less than its own computation.
function laneOfVector(k: Emission, expr: Expr, point: Point): Ref | undefined {
  if (point.lane === undefined || !varies(k, expr, allLanes(point))) return undefined;
  const lanes = recall(k, `lanes ${idOf(k, expr)}@${pointKey(k, k.depends.expr(expr), allLanes(point))}`);
  return lanes === undefined ? undefined : extractLane(k.code.m, expr.dtype, lanes, point.lane);
}

/** The value of `expr` at one point. */
export function emitScalar(k: Emission, expr: Expr, point: Point, user = statementAt(k, expr, point)): Ref {
  if (expr.kind === "constant") return scalarConstant(k, expr.dtype, expr.value);
  if (expr.kind === "scalar") return scalarArgument(k, expr.scalar);
  if (expr.kind === "extent") return dimValue(k, expr.dim);
  if (expr.kind === "local") return scalarLocal(k, expr, point);
  return shared(k, expr, point, user, scalarForm);
}

/** The four values of `expr` at the lanes of the point. */
export function emitVector(k: Emission, expr: Expr, point: Point, user = statementAt(k, expr, point)): Ref {
  if (expr.kind === "constant" || expr.kind === "scalar" || expr.kind === "extent" || !varies(k, expr, point)) return splatted(k, expr, point, user);
  if (expr.kind === "local") return slotValue(k, expr, point).value;
  return shared(k, expr, point, user, vectorForm);
}

/** `expr` in the form that it has at the point, and whether that is lanes. */
export function emitAny(k: Emission, expr: Expr, point: Point): { readonly value: Ref; readonly vector: boolean } {
  const vector = varies(k, expr, point);
  return { value: vector ? emitVector(k, expr, point) : emitScalar(k, expr, point), vector };
}

function scalarArgument(k: Emission, scalar: Scalar): Ref {
  const parameter = k.parameters.get(scalar);
  return parameter === undefined ? k.code.m.i32.const(scalar.value) : getLocal(k.code, parameter, "i32");
}

function scalarConstant(k: Emission, dtype: Dtype, value: number): Ref {
  const { m } = k.code;
  return dtype === "f32" ? m.f32.const(value) : m.i32.const(value);
}

function splatConstant(k: Emission, dtype: Dtype, value: number): Ref {
  const numbers = dtype === "f32" ? new Float32Array(4).fill(value) : new Int32Array(4).fill(dtype === "bool" ? -value : value);
  return writerAt(k, 0).constant(new Uint8Array(numbers.buffer));
}

function splatted(k: Emission, expr: Expr, point: Point, user: User): Ref {
  const { m } = k.code;
  if (expr.kind === "constant") return splatConstant(k, expr.dtype, expr.value);
  const key = pointKey(k, k.depends.expr(expr), point);
  const name = `splat ${idOf(k, expr)}@${key}`;
  const known = recall(k, name);
  if (known !== undefined) return known;
  const depth = depthOf(k, expr);
  const direct = expr.kind === "load" && expr.dtype !== "bool" && k.uses.get(expr) === 1;
  const value = direct ? splatLoad(k, expr, point) : splat(m, expr.dtype, emitScalar(k, expr, point, { depth, key }));
  if (!isHeld(k, expr) && depth === user.depth && key === user.key) return value;
  return keep(k, { name, depth, type: "v128", from: originOf(k, expr).changing }, value);
}

function splatLoad(k: Emission, { buffer, index }: Load, point: Point): Ref {
  const { pointer, offset } = emitAddress(k, buffer, index, point, emitScalar);
  return k.code.m.v128.load32_splat(offset, 4, pointer);
}

function slotValue(k: Emission, { local }: LocalExpr, point: Point): { readonly value: Ref; readonly vector: boolean } {
  const binding = k.bindings.get(local);
  const slot = binding?.slots.get(pointKey(k, binding.axes, allLanes(point)));
  if (!slot) throw new InternalError(`The local "${local.name}" is used before it is set`);
  const type = valueType(local.dtype, slot.vector);
  return { value: k.code.m.local.get(slot.local, k.code.library[type]), vector: slot.vector };
}

function scalarLocal(k: Emission, expr: LocalExpr, point: Point): Ref {
  const { value, vector } = slotValue(k, expr, point);
  if (!vector) return value;
  if (point.lane === undefined) throw new InternalError(`The local "${expr.local.name}" is held in lanes`);
  return extractLane(k.code.m, expr.dtype, value, point.lane);
}

function scalarLoad(k: Emission, { buffer, index, dtype }: Load, point: Point): Ref {
  const { m } = k.code;
  const { pointer, offset } = emitAddress(k, buffer, index, point, emitScalar);
  return dtype === "f32" ? m.f32.load(offset, 4, pointer) : m.i32.load(offset, 4, pointer);
}

function vectorLoad(k: Emission, { buffer, index, dtype }: Load, point: Point): Ref {
  const { m } = k.code;
  if (laneStride(k, buffer, index, point) === elementBytes[dtype]) {
    const { pointer, offset } = emitAddress(k, buffer, index, point, emitScalar);
    return fromMemory(m, dtype, m.v128.load(offset, 4, pointer));
  }
  const [first, ...rest] = lanesOf(point).map((lane) => emitAddress(k, buffer, index, lane, emitScalar));
  if (!first) throw new InternalError("A point has no lanes");
  const start = m.v128.load32_zero(first.offset, 4, first.pointer);
  const lanes = rest.reduce((lanes, { offset, pointer }, i) => m.v128.load32_lane(offset, 4, i + 1, pointer, lanes), start);
  return fromMemory(m, dtype, lanes);
}

function scalarOp(k: Emission, expr: Op, point: Point, user: User): Ref {
  const { op, args, dtype } = runOp(expr);
  const { scalar } = instruction(op, args, dtype);
  return scalar(writerAt(k, user.depth), ...args.map((arg) => emitScalar(k, arg, point, user)));
}

function vectorOp(k: Emission, expr: Op, point: Point, user: User): Ref {
  const { op, args, dtype } = runOp(expr);
  const { vector } = instruction(op, args, dtype);
  if (vector) return vector(writerAt(k, user.depth), ...args.map((arg) => emitVector(k, arg, point, user)));
  return byLane(k, expr, point, (lane) => scalarOp(k, expr, lane, { ...user, key: pointKey(k, k.depends.expr(expr), lane) }));
}

const byLane = (k: Emission, expr: Expr, point: Point, compute: (lane: Point) => Ref): Ref =>
  joinLanes(k.code.m, expr.dtype, lanesOf(point).map(compute));

function vectorIndex(k: Emission, expr: Extract<Expr, { kind: "index" }>, point: Point): Ref {
  const { m } = k.code;
  const { index } = expr;
  const step = index.terms.find(({ atom }) => atom === point.vector)?.coefficient ?? 0;
  const computed = index.terms.some(({ atom }) => !isAxis(atom) && varies(k, atom, point));
  if (computed || typeof step !== "number") return byLane(k, expr, point, (lane) => emitIndex(k, index, lane, emitScalar));
  const ramp = writerAt(k, 0).constant(new Uint8Array(Int32Array.of(0, step, 2 * step, 3 * step).buffer));
  return m.i32x4.add(m.i32x4.splat(emitIndex(k, index, point, emitScalar)), ramp);
}

/** Whether all bounds hold at one point, as i32. */
export function emitBounds(k: Emission, bounds: readonly Bound[], point: Point): Ref {
  const { m } = k.code;
  const tests = bounds.map(({ index, lower, upper }) => {
    const value = emitIndex(k, { ...index, offset: index.offset - lower }, point, emitScalar);
    const limit = typeof upper === "number" ? m.i32.const(upper - lower) : m.i32.sub(dimValue(k, upper), m.i32.const(lower));
    // As unsigned numbers, those below `lower` are beyond every limit.
    return m.i32.lt_u(value, limit);
  });
  return tests.length === 0 ? m.i32.const(1) : tests.reduce((all, test) => m.i32.and(all, test));
}

/** Whether all bounds hold at a point, where that is known when code is emitted. */
export function knownBounds(k: Emission, bounds: readonly Bound[], point: Point): boolean | undefined {
  const held = bounds.map(({ index, lower, upper }) => {
    const value = knownIndex(k, index, point, emitScalar);
    return value === undefined || typeof upper !== "number" ? undefined : lower <= value && value < upper;
  });
  return held.includes(undefined) ? undefined : held.every((one) => one);
}

/** Whether some bound differs from lane to lane. */
export const boundsVary = (k: Emission, bounds: readonly Bound[], point: Point): boolean =>
  point.lane === undefined && point.vector !== undefined && bounds.some(({ index }) => k.depends.index(index).has(point.vector as never));

/** The code of `body` in a frame of its own, which runs only under a condition. */
export function emitConditional(k: Emission, body: () => Ref, type: ValueType): Ref {
  openFrame(k, { conditional: true });
  const value = body();
  const { code } = closeFrame(k);
  return code.length === 0 ? value : k.code.m.block(null, [...code, value], k.code.library[type]);
}

/** A guard as user of `expr`, in the frame of its branch. */
function branchAt(k: Emission, expr: Expr, point: Point, key: string): User {
  climb(k, expr, point);
  return { depth: innermost(k), key };
}

function guarded(k: Emission, { bounds, value, fill, dtype }: Guard, point: Point, vector: boolean, key: string): Ref {
  const type = valueType(dtype, vector);
  const branch = (expr: Expr) => {
    const emit = vector ? emitVector : emitScalar;
    return emitConditional(k, () => emit(k, expr, point, branchAt(k, expr, point, key)), type);
  };
  return k.code.m.if(emitBounds(k, bounds, point), branch(value), branch(fill));
}

function vectorGuard(k: Emission, expr: Guard, point: Point, { key }: User): Ref {
  const { m } = k.code;
  if (!boundsVary(k, expr.bounds, point)) return guarded(k, expr, point, true, key);
  const lanes = lanesOf(point) as [Point, Point, Point, Point];
  const oneByOne = () => byLane(k, expr, point, (lane) => guarded(k, expr, lane, false, pointKey(k, k.depends.expr(expr), lane)));
  const computed = expr.bounds.some(({ index }) => index.terms.some(({ atom }) => !isAxis(atom) && varies(k, atom, point)));
  if (computed) return oneByOne();
  // Bounds are linear along the lanes: they hold for all if they hold for the first and the last. Most vectors are such.
  const all = m.i32.and(emitBounds(k, expr.bounds, lanes[0]), emitBounds(k, expr.bounds, lanes[3]));
  const whole = emitConditional(k, () => emitVector(k, expr.value, point, branchAt(k, expr.value, point, key)), "v128");
  return m.if(all, whole, emitConditional(k, oneByOne, "v128"));
}

type ComputedExpr = Exclude<Expr, { kind: "constant" | "scalar" | "extent" | "local" }>;

/** How expressions are computed, as one value or as lanes. */
interface Form {
  readonly vector: boolean;
  readonly code: { readonly [K in ComputedExpr["kind"]]: (k: Emission, expr: Extract<Expr, { kind: K }>, point: Point, user: User) => Ref };
}

const scalarForm: Form = {
  vector: false,
  code: {
    index: (k, { index }, point) => emitIndex(k, index, point, emitScalar),
    load: scalarLoad,
    op: scalarOp,
    guard: (k, expr, point, { key }) => guarded(k, expr, point, false, key),
  },
};

const vectorForm: Form = {
  vector: true,
  code: { index: vectorIndex, load: vectorLoad, op: vectorOp, guard: vectorGuard },
};
