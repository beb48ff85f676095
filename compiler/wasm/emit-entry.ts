// Entry points: checks of indices, then kernels in order.

import { InternalError } from "../../runtime/error.ts";
import { coefficientOf, type Dim, namesOf, product } from "../ir/dim.ts";
import { elementAt } from "../ir/element.ts";
import { elementBytes } from "../ir/type.ts";
import { type Blocks, type Call, type EntryPlan, type IndexCheck, type Kernel, type Repeat, rowsOfBlock } from "../kernel/kernel.ts";
import { callsOf, type Step, stepsOf } from "../kernel/plan.ts";
import type { Ref } from "../math/writer.ts";
import type { KernelFunction, ModuleCode } from "./emit-kernel.ts";
import { type Handed, handed } from "./handed.ts";
import { addFunction, type FunctionCode, getLocal, newLocal } from "./writer.ts";

const checkName = "check.range";

/** Adds the exported function of an entry point. */
export function emitEntry(module: ModuleCode, entry: EntryPlan, functions: ReadonlyMap<Kernel, KernelFunction>): void {
  const { library, m } = module;
  const code: FunctionCode = { library, m, parameters: entry.dims.map(() => "i32"), locals: [] };
  const checks = entry.checks.map((check, i) => emitCheck(module, code, entry, check, i + 1));
  const calls = emitSteps({ module, code, entry, functions, at: new Map() }, stepsOf(callsOf(entry)));
  addFunction(code, `entry.${entry.name}`, m.block(null, [...checks, ...calls, m.i32.const(0)], library.i32), "i32");
  m.addFunctionExport(`entry.${entry.name}`, entry.name);
}

/** An entry point under construction. */
interface EntryCode {
  readonly module: ModuleCode;
  readonly code: FunctionCode;
  readonly entry: EntryPlan;
  readonly functions: ReadonlyMap<Kernel, KernelFunction>;
  /** The locals that hold the steps of the loops around. */
  readonly at: ReadonlyMap<string, number>;
  /** That which holds the rows of the block at hand. */
  readonly block?: number;
}

const emitSteps = (e: EntryCode, steps: readonly Step[]): Ref[] =>
  steps.map((step) => {
    if ("call" in step) return emitCall(e, step.call);
    const { repeat, steps: inside } = step;
    return repeat.blocks ? emitBlocks(e, repeat.loop, repeat.blocks, inside) : emitRepeat(e, repeat, inside);
  });

/** Blocks of rows, while there are rows left. */
function emitBlocks(e: EntryCode, loop: string, { of, rows }: Blocks, inside: readonly Step[]): Ref {
  const { m } = e.code;
  const [at, block] = [newLocal(e.code, "i32"), newLocal(e.code, "i32")];
  const [step, taken] = [at, block].map((local) => () => getLocal(e.code, local, "i32")) as [() => Ref, () => Ref];
  const left = m.i32.sub(extent(e.code, e.entry, of), m.i32.mul(step(), m.i32.const(rows)));
  const body = emitSteps({ ...e, at: new Map([...e.at, [loop, at]]), block }, inside);
  const least = m.local.set(block, m.select(m.i32.lt_s(taken(), m.i32.const(rows)), taken(), m.i32.const(rows)));
  const [label, end] = [`blocks.${at}`, `end.${at}`];
  const once = [m.local.set(block, left), m.br_if(end, m.i32.le_s(taken(), m.i32.const(0))), least, ...body];
  const next = m.local.set(at, m.i32.add(step(), m.i32.const(1)));
  return m.block(end, [m.local.set(at, m.i32.const(0)), m.loop(label, m.block(null, [...once, next, m.br(label)]))]);
}

/** The steps of a loop that runs at least once. */
function emitRepeat(e: EntryCode, { loop, steps, reverse }: Repeat, inside: readonly Step[]): Ref {
  const { m } = e.code;
  const local = newLocal(e.code, "i32");
  const at = () => getLocal(e.code, local, "i32");
  const body = emitSteps({ ...e, at: new Map([...e.at, [loop, local]]) }, inside);
  const next = m.local.set(local, m.i32.add(at(), m.i32.const(reverse ? -1 : 1)));
  const more = reverse ? m.i32.ge_s(at(), m.i32.const(0)) : m.i32.lt_s(at(), m.i32.const(steps));
  const label = `repeat.${local}`;
  const first = m.local.set(local, m.i32.const(reverse ? steps - 1 : 0));
  return m.block(null, [first, m.loop(label, m.block(null, [...body, next, m.br_if(label, more)]))]);
}

function emitCall(e: EntryCode, call: Call): Ref {
  const { module, code, entry, functions } = e;
  const { library, m } = module;
  const callee = functions.get(call.kernel);
  if (!callee) throw new InternalError(`The kernel "${call.kernel.name}" has no function`);
  const sizes = callee.dims.map((name) => (name === rowsOfBlock ? rowsAtHand(e) : sizeOf(code, entry, name)));
  const others = callee.differing.map((position) => emitHanded(e, handed(elementAt(call.given, position), module)));
  return m.call(callee.name, [...sizes, ...others], library.none);
}

function rowsAtHand({ code, block }: EntryCode): Ref {
  if (block === undefined) throw new InternalError("A call is outside of the blocks whose rows it is given");
  return getLocal(code, block, "i32");
}

function emitHanded({ code, at }: EntryCode, { base, moving }: Handed): Ref {
  const { m } = code;
  return moving.reduce((sum, { loop, start, rows, by }) => {
    const local = at.get(loop);
    if (local === undefined) throw new InternalError(`A call is outside of the loop "${loop}" whose step it is given`);
    const row = m.i32.add(getLocal(code, local, "i32"), m.i32.const(start));
    return m.i32.add(sum, m.i32.mul(rows === undefined ? row : m.i32.rem_u(row, m.i32.const(rows)), m.i32.const(by)));
  }, m.i32.const(base));
}

function sizeOf(code: FunctionCode, { name: entry, dims }: EntryPlan, name: string): Ref {
  const position = dims.indexOf(name);
  if (position < 0) throw new InternalError(`The entry "${entry}" has no dimension "${name}"`);
  return getLocal(code, position, "i32");
}

function extent(code: FunctionCode, entry: EntryPlan, dim: Dim): Ref {
  const { m } = code;
  return namesOf(dim).reduce((value, name) => m.i32.mul(value, sizeOf(code, entry, name)), m.i32.const(coefficientOf(dim)));
}

// Inputs are dense, so that their elements are one range of memory.
function emitCheck(module: ModuleCode, code: FunctionCode, entry: EntryPlan, check: IndexCheck, status: number): Ref {
  const { library, m, memory } = module;
  const { buffer, lower, upper, except = lower } = check;
  const offset = memory.offsets.get(buffer);
  if (offset === undefined) throw new InternalError(`The input "${buffer.name}" has no place in memory`);
  if (m.getFunction(checkName) === 0) addCheckFunction(module);
  const bytes = m.i32.mul(extent(code, entry, product(buffer.shape)), m.i32.const(elementBytes[buffer.dtype]));
  const args = [m.i32.const(offset), m.i32.add(m.i32.const(offset), bytes), m.i32.const(lower), m.i32.const(upper), m.i32.const(except)];
  return m.if(m.call(checkName, args, library.i32), m.return(m.i32.const(status)));
}

/** `check.range(start, end, lower, upper, except)`: 1 if some i32 between the addresses is neither in [lower, upper) nor `except`, else 0. */
function addCheckFunction({ library, m }: ModuleCode): void {
  const code: FunctionCode = { library, m, parameters: ["i32", "i32", "i32", "i32", "i32"], locals: [] };
  const [at, end, lower, upper, except] = [0, 1, 2, 3, 4].map((local) => () => getLocal(code, local, "i32")) as [
    () => Ref,
    () => Ref,
    () => Ref,
    () => Ref,
    () => Ref,
  ];
  const value = newLocal(code, "i32");
  const held = () => getLocal(code, value, "i32");
  const outside = m.i32.or(m.i32.lt_s(held(), lower()), m.i32.ge_s(held(), upper()));
  const loop = m.loop(
    "next",
    m.block(null, [
      m.br_if("done", m.i32.ge_u(at(), end())),
      m.local.set(value, m.i32.load(0, 4, at())),
      m.if(m.i32.and(outside, m.i32.ne(held(), except())), m.return(m.i32.const(1))),
      m.local.set(0, m.i32.add(at(), m.i32.const(elementBytes.i32))),
      m.br("next"),
    ]),
  );
  addFunction(code, checkName, m.block(null, [m.block("done", [loop]), m.i32.const(0)], library.i32), "i32");
}
