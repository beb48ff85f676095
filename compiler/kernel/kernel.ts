// The one form of a kernel: a tree of loops over buffers. `fuse` makes kernels, `schedule` says how their loops run,
// `layout` and `planMemory` say where their buffers lie, `wasm/` emits them. Everything prints through `kernel/print.ts`.

import type { Dim } from "../ir/dim.ts";
import type { Dtype, Shape } from "../ir/type.ts";
import type { ScalarName } from "../ops/elementwise.ts";
import type { Relation } from "../ops/params.ts";

/** A loop variable: 0 <= axis < extent. Identity is the object; one loop statement each. */
export interface Axis {
  readonly name: string;
  readonly extent: Dim;
}

/** Where a buffer's content comes from and how long it must live. Every element takes 4 bytes (bool is i32 0 or 1). */
export type BufferKind =
  /** Written by the host before a call. */
  | "input"
  /** Read by the host after a call. */
  | "result"
  /** Lives as long as the module: parameters and states. */
  | "variable"
  /** Data that the module starts with. */
  | "constant"
  /** Lives from its first store to its last load within one entry point. */
  | "temporary"
  /** What a schedule keeps for itself, within one run of a kernel. */
  | "scratch";

export interface Buffer {
  readonly name: string;
  readonly kind: BufferKind;
  readonly dtype: Dtype;
  readonly shape: Shape;
  /** Row-major content of a constant. */
  readonly data?: readonly number[];
  /** Elements of value 0 around the content, one pair an axis: loads may reach them, stores never do. Such a buffer has a place of its own. */
  readonly halo?: readonly Margin[];
  /** Where it lies in another. */
  readonly view?: View;
}

/** A part of a buffer along one axis: one row, without the axis, or a range of rows, which keeps it. */
export interface View {
  readonly of: Buffer;
  readonly axis: number;
  /** The first row. */
  readonly start: number;
  /** The loop around the call whose step is added to `start`. */
  readonly loop?: string;
  /** So many rows are taken in turn. */
  readonly rows?: number;
  /** How many rows further each step of the loop begins, 1 unless stated. */
  readonly by?: number;
}

/** Elements before and behind the content along one axis. */
export interface Margin {
  readonly low: number;
  readonly high: number;
}

/** A whole number that belongs to a call: the number of a random stream, or of the step of a loop around it. */
export interface Scalar {
  readonly name: string;
  readonly value: number;
  /** The loop whose step is added to `value`. */
  readonly loop?: string;
}

/** A value that is computed once and held in a WebAssembly local: a `let`, or an accumulator. */
export interface Local {
  readonly name: string;
  readonly dtype: Dtype;
}

/** `offset + Σ coefficient · atom`: a whole number that is linear in loop variables and in i32 values that were computed or loaded. */
export interface Affine {
  readonly offset: number;
  readonly terms: readonly { readonly atom: Axis | Expr; readonly coefficient: Dim }[];
}

/** `lower <= index < upper` */
export interface Bound {
  readonly index: Affine;
  readonly lower: number;
  readonly upper: Dim;
}

/**
 * Operations that only kernels have: casts, i32 division of non-negative by positive numbers, and the parts of a random number:
 * `randomKey(seed, step, stream)` is i32, `uniform(key, index)` the f32 in [0, 1) with 24 random bits of element `index` (see runtime/counter-random.ts).
 */
type KernelOp = "toF32" | "toI32" | "toBool" | "quotient" | "remainder" | "randomKey" | "uniform";

/** Scalar operations: those of the op table under their own names, `compare` by its relation. */
export type ScalarOp = ScalarName | "where" | Relation | KernelOp;

/** A scalar value as a function of the loop variables. Shared sub-expressions are shared objects and are computed once. */
export type Expr =
  | { readonly kind: "constant"; readonly dtype: Dtype; readonly value: number }
  /** An index as an i32 value. */
  | { readonly kind: "index"; readonly dtype: "i32"; readonly index: Affine }
  | { readonly kind: "scalar"; readonly dtype: "i32"; readonly scalar: Scalar }
  /** A run-time extent as an i32 value. */
  | { readonly kind: "extent"; readonly dtype: "i32"; readonly dim: Dim }
  | { readonly kind: "local"; readonly dtype: Dtype; readonly local: Local }
  /** One affine index per axis of the buffer. Out of bounds only in its halo, or under a guard that is false. */
  | { readonly kind: "load"; readonly dtype: Dtype; readonly buffer: Buffer; readonly index: readonly Affine[] }
  /** `args` of one dtype, save for `where`; `dtype` is the result's. */
  | { readonly kind: "op"; readonly dtype: Dtype; readonly op: ScalarOp; readonly args: readonly Expr[] }
  /** `value` where all bounds hold, else `fill`; loads inside `value` happen only where they hold. */
  | { readonly kind: "guard"; readonly dtype: Dtype; readonly bounds: readonly Bound[]; readonly value: Expr; readonly fill: Expr };

/** How a loop goes over its axis where it does not take each point from 0 up to the extent in turn. */
export interface Course {
  /** The first point, 0 unless stated; or the point that the loop over another axis, which stands before this one, has ended at. */
  readonly from?: Affine | { readonly after: Axis };
  /** How far one iteration advances. There is none for less, and the points that are left are another loop's, unless `partly`. */
  readonly step: number;
  readonly partly?: true;
  /** It ends at the least of these and the extent. */
  readonly until?: readonly Affine[];
}

/** Points of a loop that run side by side, each statement at all of them: as copies of the code, or four in the lanes of vectors. */
export type Beside = "unroll" | "lanes";

/** How an accumulator combines. `sum` starts at 0 (f32 or i32); `max` at -infinity (i32: the least), NaN wins. */
export type Combine = "sum" | "max" | "argmax";

export type Statement =
  /** The points of a `parallel` loop are independent; those of a `reduce` loop are combined in order. Schedules give a loop a course, or set its points side by side. */
  | {
      readonly kind: "loop";
      readonly axis: Axis;
      readonly role: "parallel" | "reduce";
      readonly body: readonly Statement[];
      readonly course?: Course;
      readonly beside?: Beside;
    }
  | { readonly kind: "let"; readonly local: Local; readonly value: Expr }
  /** Declares an accumulator at its identity. An `argmax` has an i32 local that holds the index (0 at first). */
  | { readonly kind: "accumulator"; readonly local: Local; readonly combine: Combine }
  /** `local = local ⊕ value`; for argmax `value` is compared (first largest wins, NaN wins) and `at` (i32) is kept. */
  | { readonly kind: "combine"; readonly local: Local; readonly combine: Combine; readonly value: Expr; readonly at?: Expr }
  /** `buffer[index] = value`, or `+=`: then every loop around whose axis the index leaves out is a reduce loop. An index may lie outside only with `inside`. */
  | {
      readonly kind: "store";
      readonly buffer: Buffer;
      readonly index: readonly Affine[];
      readonly value: Expr;
      readonly accumulate: boolean;
      /** Bounds without which nothing is stored. */
      readonly inside: readonly Bound[];
    };

export interface Kernel {
  /** After what it computes, unique in the module: the name of its WebAssembly function. */
  readonly name: string;
  readonly body: readonly Statement[];
  /** User names of the values it computes, for `--kernels`. */
  readonly computes: readonly string[];
}

/** The loops of a nest that another becomes: rows, columns, and for each axis inside its own. */
interface Nest {
  readonly row: Axis;
  readonly column: Axis;
  readonly inside: ReadonlyMap<Axis, Axis>;
}

/** One step of a schedule: how one loop of a kernel is rewritten. */
export type Step =
  /** A loop goes in parts of so many points, the last of which may be shorter: a parallel loop as it is, a reduce loop with the sum of each added in order. */
  | { readonly kind: "chunk"; readonly axis: Axis; readonly points: number }
  /** So many vectors of four points side by side. A reduce loop has partial results, one a lane, which are combined behind it. */
  | { readonly kind: "vectorise"; readonly axis: Axis; readonly vectors: number }
  /** So many points side by side in registers, around the loops inside (unroll and jam). */
  | { readonly kind: "tile"; readonly axis: Axis; readonly points: number }
  /** The loop goes around the one that it is all of the body of. Both are parallel, or add up one sum. */
  | { readonly kind: "reorder"; readonly axis: Axis }
  /** A parallel loop goes over blocks of its points, each as long as `inside`. */
  | { readonly kind: "block"; readonly axis: Axis; readonly blocks: Axis; readonly inside: Axis }
  /** The columns of the loop's rows in two nests: those that fill vectors, and those that are left over. Both loops are parallel. */
  | { readonly kind: "part"; readonly axis: Axis; readonly first: Nest; readonly rest: Nest }
  /** What the loop reads of a buffer, in loops inside, is copied into a panel before, where it lies in the order in which it is read. */
  | { readonly kind: "pack"; readonly axis: Axis; readonly buffer: Buffer }
  /** The reduce loop goes around the parallel loops whose sums it adds up, point by point or in parts of so many; the sums are kept in memory meanwhile. */
  | { readonly kind: "accumulate"; readonly axis: Axis; readonly points?: number; readonly sums: KeptSums };

/** Sums of all points of a nest of loops. */
export interface KeptSums {
  readonly buffer: Buffer;
  /** The axes of the nest, in the order of those of the buffer. */
  readonly axes: readonly Axis[];
  /** Those of the loops before, which set the sums to 0, in the same order. */
  readonly cleared: readonly Axis[];
  /** Those of the loops behind, which go on with the sums, in the order of the nest. */
  readonly finished: readonly Axis[];
}

/** The steps that rewrite a kernel, in order: those of inner loops first. */
export type Schedule = readonly Step[];

/** A kernel before its schedule, and what the steps make of it: what is emitted. */
export interface Scheduled {
  readonly steps: Schedule;
  readonly kernel: Kernel;
}

/** What the caller of a kernel hands to it. */
export type Argument = Buffer | Scalar;

/** A loop around calls, which run once for each of its steps: from 0 up, or from the last one down to it. */
export interface Repeat {
  readonly loop: string;
  /** Of blocks of rows, at most. */
  readonly steps: number;
  readonly reverse: boolean;
  /** Each step is for a block of rows. */
  readonly blocks?: Blocks;
}

/** Rows in blocks of so many, the last of which may be shorter: kernels inside know its rows by the dimension `rowsOfBlock`. */
export interface Blocks {
  readonly of: Dim;
  readonly rows: number;
}

/** The rows of the block that a loop around calls is at. */
export const rowsOfBlock = "block";

/** A kernel on buffers and scalars: what is computed at one place of an entry point. */
export interface Call {
  /** Unique in the module. A kernel has the name of its first call. */
  readonly name: string;
  /** The function. Its own buffers and scalars, those of the first call that was made of it, stand for the ones that it is given. */
  readonly kernel: Kernel;
  /** In the order of `signatureOf(kernel).formals`. */
  readonly given: readonly Argument[];
  /** The loops around it, the outermost first. Calls that stand together within one are its steps. */
  readonly within: readonly Repeat[];
  /** User names of the values that it computes here. */
  readonly computes: readonly string[];
}

/** The calls of an entry point in order. */
export interface EntryCalls {
  readonly name: string;
  readonly calls: readonly Call[];
}

/** Strides in elements, one an axis; a dynamic stride is a Dim of run-time extents. */
export type Layout = ReadonlyMap<Buffer, readonly Dim[]>;

/** Byte offset of each buffer, and the bytes of memory in all. */
export interface MemoryPlan {
  readonly offsets: ReadonlyMap<Buffer, number>;
  readonly bytes: number;
}

/** One exported function as calls in order. */
export interface EntryPlan {
  readonly name: string;
  /** Dynamic dimensions in the order of the export's arguments. */
  readonly dims: readonly string[];
  readonly calls: readonly Call[];
  /** i32 inputs to check before anything is written: status 1 + position in this list where an element is outside. */
  readonly checks: readonly IndexCheck[];
}
export interface IndexCheck {
  readonly buffer: Buffer;
  readonly lower: number;
  readonly upper: number;
  /** A value that is allowed although it lies outside. */
  readonly except?: number;
}

/** Whether another buffer may have the same place at another time. */
export const sharesMemory = ({ kind, halo, view }: Buffer): boolean => kind === "temporary" && halo === undefined && view === undefined;

/** The buffer that `buffer` lies in; itself where it is a part of none. */
export const wholeOf = (buffer: Buffer): Buffer => (buffer.view ? wholeOf(buffer.view.of) : buffer);

export const constantExpr = (value: number, dtype: Dtype = "f32"): Expr => ({ kind: "constant", dtype, value });
/** What an accumulator starts with, and the largest value of an argmax: combining it changes nothing. */
export const identityOf = (combine: Combine, dtype: Dtype): number => {
  if (combine === "sum") return 0;
  return dtype === "i32" ? -(2 ** 31) : -Infinity;
};
export const isScalar = (argument: Argument): argument is Scalar => "value" in argument;
export const isAxis = (atom: Axis | Expr): atom is Axis => "extent" in atom;
