// The state of emitting one kernel: open loops, what is held in locals where, and where code goes.
//
// A frame is the body of an open loop, of a conditional, or of the function. Its code is complete when it is closed, and only
// then is it put into the frame around it; so code that is added to an outer frame meanwhile runs before the inner loop.
// That is how everything is computed as far outside as it can be:
//
//   for i { for j { y[i, j] = x[i, j] * sqrt(s[i]) } }    =>    for i { t = sqrt(s[i]); for j { y[i, j] = x[i, j] * t } }
//
// When the product is emitted, the frames of the function, of i and of j are open. `depthOf` says that the root changes with i only, and `keep`
// adds it to the code of that frame, in a local that `recall` finds from then on. The frame of j is closed into that of i after it.

import { InternalError } from "../../runtime/error.ts";
import { coefficientOf, type Dim, isDynamic, namesOf } from "../ir/dim.ts";
import type { Argument, Axis, Buffer, Expr, Layout, Local, MemoryPlan, ScalarOp } from "../kernel/kernel.ts";
import { type Dependence, operandsOf } from "../kernel/visit.ts";
import type { Ref, ValueType } from "../math/writer.ts";
import type { MathCode } from "./math-library.ts";
import { type FunctionCode, getLocal, newLocal } from "./writer.ts";

/** What a store or a combine changes. */
export type Storage = Buffer | Local;

interface Kept {
  readonly local: number;
  readonly type: ValueType;
  /** The places that the value was computed from. */
  readonly from: readonly Storage[];
}

export interface Frame {
  readonly code: Ref[];
  /** Code at the end of each iteration. */
  readonly latch: Ref[];
  /** What the loop changes while it runs. */
  readonly writes: ReadonlySet<Storage>;
  /** Whether the code runs only if a guard holds. */
  readonly conditional: boolean;
  /** Points that one iteration advances. */
  readonly step: number;
  readonly kept: Map<string, Kept>;
}

/** A loop variable: in a local of frame `depth`, or known. */
export interface AxisValue {
  readonly depth: number;
  readonly value: { readonly local: number } | { readonly constant: number };
}

/** A point of a loop: a number, or in a local. */
export type Limit = number | { readonly local: number };

export interface Slot {
  readonly local: number;
  readonly vector: boolean;
}

/** Where a kernel's local lives: one slot for each point that is evaluated side by side. */
export interface Binding {
  readonly depth: number;
  /** The axes that tell its points apart. */
  readonly axes: ReadonlySet<Axis>;
  /** The axes whose points were side by side where it was declared. */
  readonly beside: ReadonlySet<Axis>;
  readonly slots: Map<string, Slot>;
  /** The largest value so far, of an argmax. */
  readonly best: Map<string, Slot>;
}

export interface Emission {
  readonly code: FunctionCode;
  readonly layout: Layout;
  readonly memory: MemoryPlan;
  readonly fast: boolean;
  readonly depends: Dependence;
  /** How often each expression is an operand. */
  readonly uses: ReadonlyMap<Expr, number>;
  /** Operands of deep expressions, one in every so many levels, which are held in locals. */
  readonly milestones: ReadonlySet<Expr>;
  /** Places that the kernel changes. */
  readonly changing: ReadonlySet<Storage>;
  readonly ids: Map<object, number>;
  readonly origins: Map<Expr, Origin>;
  /** The extents that addresses depend on. */
  readonly extents: Map<Dim, Expr>;
  /** Parameter that holds the size of each dynamic dimension. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Parameter that holds the address of a buffer, or a scalar, where calls differ in it. */
  readonly parameters: ReadonlyMap<Argument, number>;
  readonly frames: Frame[];
  readonly axes: Map<Axis, AxisValue>;
  /** Where loops have ended. */
  readonly ends: Map<Axis, Limit>;
  readonly bindings: Map<Local, Binding>;
  readonly math: MathCode;
}

/** What an expression reads beside loop variables. */
export interface Origin {
  readonly locals: readonly Local[];
  /** The changing places among what it reads. */
  readonly changing: readonly Storage[];
  /** Whether it may only be evaluated where the guards around it hold. */
  readonly unsafe: boolean;
}

const traps: ReadonlySet<ScalarOp> = new Set(["quotient", "remainder"]);
const union = <T>(lists: readonly (readonly T[])[]): T[] => [...new Set(lists.flat())];

/** What `expr` reads. Operands must have been asked for before their users where expressions are deep. */
export function originOf(k: Emission, expr: Expr): Origin {
  const known = k.origins.get(expr);
  if (known) return known;
  const parts = operandsOf(expr).map((operand) => originOf(k, operand));
  const own: Storage[] = expr.kind === "local" ? [expr.local] : expr.kind === "load" ? [expr.buffer] : [];
  const origin: Origin = {
    locals: union([...parts.map(({ locals }) => locals), expr.kind === "local" ? [expr.local] : []]),
    changing: union([...parts.map(({ changing }) => changing), own.filter((place) => k.changing.has(place))]),
    unsafe: expr.kind === "load" || (expr.kind === "op" && traps.has(expr.op)) || parts.some(({ unsafe }) => unsafe),
  };
  k.origins.set(expr, origin);
  return origin;
}

/** A number for an object, by order of first use. */
export function idOf(k: Emission, object: object): number {
  const id = k.ids.get(object) ?? k.ids.size;
  k.ids.set(object, id);
  return id;
}

/** The frame at `depth`; the innermost one unless stated. */
export function frameAt(k: Emission, depth = k.frames.length - 1): Frame {
  const frame = k.frames[depth];
  if (!frame) throw new InternalError(`No frame is open at depth ${depth}`);
  return frame;
}

export const innermost = (k: Emission): number => k.frames.length - 1;

/** Opens a frame. */
export function openFrame(k: Emission, options: { step?: number; writes?: ReadonlySet<Storage>; conditional?: boolean } = {}): void {
  const { step = 0, writes = new Set<Storage>(), conditional = false } = options;
  k.frames.push({ code: [], latch: [], writes, conditional, step, kept: new Map() });
}

/** Closes the innermost frame. */
export function closeFrame(k: Emission): Frame {
  const frame = k.frames.pop();
  if (!frame) throw new InternalError("No frame is open");
  return frame;
}

/** Adds code to the frame at `depth`. */
export const append = (k: Emission, code: Ref, depth?: number): number => frameAt(k, depth).code.push(code);

/** The outermost frame where `expr` can be computed. */
export function depthOf(k: Emission, expr: Expr): number {
  const { locals, changing, unsafe } = originOf(k, expr);
  let depth = 0;
  for (const axis of k.depends.expr(expr)) depth = Math.max(depth, k.axes.get(axis)?.depth ?? 0);
  for (const local of locals) depth = Math.max(depth, k.bindings.get(local)?.depth ?? 0);
  for (let at = innermost(k); at > depth; at--) {
    const frame = frameAt(k, at);
    if ((unsafe && frame.conditional) || changing.some((place) => frame.writes.has(place))) return at;
  }
  return depth;
}

/** The value kept under `name`, if it is at hand. */
export function recall(k: Emission, name: string): Ref | undefined {
  for (let depth = innermost(k); depth >= 0; depth--) {
    const kept = frameAt(k, depth).kept.get(name);
    if (kept) return getLocal(k.code, kept.local, kept.type);
  }
  return undefined;
}

/** Under which name and in the frame at which depth a value is kept, and what it is computed from, if that changes. */
interface Place {
  readonly name: string;
  readonly depth: number;
  readonly type: ValueType;
  readonly from?: readonly Storage[];
}

/** Computes `value` in a frame and keeps it there. */
export function keep(k: Emission, { name, depth, type, from = [] }: Place, value: Ref): Ref {
  const local = newLocal(k.code, type);
  append(k, k.code.m.local.set(local, value), depth);
  frameAt(k, depth).kept.set(name, { local, type, from });
  return getLocal(k.code, local, type);
}

/** Keeps what `compute` gives, once. */
export const once = (k: Emission, place: Place, compute: () => Ref): Ref => recall(k, place.name) ?? keep(k, place, compute());

/** Forgets what was computed from `place` before it changed. */
export function forget(k: Emission, place: Storage): void {
  for (const { kept } of k.frames) for (const [name, { from }] of kept) if (from.includes(place)) kept.delete(name);
}

/** The value of `dim` as i32. */
export function dimValue(k: Emission, dim: Dim): Ref {
  const { m } = k.code;
  if (!isDynamic(dim)) return m.i32.const(dim);
  return once(k, { name: `dim ${dim}`, depth: 0, type: "i32" }, () =>
    namesOf(dim).reduce(
      (product, name) => {
        const parameter = k.sizes.get(name);
        if (parameter === undefined) throw new InternalError(`No argument holds the dimension "${name}"`);
        return m.i32.mul(product, getLocal(k.code, parameter, "i32"));
      },
      m.i32.const(coefficientOf(dim)),
    ),
  );
}
