// The reference meaning of a kernel: its loops in order, one point at a time, in f64 or rounded to f32. Slow and obviously right.

import { randomKey, uniform } from "../../runtime/counter-random.ts";
import { InternalError } from "../../runtime/error.ts";
import { evaluate, type Sizes } from "../ir/dim.ts";
import type { Dtype } from "../ir/type.ts";
import { fromScalars } from "../ops/elementwise.ts";
import type { ParamsOf, Relation } from "../ops/params.ts";
import { type OpName, ops } from "../ops/table.ts";
import { positionOf } from "../ops/value.ts";
import type { Affine, Axis, Bound, Buffer, Combine, Course, Expr, Kernel, Local, ScalarOp, Statement, View } from "./kernel.ts";
import { identityOf, isAxis } from "./kernel.ts";

/** Dense row-major content of each buffer, every dtype held in f64. */
export type Memory = ReadonlyMap<Buffer, Float64Array>;

/** The steps that the loops around a call are at. */
export type Steps = ReadonlyMap<string, number>;

interface Machine {
  readonly memory: Memory;
  readonly steps: Steps;
  readonly sizes: Sizes;
  readonly round: (value: number) => number;
  readonly axes: Map<Axis, number>;
  /** Where loops have ended. */
  readonly ends: Map<Axis, number>;
  readonly locals: Map<Local, number>;
  /** The largest value so far of each argmax. */
  readonly largest: Map<Local, number>;
  /** Values of shared expressions within one statement. */
  values: Map<Expr, number>;
}

type Apply = (args: readonly number[], dtypes: readonly Dtype[], dtype: Dtype) => number;

/** A scalar op by the record of the op table: its value on tensors of rank 0. */
const byTable =
  <K extends OpName>(op: K, params: ParamsOf<K>): Apply =>
  (args, dtypes, dtype) => {
    const inputs = args.map((arg, i) => ({ dtype: dtypes[i] as Dtype, shape: [], data: Float64Array.of(arg) }));
    const evaluation = { dtype, shape: [], sizes: {}, sources: new Map(), training: false };
    return ops[op].evaluate(inputs, params as never, evaluation).data[0] as number;
  };
const comparing = (relation: Relation): Apply => byTable("compare", { relation });
const plain =
  (apply: (...args: number[]) => number): Apply =>
  (args) =>
    apply(...args);

const scalarOps: { readonly [op in ScalarOp]: Apply } = {
  ...fromScalars((_, name) => byTable(name, {})),
  where: byTable("where", {}),
  eq: comparing("eq"),
  ne: comparing("ne"),
  lt: comparing("lt"),
  le: comparing("le"),
  gt: comparing("gt"),
  ge: comparing("ge"),
  toF32: byTable("cast", { dtype: "f32" }),
  toI32: byTable("cast", { dtype: "i32" }),
  toBool: byTable("cast", { dtype: "bool" }),
  quotient: plain((a, b) => Math.floor(a / b)),
  remainder: plain((a, b) => a % b),
  randomKey: plain(randomKey),
  uniform: plain(uniform),
};

function indexValue(machine: Machine, { offset, terms }: Affine): number {
  return terms.reduce((sum, { atom, coefficient }) => {
    const value = isAxis(atom) ? machine.axes.get(atom) : exprValue(machine, atom);
    if (value === undefined) throw new InternalError(`The axis "${(atom as Axis).name}" is used outside of its loop`);
    return sum + value * evaluate(coefficient, machine.sizes);
  }, offset);
}

const holds = (machine: Machine, { index, lower, upper }: Bound): boolean => {
  const value = indexValue(machine, index);
  return lower <= value && value < evaluate(upper, machine.sizes);
};

function locate(machine: Machine, buffer: Buffer, index: readonly Affine[]): { data: Float64Array; position: number } {
  return placeOf(
    machine,
    buffer,
    index.map((one) => indexValue(machine, one)),
  );
}

function placeOf(machine: Machine, buffer: Buffer, at: readonly number[]): { data: Float64Array; position: number } {
  const shape = buffer.shape.map((dim) => evaluate(dim, machine.sizes));
  if (at.length !== shape.length || at.some((i, axis) => !(i >= 0 && i < (shape[axis] as number))))
    throw new InternalError(`The index [${at.join(", ")}] lies outside of "${buffer.name}" of shape [${shape.join(", ")}]`);
  if (buffer.view) return placeOf(machine, buffer.view.of, inWhole(machine, buffer.view, at));
  const data = machine.memory.get(buffer);
  if (!data) throw new InternalError(`The buffer "${buffer.name}" has no memory`);
  return { data, position: positionOf(shape, at) };
}

/** The index in a whole buffer of the element of a part of it. */
function inWhole({ steps }: Machine, { of, axis, start, loop, rows, by = 1 }: View, at: readonly number[]): number[] {
  const row = start + (loop === undefined ? 0 : by * stepOf(steps, loop));
  if (at.length === of.shape.length) return at.map((i, other) => (other === axis ? i + row : i));
  return [...at.slice(0, axis), rows === undefined ? row : row % rows, ...at.slice(axis)];
}

function stepOf(steps: Steps, loop: string): number {
  const step = steps.get(loop);
  if (step === undefined) throw new InternalError(`The step of the loop "${loop}" is asked for outside of it`);
  return step;
}

function localValue(machine: Machine, local: Local): number {
  const value = machine.locals.get(local);
  if (value === undefined) throw new InternalError(`The local "${local.name}" is used before it is set`);
  return value;
}

function inHalo(machine: Machine, { halo = [], shape }: Buffer, index: readonly Affine[]): boolean {
  const places = index.map((one, axis) => ({ at: indexValue(machine, one), extent: evaluate(shape[axis] ?? 0, machine.sizes), margin: halo[axis] }));
  const outside = places.filter(({ at, extent }) => at < 0 || at >= extent);
  return outside.length > 0 && outside.every(({ at, extent, margin }) => margin && at >= -margin.low && at < extent + margin.high);
}

function load(machine: Machine, buffer: Buffer, index: readonly Affine[]): number {
  if (buffer.halo && inHalo(machine, buffer, index)) return 0;
  const { data, position } = locate(machine, buffer, index);
  return data[position] as number;
}

function opValue(machine: Machine, { op, args, dtype }: Extract<Expr, { kind: "op" }>): number {
  const values = args.map((arg) => exprValue(machine, arg));
  const dtypes = args.map((arg) => arg.dtype);
  const value = scalarOps[op](values, dtypes, dtype);
  return dtype === "f32" ? machine.round(value) : value;
}

const evaluators: { readonly [K in Expr["kind"]]: (machine: Machine, expr: Extract<Expr, { kind: K }>) => number } = {
  constant: (_, { value }) => value,
  index: (machine, { index }) => indexValue(machine, index),
  scalar: ({ steps }, { scalar: { value, loop } }) => value + (loop === undefined ? 0 : stepOf(steps, loop)),
  extent: (machine, { dim }) => evaluate(dim, machine.sizes),
  local: (machine, { local }) => localValue(machine, local),
  load: (machine, { buffer, index }) => load(machine, buffer, index),
  op: opValue,
  guard: (machine, { bounds, value, fill }) => exprValue(machine, bounds.every((bound) => holds(machine, bound)) ? value : fill),
};

function exprValue(machine: Machine, expr: Expr): number {
  const known = machine.values.get(expr);
  if (known !== undefined) return known;
  const value = evaluators[expr.kind](machine, expr as never);
  machine.values.set(expr, value);
  return value;
}

/** The new value of an accumulator. `Math.max` lets NaN win; i32 sums wrap around. */
function combined(machine: Machine, combine: Combine, local: Local, value: number): number {
  const before = localValue(machine, local);
  if (combine === "max") return Math.max(before, value);
  return local.dtype === "i32" ? (before + value) | 0 : machine.round(before + value);
}

function combineArgmax(machine: Machine, local: Local, value: number, at: number): void {
  const largest = machine.largest.get(local) ?? -Infinity;
  if (!(value > largest) && !(Number.isNaN(value) && !Number.isNaN(largest))) return;
  machine.largest.set(local, value);
  machine.locals.set(local, at);
}

function store(machine: Machine, { buffer, index, value, accumulate, inside }: Extract<Statement, { kind: "store" }>): void {
  if (!inside.every((bound) => holds(machine, bound))) return;
  const { data, position } = locate(machine, buffer, index);
  const stored = exprValue(machine, value);
  if (!accumulate) data[position] = stored;
  else data[position] = buffer.dtype === "i32" ? ((data[position] as number) + stored) | 0 : machine.round((data[position] as number) + stored);
}

function firstPoint(machine: Machine, { from }: Partial<Course> = {}): number {
  if (from === undefined) return 0;
  const at = "after" in from ? machine.ends.get(from.after) : indexValue(machine, from);
  if (at === undefined) throw new InternalError("A loop goes on where no other has ended");
  return at;
}

const executors: { readonly [K in Statement["kind"]]: (machine: Machine, statement: Extract<Statement, { kind: K }>) => void } = {
  loop(machine, { axis, body, course }) {
    const { step = 1, partly, until = [] } = course ?? {};
    const end = Math.min(evaluate(axis.extent, machine.sizes), ...until.map((one) => indexValue(machine, one)));
    let at = firstPoint(machine, course);
    for (; at + (partly ? 1 : step) <= end; at += step) {
      machine.axes.set(axis, at);
      run(machine, body);
    }
    machine.axes.delete(axis);
    machine.ends.set(axis, at);
  },
  let(machine, { local, value }) {
    machine.locals.set(local, exprValue(machine, value));
  },
  accumulator(machine, { local, combine }) {
    machine.locals.set(local, identityOf(combine === "argmax" ? "sum" : combine, local.dtype));
    machine.largest.delete(local);
  },
  combine(machine, { local, combine, value, at }) {
    const term = exprValue(machine, value);
    if (combine === "argmax") combineArgmax(machine, local, term, at ? exprValue(machine, at) : 0);
    else machine.locals.set(local, combined(machine, combine, local, term));
  },
  store,
};

function run(machine: Machine, body: readonly Statement[]): void {
  for (const statement of body) {
    machine.values = new Map();
    executors[statement.kind](machine, statement as never);
  }
}

/**
 * Runs `kernel` on `memory`, whose arrays are dense row-major for `sizes`. With `round: "f32"` every f32 result is rounded.
 * An index outside of its buffer throws InternalError, which the WebAssembly code would not.
 */
export function interpretKernel(
  kernel: Kernel,
  memory: Memory,
  sizes: Sizes,
  { round, steps = new Map() }: { round?: "f32"; steps?: Steps } = {},
): void {
  const rounding = round === "f32" ? Math.fround : (value: number) => value;
  run(
    { memory, steps, sizes, round: rounding, axes: new Map(), ends: new Map(), locals: new Map(), largest: new Map(), values: new Map() },
    kernel.body,
  );
}
