// What must hold of every program. Each check throws an Error that says which value is wrong.
import { build, type Build, prepare } from "../../compiler/index.ts";
import { evaluate, type Source, valueAt } from "../../compiler/interpret.ts";
import { evaluate as extent, product, type Sizes } from "../../compiler/ir/dim.ts";
import { type Entry, type Program, rootsOf } from "../../compiler/ir/entry.ts";
import { topological } from "../../compiler/ir/graph.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { parseProgram } from "../../compiler/ir/parse.ts";
import { printProgram } from "../../compiler/ir/print.ts";
import { verify } from "../../compiler/ir/verify.ts";
import { interpretKernel } from "../../compiler/kernel/interpret.ts";
import type { Buffer, Kernel } from "../../compiler/kernel/kernel.ts";
import { readsOf, writesOf } from "../../compiler/kernel/visit.ts";
import { sharedBuffers } from "../../compiler/passes/fuse/buffers.ts";
import { fuse } from "../../compiler/passes/fuse/fuse.ts";
import { uniqueNames } from "../../compiler/passes/fuse/name-kernel.ts";
import { hoist } from "../../compiler/passes/hoist.ts";
import { indexRanges } from "../../compiler/passes/index-ranges.ts";
import { simplifyProgram } from "../../compiler/passes/simplify.ts";
import { specialise } from "../../compiler/passes/specialise.ts";
import { stabilise } from "../../compiler/passes/stabilise.ts";
import type { Dtype } from "../../compiler/ir/type.ts";
import { type Bounded, errorBounds, gap } from "./error-bound.ts";
import { start } from "./module.ts";
import { sourceName } from "./program.ts";
import { sourceData } from "./plot.ts";

export type Values = ReadonlyMap<string, Source>;

/** How much of what was compared could be judged: elements whose error bound is small against the values. */
export interface Tally {
  elements: number;
  judged: number;
}

export const newTally = (): Tally => ({ elements: 0, judged: 0 });

/** Values of all sources of a program: grid values or, for differences, such as lie at no kink; indices within their ranges. */
export function valuesFor(program: Program, sizes: Sizes, seed: number, spread = 0): Map<string, Source> {
  const ranges = indexRanges(program);
  const values = new Map<string, Source>();
  for (const node of [...(program.inputs as readonly Node[]), ...program.graph.declarations.keys()]) {
    const shape = node.shape.map((dim) => extent(dim, sizes));
    const upper = ranges.get(node)?.upper ?? Number.POSITIVE_INFINITY;
    const off = (i: number) => (node.dtype === "f32" ? spread * Math.sin(1 + i * 12.9898 + seed + values.size) : 0);
    const data = sourceData(node.dtype, product(shape) as number, seed + values.size).map((value, i) => (node.dtype === "i32" && Number.isFinite(upper) ? value % upper : value) + off(i));
    values.set(sourceName(node), { dtype: node.dtype, shape, data });
  }
  return values;
}

interface Expectation {
  readonly what: string;
  readonly value: Float64Array;
  /** Greatest distance that is right, element by element. */
  readonly error: ArrayLike<number>;
  readonly dtype: Dtype;
}

/** Throws where an element of `got` is farther from its value than its error. */
function compare(got: ArrayLike<number>, { what, value, error, dtype }: Expectation, tally?: Tally): void {
  const size = Math.max(1e-3, ...Array.from(value, Math.abs).filter(Number.isFinite));
  for (const [i, wanted] of value.entries()) {
    const allowed = error[i] as number;
    if (tally) {
      tally.elements++;
      if (allowed <= 1e-3 * size) tally.judged++;
    }
    const exact = dtype !== "f32" && allowed > 0 ? Number.POSITIVE_INFINITY : allowed;
    if (!(gap(wanted, got[i] as number) <= exact)) throw new Error(`${what}: element ${i} is ${got[i]} in place of ${wanted} (± ${allowed}); all: ${Array.from(got).slice(0, 20)} in place of ${Array.from(value).slice(0, 20)}`);
  }
}

const sizesOf = (program: Program): Sizes[] => {
  const capacity = program.capacity.batch;
  return capacity === undefined ? [{}] : Array.from({ length: capacity }, (_, i) => ({ batch: i + 1 }));
};

/** Values that a finite-values rule relies on: programs with other values are not held to it. */
const allFinite = (values: Iterable<Bounded>) => [...values].every(({ data }) => data.every(Number.isFinite));

/** Simplifying and stabilising keep values, in f64. */
export function checkRewrites(program: Program): void {
  const sizes = program.capacity;
  const sources = valuesFor(program, sizes, 3);
  const stable = { ...program, entries: program.entries.map((entry) => ({ ...entry, ...mapRoots(entry, stabilise(rootsOf(entry)).image) })) };
  const passes: Record<string, Program> = { specialise: specialise(program), prepare: prepare(program), simplify: simplifyProgram(program), stabilise: stable };
  const before = program.entries.map((entry) => errorBounds(rootsOf(entry), { sizes, sources, training: entry.training }));
  for (const [pass, after] of Object.entries(passes)) {
    verify(after, program);
    for (const [i, entry] of program.entries.entries()) {
      const bounds = before[i] as Map<Node, Bounded>;
      if (!allFinite(bounds.values())) continue;
      const roots = rootsOf(after.entries[i] as Entry);
      const values = evaluate(roots, { sizes, sources, training: entry.training });
      for (const [at, root] of rootsOf(entry).entries()) {
        const { data, error } = bounds.get(root) as Bounded;
        // Constants that a pass folds are rounded to f32: 2^-24 each.
        const allowed = error.map((e, k) => 4 * e + (e === 0 && root.dtype !== "f32" ? 0 : 2 ** -20 * Math.abs(data[k] as number)));
        compare(valueAt(values, roots[at] as Node).data, { what: `${pass} ${entry.name}[${at}]`, value: data, error: allowed, dtype: root.dtype });
      }
    }
  }
}

function mapRoots(entry: Entry, image: (node: Node) => Node): Pick<Entry, "results" | "updates"> {
  return {
    results: entry.results.map((result) => ({ ...result, node: image(result.node) })),
    updates: entry.updates.map((update) => ({ ...update, value: image(update.value) })),
  };
}

/** What is printed is read back as the same program. */
export function checkText(program: Program): void {
  const text = printProgram(program);
  const again = printProgram(parseProgram(text));
  if (again !== text) throw new Error(`Printed, read and printed again:\n${again}`);
}

/** The kernels of an entry point, by their reference meaning in f64, compute what the graph does. `change` may spoil them. */
export function checkKernels(program: Program, change: (kernel: Kernel) => Kernel = (kernel) => kernel): void {
  const specialised = specialise(program);
  for (const entry of specialised.entries) {
    const shared = sharedBuffers(specialised);
    const { kernels, results } = fuse(specialised, entry, shared, uniqueNames());
    for (const sizes of sizesOf(program).filter((_, i, all) => i === 0 || i === all.length - 2)) {
      const sources = valuesFor(program, sizes, 5);
      const memory = memoryFor(kernels, [...shared.inputs.values(), ...shared.variables.values(), ...results.map(({ buffer }) => buffer)], sizes, sources);
      for (const kernel of kernels) interpretKernel(change(hoist(kernel)), memory, sizes);
      const bounds = errorBounds(rootsOf(entry), { sizes, sources, training: entry.training });
      const check = (what: string, node: Node, buffer: Buffer | undefined) => {
        const { data, error, dtype } = bounds.get(node) as Bounded;
        // f64 has 29 more bits than f32.
        compare(memory.get(buffer as Buffer) ?? [], { what: `kernels of ${entry.name}: ${what} for ${JSON.stringify(sizes)}`, value: data, error: error.map((e) => e * 2 ** -20), dtype });
      };
      for (const { name, node } of entry.results) check(name, node, results.find((result) => result.name === name)?.buffer);
      for (const { target, value } of entry.updates) check(`${sourceName(target)}'`, value, shared.variables.get(target));
    }
  }
}

function memoryFor(kernels: readonly Kernel[], declared: readonly Buffer[], sizes: Sizes, sources: Values): Map<Buffer, Float64Array> {
  const buffers = new Set([...declared, ...kernels.flatMap((kernel) => [...readsOf(kernel), ...writesOf(kernel)])]);
  return new Map(
    [...buffers].map((buffer) => {
      const known = buffer.kind === "constant" ? buffer.data : buffer.kind === "input" || buffer.kind === "variable" ? sources.get(buffer.name)?.data : undefined;
      return [buffer, known ? Float64Array.from(known) : new Float64Array(extent(product(buffer.shape), sizes)).fill(Number.NaN)];
    }),
  );
}

/** The module of a program computes what its graph does, for every number of rows, every entry point after the other. */
export async function checkModule(program: Program, tally = newTally(), compile: (program: Program) => Promise<Build> = compiled): Promise<void> {
  const built = await compile(program);
  const { run } = await start(built);
  const prepared = prepare(program);
  for (const sizes of sizesOf(program)) {
    const sources = valuesFor(program, sizes, 7 + (sizes.batch ?? 0));
    for (const [i, entry] of prepared.entries.entries()) {
      const point = built.manifest.entries[i];
      if (point?.name !== entry.name) throw new Error(`"${entry.name}" is not in the module`);
      const { status, read } = run(point, sizes, sources);
      if (status !== 0) throw new Error(`"${entry.name}" gives status ${status} for ${JSON.stringify(sizes)}`);
      const bounds = errorBounds(rootsOf(entry), { sizes, sources, training: entry.training });
      const check = (what: string, node: Node, got: readonly number[]) => {
        const { data, error, dtype } = bounds.get(node) as Bounded;
        compare(got, { what: `module's ${entry.name}: ${what} for ${JSON.stringify(sizes)}`, value: data, error, dtype }, tally);
      };
      for (const { name, node } of entry.results) check(name, node, read(name));
      const updated = new Map(entry.updates.map(({ target, value }) => [sourceName(target), { target, value }]));
      for (const [name, { value }] of updated) check(`${name}'`, value, read(name));
      // The next entry point starts from what this one left, where it is finite.
      for (const { name } of built.manifest.variables) {
        const [kept, old] = [read(name), sources.get(name) as Source];
        if (!updated.has(name)) compare(kept, { what: `"${name}" after ${entry.name}, which does not update it`, value: Float64Array.from(old.data), error: new Float64Array(kept.length), dtype: old.dtype ?? "f32" });
        else if (kept.every((value) => Math.abs(value) < 64)) sources.set(name, { ...old, data: kept });
      }
    }
  }
}

export const compiled = (program: Program): Promise<Build> => build(program, { purpose: { outputs: [], metrics: [], targets: [], standardize: [], profile: "exact" } });

/** Gradients agree with central differences in f64 along a random direction, where the loss is smooth there. Gives whether it was judged. */
export function checkDifferences(program: Program, loss: Node): boolean {
  const entry = program.entries.find(({ name }) => name === "gradients") as Entry;
  if (topological([loss]).some(({ op }) => op === "stopGradient")) return false;
  const sizes = Object.fromEntries(Object.keys(program.capacity).map((name) => [name, 3]));
  const sources = valuesFor(program, sizes, 11, 0.06);
  const names = entry.results.map(({ name }) => name.slice(2));
  const direction = (name: string, i: number) => Math.cos(3 + i * 78.233 + names.indexOf(name));
  const at = (h: number) => {
    const moved = new Map([...sources].map(([name, source]) => [name, names.includes(name) ? { ...source, data: Array.from(source.data, (x, i) => x + h * direction(name, i)) } : source]));
    return valueAt(evaluate([loss], { sizes, sources: moved, training: true }), loss).data[0] as number;
  };
  const difference = (h: number) => (at(h) - at(-h)) / (2 * h);
  const [coarse, fine] = [difference(2e-5), difference(1e-5)];
  const values = evaluate(rootsOf(entry), { sizes, sources, training: true });
  const along = entry.results
    .slice(1)
    .flatMap(({ node, name }) => [...valueAt(values, node).data.map((g, i) => g * direction(name.slice(2), i))])
    .reduce((sum, term) => sum + term, 0);
  const scale = Math.max(1, Math.abs(coarse), Math.abs(at(0)));
  if (!Number.isFinite(coarse) || !Number.isFinite(along) || Math.abs(coarse - fine) > 1e-6 * scale) return false;
  if (Math.abs(along - fine) > 1e-4 * scale) throw new Error(`The gradient along a direction is ${along}, central differences give ${fine} and ${coarse}`);
  return true;
}
