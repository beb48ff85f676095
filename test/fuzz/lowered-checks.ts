// What must hold of every program when it is lowered: to kernels, and to a module.

import { sharedBuffers } from "../../compiler/fuse/buffers.ts";
import { Functions } from "../../compiler/fuse/functions.ts";
import { fuse } from "../../compiler/fuse/fuse.ts";
import { type Build, build, prepare } from "../../compiler/index.ts";
import type { Source } from "../../compiler/interpret.ts";
import { evaluate as extent, product, type Sizes } from "../../compiler/ir/dim.ts";
import { type Entry, type Program, rootsOf } from "../../compiler/ir/entry.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { instanceOf } from "../../compiler/kernel/call.ts";
import { interpretKernel } from "../../compiler/kernel/interpret.ts";
import { type Buffer, type Kernel, wholeOf } from "../../compiler/kernel/kernel.ts";
import { hoist } from "../../compiler/kernel/passes/hoist.ts";
import { runsOf, stepsOf } from "../../compiler/kernel/plan.ts";
import { readsOf, writesOf } from "../../compiler/kernel/visit.ts";
import { specialise } from "../../compiler/passes/specialise.ts";
import { machineFrom } from "../../runtime/machine.ts";
import type { EntryPoint } from "../../runtime/program.ts";
import { evaluate } from "../../runtime/run.ts";
import { writeVariable } from "../../runtime/variables.ts";
import { type Bounded, errorBounds } from "./error-bound.ts";
import { type Running, start } from "./module.ts";
import { sourceName } from "./program.ts";
import { compare, newTally, type Tally, type Values, valuesFor } from "./values.ts";

/** All numbers of rows, the capacity first, so that later runs find what it left. */
const sizesOf = ({ capacity: { batch } }: Program): Sizes[] =>
  batch === undefined ? [{}] : [{ batch }, ...Array.from({ length: batch - 1 }, (_, i) => ({ batch: i + 1 }))];

/** The kernels of an entry point, by their reference meaning in f64, compute what the graph does. `change` may spoil them. */
export function checkKernels(program: Program, change: (kernel: Kernel) => Kernel = (kernel) => kernel): void {
  const specialised = specialise(program);
  for (const entry of specialised.entries) {
    const shared = sharedBuffers(specialised);
    const { calls, results } = fuse(specialised, entry, shared, new Functions());
    const kernels = calls.map(instanceOf);
    for (const sizes of sizesOf(program).slice(0, 2)) {
      const sources = valuesFor(program, sizes, 5);
      const memory = memoryFor(
        kernels,
        [...shared.inputs.values(), ...shared.variables.values(), ...results.map(({ buffer }) => buffer)],
        sizes,
        sources,
      );
      for (const run of runsOf(stepsOf(calls), sizes)) interpretKernel(change(hoist(instanceOf(run.call))), memory, run.sizes, run);
      const bounds = errorBounds(rootsOf(entry), { sizes, sources, training: entry.training });
      const check = (what: string, node: Node, buffer: Buffer | undefined) => {
        const { data, error, dtype } = bounds.get(node) as Bounded;
        // f64 has 29 more bits than f32.
        compare(memory.get(buffer as Buffer) ?? [], {
          what: `kernels of ${entry.name}: ${what} for ${JSON.stringify(sizes)}`,
          value: data,
          error: error.map((e) => e * 2 ** -20),
          dtype,
        });
      };
      for (const { name, node } of entry.results) check(name, node, results.find((result) => result.name === name)?.buffer);
      for (const { target, value } of entry.updates) check(`${sourceName(target)}'`, value, shared.variables.get(target));
    }
  }
}

function memoryFor(kernels: readonly Kernel[], declared: readonly Buffer[], sizes: Sizes, sources: Values): Map<Buffer, Float64Array> {
  const buffers = new Set([...declared, ...kernels.flatMap((kernel) => [...readsOf(kernel), ...writesOf(kernel)]).map(wholeOf)]);
  return new Map(
    [...buffers].map((buffer) => {
      const known =
        buffer.kind === "constant" ? buffer.data : buffer.kind === "input" || buffer.kind === "variable" ? sources.get(buffer.name)?.data : undefined;
      return [buffer, known ? Float64Array.from(known) : new Float64Array(extent(product(buffer.shape), sizes)).fill(Number.NaN)];
    }),
  );
}

/** The compiler as `gradc` runs it. */
export const compiled = (program: Program): Promise<Build> =>
  build(program, { purpose: { outputs: [], metrics: [], targets: [], standardize: [], profile: "exact" } });

/** One call of an entry point: what it is given, and who judges what it gives. */
interface Call {
  readonly entry: Entry;
  readonly point: EntryPoint;
  readonly sizes: Sizes;
  readonly sources: Map<string, Source>;
  readonly tally: Tally;
}

// A guard around a product goes to the factor that needs it (compiler/kernel/passes/sink-guards.ts): 0·NaN stands where the graph has 0.
const spreadsNaN = (bounds: ReadonlyMap<Node, Bounded>): boolean =>
  [...bounds.keys()].some(({ op }) => op === "pad" || op === "fold") && [...bounds.values()].some(({ data }) => !data.every(Number.isFinite));

/** Results and new values are right; what is not updated stays, bit for bit. Gives the new values of variables. */
function checkCall({ run }: Running, variables: readonly string[], { entry, point, sizes, sources, tally }: Call): Map<string, number[]> {
  const { status, read } = run(point, sizes, sources);
  if (status !== 0) throw new Error(`"${entry.name}" gives status ${status} for ${JSON.stringify(sizes)}`);
  const bounds = errorBounds(rootsOf(entry), { sizes, sources, training: entry.training });
  const loose = spreadsNaN(bounds);
  const check = (name: string, node: Node) => {
    const { data, error: strict, dtype } = bounds.get(node) as Bounded;
    const got = read(name);
    const error = strict.map((e, i) => (loose && Number.isNaN(got[i]) ? Number.POSITIVE_INFINITY : e));
    compare(got, { what: `module's ${entry.name}: ${name} for ${JSON.stringify(sizes)}`, value: data, error, dtype }, tally);
  };
  for (const { name, node } of entry.results) check(name, node);
  for (const { target, value } of entry.updates) check(sourceName(target), value);
  for (const name of variables.filter((variable) => !point.updates.includes(variable))) {
    const { data, dtype = "f32" } = sources.get(name) as Source;
    compare(read(name), {
      what: `"${name}" after ${entry.name}, which does not update it`,
      value: Float64Array.from(data),
      error: Array.from(data, () => 0),
      dtype,
    });
  }
  return new Map(point.updates.map((name) => [name, read(name)]));
}

/** An index outside of its range is refused with the position of its input, and no variable changes. */
function checkRefusal({ run }: Running, { manifest }: Build, { entry, point, sizes, sources }: Call): void {
  for (const [i, name] of point.checks.entries()) {
    const range = manifest.inputs.find((input) => input.name === name)?.range;
    const source = sources.get(name) as Source;
    if (!range || source.data.length === 0 || range.except === range.upper) continue;
    const outside = new Map([
      ...sources,
      [name, { ...source, data: Array.from(source.data, (value, at) => (at === source.data.length - 1 ? range.upper : value)) }],
    ]);
    const { status, read } = run(point, sizes, outside);
    if (status !== i + 1) throw new Error(`"${entry.name}" gives status ${status} where "${name}" is outside of its range`);
    for (const updated of point.updates) {
      const { data, dtype = "f32" } = sources.get(updated) as Source;
      compare(read(updated), { what: `"${updated}" after a refusal`, value: Float64Array.from(data), error: Array.from(data, () => 0), dtype });
    }
  }
}

/** The runtime's `evaluate` gives the loss of the graph: of as many rows as a call takes, in parts where it can be split. */
async function checkEvaluation(
  { entries, capacity: { batch } }: Program,
  { wasm, manifest }: Build,
  sourcesFor: (n: number) => Values,
): Promise<void> {
  const loss = entries.find(({ name }) => name === "gradients")?.results[0]?.node;
  const splittable = entries.find(({ name }) => name === "evaluate")?.splittable;
  // Inputs of the runtime have rows along their first axis.
  const hasRowsFirst = manifest.inputs.every(({ shape }) => shape.slice(1).every((dim) => typeof dim === "number"));
  if (!loss || splittable === undefined || !hasRowsFirst) return;
  const hasRows = manifest.inputs.some(({ shape }) => typeof shape[0] === "string");
  const { instance, module } = await WebAssembly.instantiate(wasm as BufferSource);
  const machine = machineFrom(manifest, module, instance.exports);
  for (const n of batch && hasRows ? [batch, ...(splittable ? [2 * batch + 1] : [])] : [1]) {
    const sources = sourcesFor(n);
    const bounds = errorBounds([loss], { sizes: { batch: n }, sources, training: false }).get(loss) as Bounded;
    if (!bounds.data.every(Number.isFinite)) continue;
    const dataOf = ({ dtype, data }: Source) => (dtype === "f32" ? Float32Array.from(data) : Int32Array.from(data));
    for (const { name, role } of manifest.variables) if (role !== "sum") writeVariable(machine, name, dataOf(sources.get(name) as Source));
    const inputs = Object.fromEntries(manifest.inputs.map(({ name }) => [name, dataOf(sources.get(name) as Source)]));
    const got = evaluate(machine, inputs).loss;
    compare([got], { what: `module's evaluate: the loss of ${n} rows`, value: bounds.data, error: bounds.error, dtype: "f32" });
  }
}

/** The module of a program computes what its graph does, for every number of rows, every entry point after the other. */
export async function checkModule(program: Program, tally = newTally(), compile: (program: Program) => Promise<Build> = compiled): Promise<void> {
  const built = await compile(program);
  const running = await start(built);
  const variables = built.manifest.variables.map(({ name }) => name);
  const prepared = prepare(program);
  await checkEvaluation(program, built, (n) => valuesFor(program, { batch: n }, 13));
  for (const sizes of sizesOf(program)) {
    const sources = valuesFor(program, sizes, 7 + (sizes.batch ?? 0));
    for (const [i, entry] of prepared.entries.entries()) {
      const call: Call = { entry, point: built.manifest.entries[i] as EntryPoint, sizes, sources, tally };
      checkRefusal(running, built, call);
      // The next entry point starts from what this one left, unless that grew.
      for (const [name, data] of checkCall(running, variables, call)) {
        if (data.every((value) => Math.abs(value) < 64)) sources.set(name, { ...(sources.get(name) as Source), data });
      }
    }
  }
}
