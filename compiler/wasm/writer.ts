// What the definitions of scalar ops are written with, and functions under construction.
import { settingOutOfRange } from "../diagnostics/settings.ts";
import type { Dtype } from "../ir/type.ts";
import type { Writer as AnyWriter, Ref, ValueType } from "../math/writer.ts";
import type { Assembler, Binaryen } from "./binaryen.ts";

/** Writes code of binaryen. */
export type Writer = AnyWriter<Assembler>;

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
