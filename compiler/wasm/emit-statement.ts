// Statements other than loops, each at all points that are evaluated side by side.

import { InternalError } from "../../runtime/error.ts";
import { type Dtype, elementBytes } from "../ir/type.ts";
import { type Axis, type Combine as CombineKind, identityOf, type Local, type Statement } from "../kernel/kernel.ts";
import { f32x4, i32x4, type Ref } from "../math/writer.ts";
import { emitAddress, laneStride } from "./address.ts";
import { multiplyAdd } from "./binaryen.ts";
import { append, type Binding, closeFrame, type Emission, forget, innermost, openFrame, type Slot } from "./emission.ts";
import { boundsVary, emitAny, emitBounds, emitScalar, emitVector, knownBounds, writerAt } from "./emit-expr.ts";
import { extractLane, toMemory } from "./lanes.ts";
import { inNeighbours } from "./neighbours.ts";
import { allLanes, axesBeside, lanesOf, type Point, pointKey, spreads, varies } from "./point.ts";
import { newLocal, valueType } from "./writer.ts";

type Of<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;

const type = (k: Emission, { dtype }: { dtype: Dtype }, vector: boolean) => k.code.library[valueType(dtype, vector)];

const get = (k: Emission, typed: { dtype: Dtype }, slot: Slot): Ref => k.code.m.local.get(slot.local, type(k, typed, slot.vector));

const newSlot = (k: Emission, dtype: Dtype, vector: boolean): Slot => ({ local: newLocal(k.code, valueType(dtype, vector)), vector });

/** The points that `axes` tell apart, by key; the first of those that agree. */
function distinct(k: Emission, axes: ReadonlySet<Axis>, points: readonly Point[]): Map<string, Point> {
  const found = new Map<string, Point>();
  for (const point of points) {
    const key = pointKey(k, axes, allLanes(point));
    if (!found.has(key)) found.set(key, point);
  }
  return found;
}

/** What is combined, and whether that is four lanes. */
interface Combination {
  readonly combine: CombineKind;
  readonly dtype: Dtype;
  readonly vector: boolean;
}

/** The value that a combination starts with. */
function identity(k: Emission, { combine, dtype, vector }: Combination): Ref {
  const { m } = k.code;
  const value = identityOf(combine, dtype);
  if (!vector) return dtype === "f32" ? m.f32.const(value) : m.i32.const(value);
  return (dtype === "f32" ? f32x4 : i32x4)(writerAt(k, 0), value);
}

/** `a ⊕ b` of sums and maxima. */
function combined(k: Emission, { combine, dtype, vector }: Combination, a: Ref, b: Ref): Ref {
  const { m } = k.code;
  if (combine === "sum") return (vector ? (dtype === "f32" ? m.f32x4 : m.i32x4) : dtype === "f32" ? m.f32 : m.i32).add(a, b);
  if (dtype === "f32") return vector ? m.f32x4.max(a, b) : m.f32.max(a, b);
  if (vector) return m.i32x4.max_s(a, b);
  const w = writerAt(k, innermost(k));
  const [x, y] = [w.hold(a, "i32"), w.hold(b, "i32")];
  return m.select(m.i32.gt_s(x(), y()), x(), y());
}

/** A place for a local, without slots yet. */
const bindingAt = (k: Emission, axes: ReadonlySet<Axis>, points: readonly Point[]): Binding => ({
  ...{ depth: innermost(k), axes, beside: new Set(axesBeside(points[0] as Point)), slots: new Map(), best: new Map() },
});

function emitLet(k: Emission, { local, value }: Of<"let">, points: readonly Point[]): void {
  const axes = k.depends.expr(value);
  const binding = bindingAt(k, axes, points);
  for (const [key, point] of distinct(k, axes, points)) {
    const { value: code, vector } = emitAny(k, value, point);
    const slot = newSlot(k, local.dtype, vector);
    append(k, k.code.m.local.set(slot.local, code));
    binding.slots.set(key, slot);
  }
  k.bindings.set(local, binding);
}

function emitAccumulator(k: Emission, { local, combine }: Of<"accumulator">, points: readonly Point[]): void {
  const { m } = k.code;
  const axes = k.depends.expr({ kind: "local", dtype: local.dtype, local });
  const binding = bindingAt(k, axes, points);
  for (const [key, point] of distinct(k, axes, points)) {
    const vector = spreads(axes, point);
    const slot = newSlot(k, local.dtype, vector);
    binding.slots.set(key, slot);
    append(k, m.local.set(slot.local, identity(k, { combine: combine === "argmax" ? "sum" : combine, dtype: local.dtype, vector })));
  }
  k.bindings.set(local, binding);
}

function bindingOf(k: Emission, local: Local): Binding {
  const binding = k.bindings.get(local);
  if (!binding) throw new InternalError(`The accumulator "${local.name}" is combined before it is declared`);
  return binding;
}

function slotOf(binding: Binding, key: string, local: Local): Slot {
  const slot = binding.slots.get(key);
  if (!slot) throw new InternalError(`The accumulator "${local.name}" has no place at the point ${key}`);
  return slot;
}

function emitCombine(k: Emission, statement: Of<"combine">, points: readonly Point[]): void {
  const { local, combine } = statement;
  const binding = bindingOf(k, local);
  // Points that are side by side within the accumulator's scope are partial results.
  const parts = new Set(axesBeside(points[0] as Point).filter((axis) => !binding.beside.has(axis)));
  for (const [key, point] of distinct(k, binding.axes, points)) {
    const slot = slotOf(binding, key, local);
    if (combine === "argmax") emitArgmax(k, statement, binding, key, point);
    else if (parts.size === 0) append(k, k.code.m.local.set(slot.local, sumOrMax(k, statement, slot, point)));
    else {
      const those = [...distinct(k, new Set([...binding.axes, ...parts]), points).values()].filter(
        (one) => pointKey(k, binding.axes, allLanes(one)) === key,
      );
      append(k, k.code.m.local.set(slot.local, joined(k, statement, slot, those, parts)));
    }
  }
  forget(k, local);
}

function sumOrMax(k: Emission, { local, combine, value }: Of<"combine">, slot: Slot, point: Point): Ref {
  const product =
    k.fast && slot.vector && combine === "sum" && value.kind === "op" && value.op === "mul" && value.dtype === "f32" ? value.args : undefined;
  if (product && k.uses.get(value) === 1) {
    const [a, b] = product.map((arg) => emitVector(k, arg, point)) as [Ref, Ref];
    return multiplyAdd(k.code.library, k.code.m, true, [a, b, get(k, local, slot)]);
  }
  const term = slot.vector ? emitVector(k, value, point) : emitScalar(k, value, point);
  return combined(k, { combine, dtype: local.dtype, vector: slot.vector }, get(k, local, slot), term);
}

/** The accumulator with the partial results of points that are side by side along `parts`: first these in order, then their lanes. */
function joined(k: Emission, { local, combine, value }: Of<"combine">, slot: Slot, points: readonly Point[], parts: ReadonlySet<Axis>): Ref {
  const { dtype } = local;
  const isAcross = points.some(({ vector }) => vector !== undefined && parts.has(vector));
  const vector = isAcross || slot.vector;
  const values = points.map((point) => (vector ? emitVector(k, value, point) : emitScalar(k, value, point)));
  const sum = values.reduce((a, b) => combined(k, { combine, dtype, vector }, a, b));
  return combined(k, { combine, dtype, vector: slot.vector }, get(k, local, slot), isAcross ? acrossLanes(k, { combine, dtype }, sum) : sum);
}

// (0 ⊕ 2) ⊕ (1 ⊕ 3)
function acrossLanes(k: Emission, { combine, dtype }: Omit<Combination, "vector">, lanes: Ref): Ref {
  const { m } = k.code;
  const w = writerAt(k, innermost(k));
  const bytes = (order: readonly number[]) => order.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte));
  const swapped = (value: () => Ref, order: readonly number[]) => m.i8x16.shuffle(value(), value(), bytes(order));
  const join = (a: Ref, b: Ref) => combined(k, { combine, dtype, vector: true }, a, b);
  const all = w.hold(lanes);
  const pairs = w.hold(join(all(), swapped(all, [2, 3, 0, 1])));
  return extractLane(m, dtype, join(pairs(), swapped(pairs, [1, 0, 3, 2])), 0);
}

// The first largest wins, and the first NaN wins over everything.
function emitArgmax(k: Emission, { local, value, at }: Of<"combine">, binding: Binding, key: string, point: Point): void {
  const { m } = k.code;
  const slot = slotOf(binding, key, local);
  const { vector } = slot;
  const best = bestSlot(k, binding, key, value.dtype, vector);
  const w = writerAt(k, innermost(k));
  const emit = vector ? emitVector : emitScalar;
  const term = w.hold(emit(k, value, point), valueType(value.dtype, vector));
  const position = at ? emit(k, at, point) : identity(k, { combine: "sum", dtype: "i32", vector });
  const [before, i] = [get(k, value, best), get(k, local, slot)];
  const better = w.hold(
    isBetter(k, value.dtype, vector, term, () => get(k, value, best)),
    vector ? "v128" : "i32",
  );
  const choose = (x: Ref, y: Ref) => (vector ? m.v128.bitselect(x, y, better()) : m.select(better(), x, y));
  append(k, m.local.set(slot.local, choose(position, i)));
  append(k, m.local.set(best.local, choose(term(), before)));
}

function isBetter(k: Emission, dtype: Dtype, vector: boolean, term: () => Ref, best: () => Ref): Ref {
  const { m } = k.code;
  if (dtype !== "f32") return vector ? m.i32x4.gt_s(term(), best()) : m.i32.gt_s(term(), best());
  if (vector) return m.v128.or(m.f32x4.gt(term(), best()), m.v128.and(m.f32x4.ne(term(), term()), m.f32x4.eq(best(), best())));
  return m.i32.or(m.f32.gt(term(), best()), m.i32.and(m.f32.ne(term(), term()), m.f32.eq(best(), best())));
}

// The largest value so far is declared where the accumulator is.
function bestSlot(k: Emission, binding: Binding, key: string, dtype: Dtype, vector: boolean): Slot {
  const known = binding.best.get(key);
  if (known) return known;
  const slot = newSlot(k, dtype, vector);
  binding.best.set(key, slot);
  append(k, k.code.m.local.set(slot.local, identity(k, { combine: "max", dtype, vector })), binding.depth);
  return slot;
}

function emitStore(k: Emission, statement: Of<"store">, points: readonly Point[]): void {
  for (const group of inNeighbours(k, statement, points)) {
    const [point] = group as [Point];
    if (group.length > 1) storeVectors(k, statement, group);
    else if (boundsVary(k, statement.inside, point)) storeInside(k, statement, point);
    else emitGuardedStore(k, statement, point);
  }
  forget(k, statement.buffer);
}

/** Stores in the lanes where the bounds hold, which may be known. */
function storeInside(k: Emission, statement: Of<"store">, point: Point): void {
  const lanes = lanesOf(point);
  const held = lanes.map((lane) => knownBounds(k, statement.inside, lane));
  if (held.includes(undefined)) for (const lane of lanes) emitGuardedStore(k, statement, lane);
  else
    storeLanes(
      k,
      statement,
      point,
      lanes.filter((_, i) => held[i]),
    );
}

function emitGuardedStore(k: Emission, statement: Of<"store">, point: Point): void {
  const { m } = k.code;
  if (statement.inside.length === 0) {
    storeAt(k, statement, point);
    return;
  }
  const condition = emitBounds(k, statement.inside, point);
  openFrame(k, { conditional: true });
  storeAt(k, statement, point);
  append(k, m.if(condition, m.block(null, closeFrame(k).code)));
}

function storeAt(k: Emission, statement: Of<"store">, point: Point): void {
  const { buffer, index, value } = statement;
  const lanes = point.vector !== undefined && point.lane === undefined;
  const stride = lanes ? laneStride(k, buffer, index, point) : 0;
  if (stride === elementBytes[buffer.dtype]) storeVectors(k, statement, [point]);
  else if (stride === 0 && !varies(k, value, point)) storeScalar(k, statement, point, emitScalar(k, value, point));
  else storeLanes(k, statement, point, lanesOf(point));
}

function storeScalar(k: Emission, { buffer, index, accumulate }: Of<"store">, point: Point, value: Ref): void {
  const { m } = k.code;
  const code = buffer.dtype === "f32" ? m.f32 : m.i32;
  const place = () => emitAddress(k, buffer, index, point, emitScalar);
  const { pointer, offset } = place();
  const sum = () => code.add(code.load(offset, 4, place().pointer), value);
  append(k, code.store(offset, 4, pointer, accumulate ? sum() : value));
}

/** Stores at points whose vectors lie in the lanes' order, when all of them are computed. */
function storeVectors(k: Emission, { buffer, index, value, accumulate }: Of<"store">, points: readonly Point[]): void {
  const { m } = k.code;
  const w = writerAt(k, innermost(k));
  const add = (buffer.dtype === "f32" ? m.f32x4 : m.i32x4).add;
  const stores = points.map((point) => {
    const lanes = toMemory(m, buffer.dtype, emitVector(k, value, point));
    const place = () => emitAddress(k, buffer, index, point, emitScalar);
    const { pointer, offset } = place();
    const stored = accumulate ? add(m.v128.load(offset, 4, place().pointer), lanes) : lanes;
    const held = points.length > 1 ? w.hold(stored) : () => stored;
    return () => m.v128.store(offset, 4, pointer, held());
  });
  for (const store of stores) append(k, store());
}

function storeLanes(k: Emission, statement: Of<"store">, point: Point, stored: readonly Point[]): void {
  const { value } = statement;
  const w = writerAt(k, innermost(k));
  const lanes = w.hold(emitVector(k, value, point));
  for (const one of stored) storeScalar(k, statement, one, extractLane(k.code.m, value.dtype, lanes(), one.lane ?? 0));
}

type Emit = { readonly [K in Exclude<Statement["kind"], "loop">]: (k: Emission, statement: Of<K>, points: readonly Point[]) => void };
const emitters: Emit = { let: emitLet, accumulator: emitAccumulator, combine: emitCombine, store: emitStore };

/** Emits a statement at all points. */
export function emitStatement(k: Emission, statement: Exclude<Statement, { kind: "loop" }>, points: readonly Point[]): void {
  emitters[statement.kind](k, statement as never, points);
}
