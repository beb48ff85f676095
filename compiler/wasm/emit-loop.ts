// Loops: passes of decreasing width over the range of an axis, each emitted for the points that it runs side by side.

import { InternalError } from "../../runtime/error.ts";
import { isDynamic } from "../ir/dim.ts";
import type { Axis, Buffer, Local, Statement } from "../kernel/kernel.ts";
import { type Combine, type Loop, loadsOf, sitesOf } from "../kernel/visit.ts";
import type { Ref } from "../math/writer.ts";
import { type AxisValue, append, closeFrame, dimValue, type Emission, idOf, innermost, openFrame, type Storage } from "./emission.ts";
import { emitStatement } from "./emit-statement.ts";
import { joinPartials, openPartials } from "./partials.ts";
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

/** Combines of accumulators that are declared outside of the loop, one for each accumulator. */
function outerCombines(k: Emission, loop: Loop): Combine[] {
  const found = new Map<Local, Combine>();
  for (const { statement } of sitesOf(loop.body))
    if (statement.kind === "combine" && k.bindings.has(statement.local)) found.set(statement.local, statement);
  return [...found.values()];
}

/** Where a pass begins and ends: numbers, or i32 values. */
type Limit = number | { readonly local: number };

/** The points that one iteration of a pass runs side by side: offsets of its points or vectors, and how far it advances. */
interface Width {
  readonly lanes: 1 | 4;
  readonly offsets: readonly number[];
  readonly step: number;
}

/** A loop where it is emitted: the points outside of it, and the width of the pass. */
interface Sweep {
  readonly loop: Loop;
  readonly points: readonly Point[];
  readonly width: Width;
}

const widthOf = (lanes: 1 | 4, tile: number): Width => ({ lanes, offsets: Array.from({ length: tile }, (_, i) => i * lanes), step: lanes * tile });

const limitValue = (k: Emission, limit: Limit): Ref => (typeof limit === "number" ? k.code.m.i32.const(limit) : getLocal(k.code, limit.local, "i32"));

function endOf(k: Emission, axis: Axis): Limit {
  if (!isDynamic(axis.extent)) return axis.extent;
  const local = newLocal(k.code, "i32");
  append(k, k.code.m.local.set(local, dimValue(k, axis.extent)));
  return { local };
}

/** How the loop runs here: argmax keeps its order, and lanes are taken once only. */
function scheduledWidth(k: Emission, loop: Loop, points: readonly Point[], combines: readonly Combine[]): Width {
  const { vector, tile = 1 } = k.schedule.get(loop.axis) ?? {};
  if (loop.role === "reduce" && combines.some(({ combine }) => combine === "argmax")) return widthOf(1, 1);
  return widthOf(vector && points.every((point) => point.vector === undefined) ? 4 : 1, tile);
}

/** Emits a loop at all points. */
export function emitLoop(k: Emission, loop: Loop, points: readonly Point[]): void {
  const combines = outerCombines(k, loop);
  const width = scheduledWidth(k, loop, points, combines);
  const chunk = loop.role === "reduce" ? k.schedule.get(loop.axis)?.chunk : undefined;
  const end = endOf(k, loop.axis);
  const sweep: Sweep = { loop, points, width };
  if (chunk === undefined || (typeof end === "number" && end <= chunk)) emitRange(k, sweep, 0, end);
  else emitChunks(k, sweep, end, chunk);
}

// Sums of `chunk` points each are added in order to the total.
function emitChunks(k: Emission, sweep: Sweep, end: Limit, chunk: number): void {
  const { m } = k.code;
  const { loop, points } = sweep;
  const [start, stop] = [newLocal(k.code, "i32"), newLocal(k.code, "i32")];
  const get = (local: number) => getLocal(k.code, local, "i32");
  append(k, m.local.set(start, m.i32.const(0)));
  openFrame(k, { writes: writesOfLoop(loop), step: chunk });
  const next = () => m.i32.add(get(start), m.i32.const(chunk));
  append(k, m.local.set(stop, m.select(m.i32.lt_s(next(), limitValue(k, end)), next(), limitValue(k, end))));
  const combines = outerCombines(k, loop).filter(({ combine }) => combine !== "argmax");
  const partials = openPartials(k, loop.axis, combines, points, points);
  emitRange(k, sweep, { local: start }, { local: stop });
  joinPartials(k, partials);
  append(k, m.local.set(start, get(stop)));
  closeLoop(k, () => m.i32.lt_s(get(start), limitValue(k, end)), true);
}

/** The points of the axis from `start` to `end`, widest passes first. */
function emitRange(k: Emission, sweep: Sweep, start: Limit, end: Limit): void {
  if (typeof start === "number" && typeof end === "number") emitKnownRange(k, sweep, start, end);
  else emitOpenRange(k, sweep, start, end);
}

interface Pass {
  readonly width: Width;
  readonly from: number;
  readonly count: number;
}

function emitKnownRange(k: Emission, sweep: Sweep, start: number, end: number): void {
  const { loop, width } = sweep;
  const count = Math.floor((end - start) / width.step);
  const from = start + count * width.step;
  const rest = loop.role === "reduce" ? narrowerPasses(width, from, end) : restOf(k, sweep, start, from, end);
  for (const pass of [{ width, from: start, count }, ...rest]) if (pass.count > 0) emitKnownPass(k, sweep, pass);
}

/** Single vectors, then single points. */
function narrower({ lanes, offsets }: Width): Width[] {
  return [...(offsets.length > 1 ? [widthOf(lanes, 1)] : []), ...(lanes > 1 ? [widthOf(1, 1)] : [])];
}

function narrowerPasses(width: Width, from: number, end: number): Pass[] {
  let at = from;
  return narrower(width).map((one) => {
    const pass = { width: one, from: at, count: Math.floor((end - at) / one.step) };
    at += pass.count * one.step;
    return pass;
  });
}

/** What whole tiles of a parallel loop leave over, the points from `from` to `end`, as one smaller tile. */
function restOf(k: Emission, { loop, width: { lanes } }: Sweep, start: number, from: number, end: number): Pass[] {
  const vectors = Math.floor((end - from) / lanes);
  const single = from + vectors * lanes;
  const singles = end - single;
  if (lanes === 4 && singles > 0 && end - start >= lanes && mayRepeat(k, loop)) {
    // The last vector overlaps the one before it.
    const first = Math.min(from, end - lanes);
    return [{ width: { lanes, offsets: [...widthOf(lanes, vectors).offsets, end - lanes - first], step: lanes }, from: first, count: 1 }];
  }
  const rest: Pass = { width: widthOf(lanes, vectors), from, count: Math.sign(vectors) };
  return [rest, { width: widthOf(1, singles), from: single, count: Math.sign(singles) }];
}

/** Whether points of the loop may run twice: nothing that it stores is added up, or read by it. */
function mayRepeat(k: Emission, loop: Loop): boolean {
  const place = (buffer: Buffer) => k.memory.offsets.get(buffer) ?? buffer;
  const stores = sitesOf(loop.body).flatMap(({ statement }) => (statement.kind === "store" ? [statement] : []));
  const stored = new Set(stores.map(({ buffer }) => place(buffer)));
  const loads = sitesOf(loop.body).flatMap(({ statement }) => loadsOf(statement));
  return stores.every(({ accumulate }) => !accumulate) && loads.every(({ buffer }) => !stored.has(place(buffer)));
}

function emitKnownPass(k: Emission, whole: Sweep, { width, from, count }: Pass): void {
  const { m } = k.code;
  const sweep = { ...whole, width };
  if (count === 1) {
    emitOnce(k, sweep, from);
    return;
  }
  const local = newLocal(k.code, "i32");
  append(k, m.local.set(local, m.i32.const(from)));
  const more = () => m.i32.lt_u(getLocal(k.code, local, "i32"), m.i32.const(from + count * width.step));
  emitIterations(k, sweep, { local, more, certain: true });
}

function emitOpenRange(k: Emission, sweep: Sweep, start: Limit, end: Limit): void {
  const { m } = k.code;
  const local = newLocal(k.code, "i32");
  append(k, m.local.set(local, limitValue(k, start)));
  for (const width of [sweep.width, ...narrower(sweep.width)]) {
    const last = newLocal(k.code, "i32");
    append(k, m.local.set(last, m.i32.sub(limitValue(k, end), m.i32.const(width.step))));
    const more = () => m.i32.le_s(getLocal(k.code, local, "i32"), getLocal(k.code, last, "i32"));
    emitIterations(k, { ...sweep, width }, { local, more, certain: false });
  }
}

/** How long a loop over the axis in `local` goes on: while `more` holds, which is `certain` at first or not. */
interface Course {
  readonly local: number;
  readonly more: () => Ref;
  readonly certain: boolean;
}

function emitIterations(k: Emission, sweep: Sweep, { local, more, certain }: Course): void {
  const { m } = k.code;
  const { loop, width } = sweep;
  const partials = startPartials(k, sweep);
  openFrame(k, { writes: writesOfLoop(loop), step: width.step });
  const value: AxisValue = { depth: innermost(k), value: { local } };
  k.axes.set(loop.axis, value);
  emitStatements(k, loop.body, widened(sweep));
  k.axes.delete(loop.axis);
  append(k, m.local.set(local, m.i32.add(getLocal(k.code, local, "i32"), m.i32.const(width.step))));
  closeLoop(k, more, certain);
  joinPartials(k, partials);
}

// One iteration needs no loop, but a frame: what depends on the axis ends with it.
function emitOnce(k: Emission, sweep: Sweep, at: number): void {
  const { loop } = sweep;
  const partials = startPartials(k, sweep);
  openFrame(k, { writes: writesOfLoop(loop) });
  k.axes.set(loop.axis, { depth: innermost(k), value: { constant: at } });
  emitStatements(k, loop.body, widened(sweep));
  k.axes.delete(loop.axis);
  for (const code of closeFrame(k).code) append(k, code);
  joinPartials(k, partials);
}

// Points of a reduction that run side by side need accumulators of their own.
function startPartials(k: Emission, sweep: Sweep) {
  const { loop, points, width } = sweep;
  const sideBySide = loop.role === "reduce" && width.lanes * width.offsets.length > 1;
  return openPartials(k, loop.axis, sideBySide ? outerCombines(k, loop) : [], points, widened(sweep));
}

/** Closes the innermost frame as a loop. */
function closeLoop(k: Emission, more: () => Ref, certain: boolean): void {
  const { m } = k.code;
  const { code, latch } = closeFrame(k);
  const label = `loop ${idOf(k, code)}`;
  const loop = m.loop(label, m.block(null, [...code, ...latch, m.br_if(label, more())]));
  append(k, certain ? loop : m.if(more(), loop));
}

/** The points of the loop's body: each point outside, side by side with its neighbours along the axis. */
function widened({ loop: { axis }, points, width: { lanes, offsets } }: Sweep): Point[] {
  const beside = (point: Point, by: number) => (offsets.length === 1 && by === 0 ? point.offsets : new Map([...point.offsets, [axis, by]]));
  return points.flatMap((point) => offsets.map((by) => ({ ...point, offsets: beside(point, by), ...(lanes === 4 ? { vector: axis } : {}) })));
}

/** Emits statements in order, each at all points. */
export function emitStatements(k: Emission, statements: readonly Statement[], points: readonly Point[]): void {
  if (points.length === 0) throw new InternalError("Statements are emitted at no point");
  for (const statement of statements) {
    if (statement.kind === "loop") emitLoop(k, statement, points);
    else emitStatement(k, statement, points);
  }
}
