// Where the elements of a buffer are: byte addresses as running pointers plus constant offsets.

import { InternalError } from "../../runtime/error.ts";
import { coefficientOf, type Dim, isDynamic, multiply } from "../ir/dim.ts";
import type { Affine, Axis, Buffer, Expr } from "../kernel/kernel.ts";
import { isAxis } from "../kernel/kernel.ts";
import type { Ref } from "./binaryen.ts";
import { append, depthOf, dimValue, type Emission, frameAt, idOf, once, recall } from "./emission.ts";
import { offsetAlong, type Point, pointKey, varies } from "./point.ts";
import { getLocal, newLocal } from "./writer.ts";

/** How an i32 expression is computed at one point. */
export type ScalarEmitter = (k: Emission, expr: Expr, point: Point) => Ref;

/** One part of a sum, computed in the frame at `depth`. */
interface Addend {
  readonly depth: number;
  readonly key: string;
  readonly value: () => Ref;
  /** A running loop variable times a coefficient. */
  readonly running?: { readonly local: number; readonly coefficient: Dim };
}

/** `still + Σ addends`; `shift` is how much more it is at the point than at the first of the points side by side. */
interface Sum {
  readonly still: number;
  readonly shift: number;
  readonly addends: readonly Addend[];
}

const times = (k: Emission, value: Ref, factor: Dim): Ref => (factor === 1 ? value : k.code.m.i32.mul(value, dimValue(k, factor)));

function axisAddend(k: Emission, axis: Axis, coefficient: Dim, depth: number, local: number): Addend {
  const value = () => times(k, getLocal(k.code, local, "i32"), coefficient);
  return { depth, key: `${idOf(k, axis)}·${coefficient}`, value, running: { local, coefficient } };
}

function exprAddend(k: Emission, expr: Expr, coefficient: Dim, point: Point, scalar: ScalarEmitter): Addend {
  const key = `${idOf(k, expr)}@${pointKey(k, k.depends.expr(expr), point)}·${coefficient}`;
  return { depth: depthOf(k, expr), key, value: () => times(k, scalar(k, expr, point), coefficient) };
}

const dimAddend = (k: Emission, dim: Dim): Addend => ({ depth: 0, key: `${dim}`, value: () => dimValue(k, dim) });

function sumOf(k: Emission, index: Affine, point: Point, scalar: ScalarEmitter): Sum {
  const addends: Addend[] = [];
  let still = index.offset;
  let shift = 0;
  for (const { atom, coefficient } of index.terms) {
    if (!isAxis(atom)) {
      addends.push(exprAddend(k, atom, coefficient, point, scalar));
      continue;
    }
    const axis = k.axes.get(atom);
    if (!axis) throw new InternalError(`The axis "${atom.name}" is used outside of its loop`);
    if ("local" in axis.value) addends.push(axisAddend(k, atom, coefficient, axis.depth, axis.value.local));
    const known = "constant" in axis.value ? axis.value.constant : 0;
    const by = offsetAlong(point, atom);
    if (!isDynamic(coefficient)) {
      still += coefficient * known;
      shift += coefficient * by;
    } else if (known + by !== 0) addends.push(dimAddend(k, multiply(coefficient, known + by)));
  }
  return { still, shift, addends };
}

// The pointer starts before the loop of its variable and advances at the end of every iteration.
function runningSum(
  k: Emission,
  { depth, running }: Addend & { running: NonNullable<Addend["running"]> },
  key: string,
  prefix: Ref | undefined,
): Ref {
  const { m } = k.code;
  const frame = frameAt(k, depth);
  const start = times(k, getLocal(k.code, running.local, "i32"), running.coefficient);
  const local = newLocal(k.code, "i32");
  append(k, m.local.set(local, prefix === undefined ? start : m.i32.add(prefix, start)), depth - 1);
  const step = dimValue(k, multiply(running.coefficient, frame.step));
  frame.latch.push(m.local.set(local, m.i32.add(getLocal(k.code, local, "i32"), step)));
  frame.kept.set(key, { local, type: "i32", from: [] });
  return getLocal(k.code, local, "i32");
}

/** `anchor + Σ addends`, each partial sum computed as far outside as it can be; undefined for nothing. */
function emitSum(k: Emission, addends: readonly Addend[], anchor: number): Ref | undefined {
  const { m } = k.code;
  const inOrder = [...addends].sort((a, b) => a.depth - b.depth || Number(!a.running) - Number(!b.running));
  let key = `sum ${anchor}`;
  let prefix: (() => Ref) | undefined = anchor === 0 ? undefined : () => m.i32.const(anchor);
  for (const addend of inOrder) {
    const before = prefix;
    const name = `${key}+${addend.key}`;
    const { running } = addend;
    const add = () => (before ? m.i32.add(before(), addend.value()) : addend.value());
    const compute = () => (running ? runningSum(k, { ...addend, running }, name, before?.()) : once(k, name, addend.depth, "i32", add));
    prefix = () => recall(k, name) ?? compute();
    prefix();
    key = name;
  }
  return prefix?.();
}

/** The value of an index as i32. */
export function emitIndex(k: Emission, index: Affine, point: Point, scalar: ScalarEmitter): Ref {
  const { m } = k.code;
  const { still, shift, addends } = sumOf(k, index, point, scalar);
  const sum = emitSum(k, addends, 0);
  if (sum === undefined) return m.i32.const(still + shift);
  return still + shift === 0 ? sum : m.i32.add(sum, m.i32.const(still + shift));
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
    const stride = multiply(strides[d] ?? 0, 4);
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
  const base = k.memory.offsets.get(buffer);
  if (base === undefined) throw new InternalError(`The buffer "${buffer.name}" has no place in memory`);
  const bytes = byteIndex(k, buffer, index);
  const { still, shift, addends } = sumOf(k, bytes, point, scalar);
  const axesOnly = bytes.terms.every(({ atom }) => isAxis(atom));
  const rising = axesOnly && bytes.terms.every(({ coefficient }) => coefficientOf(coefficient) >= 0);
  const sure = axesOnly && shift >= 0 && !k.frames.some((frame) => frame.conditional);
  const constant = base + still + shift;
  const offset = rising && constant >= 0 ? constant : sure ? shift : 0;
  return { pointer: emitSum(k, addends, constant - offset) ?? k.code.m.i32.const(constant - offset), offset };
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
