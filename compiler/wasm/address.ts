// Where the elements of a buffer are: byte addresses as running pointers plus constant offsets.

import { InternalError } from "../../runtime/error.ts";
import { coefficientOf, type Dim, isDynamic, multiply } from "../ir/dim.ts";
import { elementBytes } from "../ir/type.ts";
import type { Affine, Axis, Buffer, Expr } from "../kernel/kernel.ts";
import { isAxis } from "../kernel/kernel.ts";
import type { Ref } from "../math/writer.ts";
import { type AxisValue, append, depthOf, dimValue, type Emission, frameAt, idOf, keep, originOf, recall, type Storage } from "./emission.ts";
import { isBeside, offsetAlong, type Point, pointKey, varies } from "./point.ts";
import { getLocal, newLocal } from "./writer.ts";

/** How an i32 expression is computed at one point. */
export type ScalarEmitter = (k: Emission, expr: Expr, point: Point) => Ref;

/** One part of a sum, computed in the frame at `depth`. */
interface Addend {
  readonly depth: number;
  readonly key: string;
  readonly value: () => Ref;
  /** The changing places that it was computed from. */
  readonly from: readonly Storage[];
  /** The coefficients, if this is a running loop variable times their sum: one of them is a number at most. */
  readonly running?: readonly Dim[];
}

/** `still + Σ addends`; `shift` is how much more it is at the point than at the first of the points side by side. */
interface Sum {
  readonly still: number;
  readonly shift: number;
  readonly addends: readonly Addend[];
}

const times = (k: Emission, value: Ref, factor: Dim): Ref => (factor === 1 ? value : k.code.m.i32.mul(value, dimValue(k, factor)));

function axisAddend(k: Emission, axis: Axis, coefficients: readonly Dim[], depth: number, local: number): Addend {
  const parts = () => coefficients.map((coefficient) => times(k, getLocal(k.code, local, "i32"), coefficient));
  const value = () => parts().reduce((sum, part) => k.code.m.i32.add(sum, part));
  return { depth, key: `${idOf(k, axis)}·(${coefficients.join("+")})`, value, from: [], running: coefficients };
}

function exprAddend(k: Emission, expr: Expr, coefficient: Dim, point: Point, scalar: ScalarEmitter): Addend {
  const key = `${idOf(k, expr)}@${pointKey(k, k.depends.expr(expr), point)}·${coefficient}`;
  return { depth: depthOf(k, expr), key, value: () => times(k, scalar(k, expr, point), coefficient), from: originOf(k, expr).changing };
}

const dimAddend = (k: Emission, dim: Dim): Addend => ({ depth: 0, key: `${dim}`, value: () => dimValue(k, dim), from: [] });

function sumOf(k: Emission, index: Affine, point: Point, scalar: ScalarEmitter): Sum {
  const addends: Addend[] = [];
  let still = index.offset;
  let shift = 0;
  const running = new Map<Axis, Dim[]>();
  for (const { atom, coefficient } of index.terms) {
    if (!isAxis(atom)) {
      addends.push(exprAddend(k, atom, coefficient, point, scalar));
      continue;
    }
    const value = k.axes.get(atom)?.value;
    if (!value && !isBeside(point, atom)) throw new InternalError(`The axis "${atom.name}" is used outside of its loop`);
    if (value && "local" in value) running.set(atom, [...(running.get(atom) ?? []), coefficient]);
    const known = value && "constant" in value ? value.constant : 0;
    const by = offsetAlong(point, atom);
    if (!isDynamic(coefficient)) {
      still += coefficient * known;
      shift += coefficient * by;
    } else if (known + by !== 0) addends.push(dimAddend(k, multiply(coefficient, known + by)));
  }
  for (const [axis, coefficients] of running) {
    const { depth, value } = k.axes.get(axis) as AxisValue;
    if ("local" in value) addends.push(axisAddend(k, axis, coefficients, depth, value.local));
  }
  return { still, shift, addends };
}

const baseAddend = (k: Emission, parameter: number): Addend => ({
  ...{ depth: 0, key: `argument ${parameter}`, value: () => getLocal(k.code, parameter, "i32"), from: [] },
});

/** A partial sum: nothing, or a value that is kept under `name`. */
interface Partial {
  readonly name: string;
  readonly value: (() => Ref) | undefined;
  readonly from: readonly Storage[];
}

// The pointer starts before the loop of its variable and advances at the end of every iteration.
function runningSum(k: Emission, { depth, value, running }: Addend, { name, value: prefix, from }: Partial): Ref {
  const { m } = k.code;
  const frame = frameAt(k, depth);
  const local = newLocal(k.code, "i32");
  append(k, m.local.set(local, prefix ? m.i32.add(prefix(), value()) : value()), depth - 1);
  const advanced = (running ?? []).reduce<Ref>(
    (sum, coefficient) => m.i32.add(sum, dimValue(k, multiply(coefficient, frame.step))),
    getLocal(k.code, local, "i32"),
  );
  frame.latch.push(m.local.set(local, advanced));
  frame.kept.set(name, { local, type: "i32", from });
  return getLocal(k.code, local, "i32");
}

function addTo(k: Emission, before: Partial, addend: Addend): Partial {
  const { m } = k.code;
  const after = { ...before, name: `${before.name}+${addend.key}`, from: [...before.from, ...addend.from] };
  const sum = () => (before.value ? m.i32.add(before.value(), addend.value()) : addend.value());
  const compute = () =>
    addend.running === undefined
      ? keep(k, { name: after.name, depth: addend.depth, type: "i32", from: after.from }, sum())
      : runningSum(k, addend, { ...after, value: before.value });
  const value = () => recall(k, after.name) ?? compute();
  value();
  return { ...after, value };
}

/** `anchor + Σ addends`, each partial sum computed as far outside as it can be; undefined for nothing. */
function emitSum(k: Emission, addends: readonly Addend[], anchor: number): Ref | undefined {
  const { m } = k.code;
  const inOrder = [...addends].sort((a, b) => a.depth - b.depth || Number(a.running === undefined) - Number(b.running === undefined));
  const start: Partial = { name: `sum ${anchor}`, value: anchor === 0 ? undefined : () => m.i32.const(anchor), from: [] };
  return inOrder.reduce((sum, addend) => addTo(k, sum, addend), start).value?.();
}

/** The value of an index as i32. */
export function emitIndex(k: Emission, index: Affine, point: Point, scalar: ScalarEmitter): Ref {
  const { m } = k.code;
  const { still, shift, addends } = sumOf(k, index, point, scalar);
  const sum = emitSum(k, addends, 0);
  if (sum === undefined) return m.i32.const(still + shift);
  return still + shift === 0 ? sum : m.i32.add(sum, m.i32.const(still + shift));
}

/** The value of an index that is known when code is emitted. */
export function knownIndex(k: Emission, index: Affine, point: Point, scalar: ScalarEmitter): number | undefined {
  const { still, shift, addends } = sumOf(k, index, point, scalar);
  return addends.length === 0 ? still + shift : undefined;
}

/** A byte address: `pointer + offset`, where the sum does not wrap around. */
export interface Address {
  readonly pointer: Ref;
  readonly offset: number;
}

/** The byte index of an element, without the buffer's offset. */
export function byteIndex(k: Emission, buffer: Buffer, index: readonly Affine[]): Affine {
  const strides = k.layout.get(buffer);
  if (!strides) throw new InternalError(`The buffer "${buffer.name}" has no layout`);
  let offset = 0;
  const coefficients = new Map<Axis | Expr, Dim[]>();
  index.forEach((one, d) => {
    const stride = multiply(strides[d] ?? 0, elementBytes[buffer.dtype]);
    if (one.offset !== 0 && isDynamic(stride)) addCoefficient(coefficients, extentAtom(k, stride), one.offset);
    else offset += one.offset * Number(one.offset === 0 ? 0 : stride);
    for (const { atom, coefficient } of one.terms) addCoefficient(coefficients, atom, multiply(coefficient, stride));
  });
  return { offset, terms: [...coefficients].flatMap(([atom, list]) => list.map((coefficient) => ({ atom, coefficient }))) };
}

// One object for each dimension, so that sums with it are recognised.
function extentAtom(k: Emission, dim: Dim): Expr {
  const known = k.extents.get(dim) ?? { kind: "extent", dtype: "i32", dim };
  k.extents.set(dim, known);
  return known;
}

function addCoefficient(coefficients: Map<Axis | Expr, Dim[]>, atom: Axis | Expr, coefficient: Dim): void {
  if (coefficient === 0) return;
  const list = coefficients.get(atom) ?? [];
  const at = typeof coefficient === "number" ? list.findIndex((other) => typeof other === "number") : -1;
  if (at < 0) list.push(coefficient);
  else list[at] = (list[at] as number) + (coefficient as number);
  coefficients.set(atom, list);
}

/**
 * The address of an element at a point.
 * Constants go into the instruction's offset where the pointer cannot be negative without them, since that sum does not wrap.
 */
export function emitAddress(k: Emission, buffer: Buffer, index: readonly Affine[], point: Point, scalar: ScalarEmitter): Address {
  const parameter = k.parameters.get(buffer);
  const base = parameter === undefined ? k.memory.offsets.get(buffer) : 0;
  if (base === undefined) throw new InternalError(`The buffer "${buffer.name}" has no place in memory`);
  const bytes = byteIndex(k, buffer, index);
  const { still, shift, addends } = sumOf(k, bytes, point, scalar);
  const axesOnly = bytes.terms.every(({ atom }) => isAxis(atom));
  const rising = axesOnly && bytes.terms.every(({ coefficient }) => coefficientOf(coefficient) >= 0);
  const sure = axesOnly && shift >= 0 && !k.frames.some((frame) => frame.conditional);
  const constant = base + still + shift;
  const offset = rising && constant >= 0 ? constant : sure ? shift : 0;
  const from = parameter === undefined ? addends : [baseAddend(k, parameter), ...addends];
  return { pointer: emitSum(k, from, constant - offset) ?? k.code.m.i32.const(constant - offset), offset };
}

/** Bytes from one lane to the next; undefined where that is no constant. */
export function laneStride(k: Emission, buffer: Buffer, index: readonly Affine[], point: Point): number | undefined {
  let stride = 0;
  for (const { atom, coefficient } of byteIndex(k, buffer, index).terms) {
    if (!isAxis(atom)) {
      if (varies(k, atom, point)) return undefined;
    } else if (atom === point.vector) {
      if (typeof coefficient !== "number") return undefined;
      stride += coefficient;
    }
  }
  return stride;
}
