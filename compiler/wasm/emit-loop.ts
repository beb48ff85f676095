// Loops as a schedule leaves them: over a range in steps, or over points that run side by side.

import { InternalError } from "../../runtime/error.ts";
import { isDynamic } from "../ir/dim.ts";
import { affineKey, rangeOf } from "../kernel/affine.ts";
import type { Affine, Statement } from "../kernel/kernel.ts";
import { type Loop, sitesOf } from "../kernel/visit.ts";
import type { Ref } from "../math/writer.ts";
import { emitIndex } from "./address.ts";
import { append, closeFrame, dimValue, type Emission, idOf, innermost, type Limit, once, openFrame, type Storage } from "./emission.ts";
import { emitScalar } from "./emit-expr.ts";
import { emitStatement } from "./emit-statement.ts";
import type { Point } from "./point.ts";
import { getLocal, newLocal } from "./writer.ts";

/** What a loop changes, seen from outside: buffers that are stored to, accumulators that are combined. */
export function writesOfLoop(loop: Loop): Set<Storage> {
  const places = new Set<Storage>();
  for (const { statement } of sitesOf(loop.body)) {
    if (statement.kind === "store") places.add(statement.buffer);
    if (statement.kind === "combine") places.add(statement.local);
  }
  return places;
}

/** Where a loop ends: a number, or an i32 value. */
type End = number | (() => Ref);

const endValue = (k: Emission, end: End): Ref => (typeof end === "number" ? k.code.m.i32.const(end) : end());

/** The point that a loop begins at. One that goes on where another has ended takes over its variable. */
function startOf(k: Emission, { course }: Loop, points: readonly Point[]): Limit {
  const from = course?.from;
  if (from === undefined) return 0;
  if (!("after" in from)) return limitOf(k, from, points);
  const end = k.ends.get(from.after);
  if (end === undefined) throw new InternalError(`A loop goes on behind that over "${from.after.name}", which has not ended`);
  return end;
}

/** The value of an index that is the same at all of the points. */
function limitOf(k: Emission, index: Affine, points: readonly Point[]): Limit {
  if (index.terms.length === 0) return index.offset;
  const local = newLocal(k.code, "i32");
  append(k, k.code.m.local.set(local, emitIndex(k, index, points[0] as Point, emitScalar)));
  return { local };
}

/** The extent, or the least of it and of where the course ends, which loops one behind the other share. */
function endOf(k: Emission, { axis, course }: Loop, points: readonly Point[]): End {
  const { m } = k.code;
  const until = course?.until ?? [];
  const extent = axis.extent;
  if (until.length === 0) return isDynamic(extent) ? () => dimValue(k, extent) : extent;
  const least = (sum: () => Ref, one: () => Ref) => () => m.select(m.i32.lt_s(sum(), one()), sum(), one());
  const place = { name: `end ${extent} ${until.map(affineKey).join(" ")}`, depth: innermost(k), type: "i32" } as const;
  const isWithin = until.some((index) => (rangeOf(index)?.most ?? Infinity) <= Number(extent));
  const whole = isWithin ? [] : [() => dimValue(k, extent)];
  const ends = [...whole, ...until.map((index) => () => emitIndex(k, index, points[0] as Point, emitScalar))];
  const value = () => once(k, place, () => ends.reduce(least)());
  value();
  return value;
}

/** Emits a loop at all points. */
export function emitLoop(k: Emission, loop: Loop, points: readonly Point[]): void {
  if (loop.beside) {
    emitStatements(k, loop.body, besidePoints(loop, points));
    return;
  }
  const start = startOf(k, loop, points);
  const end = endOf(k, loop, points);
  if (typeof start === "number" && typeof end === "number") emitKnown(k, loop, points, { start, end });
  else emitOpen(k, loop, points, { start, end });
}

/** Each point outside with each along the axis beside it. */
function besidePoints({ axis, beside }: Loop, points: readonly Point[]): Point[] {
  if (beside === "lanes") return points.map((point) => ({ ...point, vector: axis }));
  const along = Array.from({ length: Number(axis.extent) }, (_, i) => i);
  return points.flatMap((point) => along.map((by) => ({ ...point, offsets: new Map([...point.offsets, [axis, by]]) })));
}

function emitKnown(k: Emission, loop: Loop, points: readonly Point[], { start, end }: { start: number; end: number }): void {
  const { m } = k.code;
  const { step = 1, partly } = loop.course ?? {};
  const count = Math.max(0, (partly ? Math.ceil : Math.floor)((end - start) / step));
  k.ends.set(loop.axis, start + count * step);
  if (count === 1) emitOnce(k, loop, points, start);
  if (count < 2) return;
  const local = newLocal(k.code, "i32");
  append(k, m.local.set(local, m.i32.const(start)));
  const more = () => m.i32.lt_u(getLocal(k.code, local, "i32"), m.i32.const(start + count * step));
  emitIterations(k, loop, points, { local, more, certain: true });
}

function emitOpen(k: Emission, loop: Loop, points: readonly Point[], { start, end }: { start: Limit; end: End }): void {
  const { m } = k.code;
  const { step = 1, partly } = loop.course ?? {};
  const local = typeof start === "number" ? newLocal(k.code, "i32") : start.local;
  if (typeof start === "number") append(k, m.local.set(local, m.i32.const(start)));
  const last = newLocal(k.code, "i32");
  append(k, m.local.set(last, m.i32.sub(endValue(k, end), m.i32.const(partly ? 1 : step))));
  const more = () => m.i32.le_s(getLocal(k.code, local, "i32"), getLocal(k.code, last, "i32"));
  emitIterations(k, loop, points, { local, more, certain: false });
  k.ends.set(loop.axis, { local });
}

/** How long a loop over the axis in `local` goes on: while `more` holds, which is `certain` at first or not. */
interface Course {
  readonly local: number;
  readonly more: () => Ref;
  readonly certain: boolean;
}

function emitIterations(k: Emission, loop: Loop, points: readonly Point[], { local, more, certain }: Course): void {
  const { m } = k.code;
  const step = loop.course?.step ?? 1;
  openFrame(k, { writes: writesOfLoop(loop), step });
  k.axes.set(loop.axis, { depth: innermost(k), value: { local } });
  emitStatements(k, loop.body, points);
  k.axes.delete(loop.axis);
  append(k, m.local.set(local, m.i32.add(getLocal(k.code, local, "i32"), m.i32.const(step))));
  closeLoop(k, more, certain);
}

// One iteration needs no loop, but a frame: what depends on the axis ends with it.
function emitOnce(k: Emission, loop: Loop, points: readonly Point[], at: number): void {
  openFrame(k, { writes: writesOfLoop(loop) });
  k.axes.set(loop.axis, { depth: innermost(k), value: { constant: at } });
  emitStatements(k, loop.body, points);
  k.axes.delete(loop.axis);
  for (const code of closeFrame(k).code) append(k, code);
}

/** Closes the innermost frame as a loop. */
function closeLoop(k: Emission, more: () => Ref, certain: boolean): void {
  const { m } = k.code;
  const { code, latch } = closeFrame(k);
  const label = `loop ${idOf(k, code)}`;
  const loop = m.loop(label, m.block(null, [...code, ...latch, m.br_if(label, more())]));
  append(k, certain ? loop : m.if(more(), loop));
}

/** Emits statements in order, each at all points. */
export function emitStatements(k: Emission, statements: readonly Statement[], points: readonly Point[]): void {
  if (points.length === 0) throw new InternalError("Statements are emitted at no point");
  for (const statement of statements) {
    if (statement.kind === "loop") emitLoop(k, statement, points);
    else emitStatement(k, statement, points);
  }
}
