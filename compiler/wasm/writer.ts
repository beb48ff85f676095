// What the definitions of scalar ops and vector functions are written with. They do not know where their code goes.
import { settingOutOfRange } from "../diagnostics/settings.ts";
import type { Dtype } from "../ir/type.ts";
import type { Assembler, Binaryen, Ref } from "./binaryen.ts";
import type { MathName } from "./math/table.ts";

export type ValueType = "i32" | "i64" | "f32" | "f64" | "v128";

/** A value that is held in a local and can be used any number of times. */
export type Held = () => Ref;

/** Writes code for one place in one function. */
export interface Writer {
  readonly m: Assembler;
  /** Holds `value` (v128 unless stated) in a local. */
  hold(value: Ref, type?: ValueType): Held;
  /** Sixteen bytes as a constant. */
  constant(bytes: Uint8Array): Ref;
  /** A call of a vector function; `inline`: or its code where it is short. */
  math(name: MathName, args: readonly Ref[], inline: boolean): Ref;
}

const bytesOf = (numbers: Float32Array | Int32Array | Float64Array | BigInt64Array): Uint8Array => new Uint8Array(numbers.buffer);

/** Four equal f32 lanes. */
export const f32x4 = (w: Writer, value: number): Ref => w.constant(bytesOf(new Float32Array(4).fill(value)));
/** Four equal i32 lanes. */
export const i32x4 = (w: Writer, value: number): Ref => w.constant(bytesOf(new Int32Array(4).fill(value)));
/** Two equal f64 lanes. */
export const f64x2 = (w: Writer, value: number): Ref => w.constant(bytesOf(new Float64Array(2).fill(value)));
/** Two equal i64 lanes. */
export const i64x2 = (w: Writer, value: bigint): Ref => w.constant(bytesOf(new BigInt64Array(2).fill(value)));

/** The local type that holds a scalar of `dtype`. */
export const scalarType = (dtype: Dtype): ValueType => (dtype === "f32" ? "f32" : "i32");

/** The local type of `dtype`, one value or four lanes. */
export const valueType = (dtype: Dtype, vector: boolean): ValueType => (vector ? "v128" : scalarType(dtype));

/** A function under construction. */
export interface FunctionCode {
  readonly library: Binaryen;
  readonly m: Assembler;
  readonly parameters: readonly ValueType[];
  readonly locals: ValueType[];
}

/** A new local of `code`. */
export function newLocal(code: FunctionCode, type: ValueType): number {
  code.locals.push(type);
  return code.parameters.length + code.locals.length - 1;
}

/** The value of a local. */
export const getLocal = ({ library, m }: FunctionCode, local: number, type: ValueType): Ref => m.local.get(local, library[type]);

/** What V8, SpiderMonkey and JavaScriptCore take (WebAssembly JavaScript Interface, implementation-defined limits). */
const mostLocals = 50_000;

/** Adds the finished function to the module. @throws GradcError `setting-out-of-range` for one that no engine takes */
export function addFunction({ library, m, parameters, locals }: FunctionCode, name: string, body: Ref, result?: ValueType): void {
  const count = parameters.length + locals.length;
  if (count > mostLocals)
    throw settingOutOfRange(`Cannot compile the kernel "${name}"`, "values in one kernel", String(count), `at most ${mostLocals}`);
  const types = locals.map((type) => library[type]);
  m.addFunction(name, library.createType(parameters.map((type) => library[type])), result ? library[result] : library.none, types, body);
}
