// Partial results of a reduction: accumulators of the points that run side by side, which are combined in a fixed order afterwards.

import { InternalError } from "../../runtime/error.ts";
import type { Axis, Local } from "../kernel/kernel.ts";
import type { Combine } from "../kernel/visit.ts";
import type { Ref } from "../math/writer.ts";
import { append, type Binding, type Emission, forget, innermost, type Slot } from "./emission.ts";
import { writerAt } from "./emit-expr.ts";
import { combined, declare } from "./emit-statement.ts";
import { type Point, pointKey } from "./point.ts";
import { getLocal, valueType } from "./writer.ts";

interface Partial {
  readonly statement: Combine;
  readonly total: Binding;
  /** For each slot of the total: the slots that are added to it. */
  readonly groups: readonly { readonly into: Slot; readonly from: readonly Slot[] }[];
}

/** Partial accumulators in place of those that `combines` change: `outer` points of the loop over `axis`, `inner` points of its body. */
export function openPartials(k: Emission, axis: Axis, combines: readonly Combine[], outer: readonly Point[], inner: readonly Point[]): Partial[] {
  return combines.map((statement) => {
    const { local, combine } = statement;
    const total = k.bindings.get(local);
    if (!total) throw new InternalError(`The accumulator "${local.name}" is combined before it is declared`);
    const lanes = inner.some(({ vector }) => vector === axis) || [...total.slots.values()].some(({ vector }) => vector);
    const binding = declare(k, { local, combine, axes: new Set([...total.axes, axis]) }, inner, lanes);
    k.bindings.set(local, binding);
    return { statement, total, groups: groupsOf(k, total, binding, outer, inner) };
  });
}

function groupsOf(k: Emission, total: Binding, partial: Binding, outer: readonly Point[], inner: readonly Point[]) {
  const perOuter = inner.length / outer.length;
  const groups = new Map<string, { into: Slot; from: Slot[] }>();
  outer.forEach((point, i) => {
    const key = pointKey(k, total.axes, point);
    const into = total.slots.get(key);
    if (!into || groups.has(key)) return;
    const keys = inner.slice(i * perOuter, (i + 1) * perOuter).map((part) => pointKey(k, partial.axes, part));
    groups.set(key, { into, from: [...new Set(keys)].flatMap((part) => partial.slots.get(part) ?? []) });
  });
  return [...groups.values()];
}

/** Adds the partial results to the totals, and puts these back in place. */
export function joinPartials(k: Emission, partials: readonly Partial[]): void {
  for (const { statement, total, groups } of partials) {
    k.bindings.set(statement.local, total);
    for (const group of groups) joinGroup(k, statement, group.into, group.from);
    forget(k, statement.local);
  }
}

function joinGroup(k: Emission, { local, combine }: Combine, into: Slot, from: readonly Slot[]): void {
  const get = ({ local: at, vector }: Slot) => getLocal(k.code, at, valueType(local.dtype, vector));
  const join = (vector: boolean) => (a: Ref, b: Ref) => combined(k, { combine, dtype: local.dtype, vector }, a, b);
  const vector = from.some((slot) => slot.vector);
  const sum = from.map(get).reduce(join(vector));
  const value = vector && !into.vector ? acrossLanes(k, local, join, sum) : sum;
  append(k, k.code.m.local.set(into.local, join(into.vector)(get(into), value)));
}

// (0 ⊕ 2) ⊕ (1 ⊕ 3)
function acrossLanes(k: Emission, { dtype }: Local, join: (vector: boolean) => (a: Ref, b: Ref) => Ref, lanes: Ref): Ref {
  const { m } = k.code;
  const w = writerAt(k, innermost(k));
  const swapped = (value: () => Ref, order: readonly number[]) =>
    m.i8x16.shuffle(
      value(),
      value(),
      order.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte)),
    );
  const all = w.hold(lanes);
  const pairs = w.hold(join(true)(all(), swapped(all, [2, 3, 0, 1])));
  const whole = join(true)(pairs(), swapped(pairs, [1, 0, 3, 2]));
  return dtype === "f32" ? m.f32x4.extract_lane(whole, 0) : m.i32x4.extract_lane(whole, 0);
}
