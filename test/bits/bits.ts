// What every entry point of a module computes, as a number of 32 bits, and the bytes of the module as another.
import { prepare } from "../../compiler/index.ts";
import type { Sizes } from "../../compiler/ir/dim.ts";
import type { Program } from "../../compiler/ir/entry.ts";
import { load } from "../../runtime/index.ts";
import { type EntryPoint, fingerprint } from "../../runtime/program.ts";
import type { Inputs } from "../../runtime/types.ts";
import { compile } from "../../src/compile.ts";
import { numbers } from "../engines/networks.ts";
import { compiled } from "../fuzz/lowered-checks.ts";
import { start } from "../fuzz/module.ts";
import { valuesFor } from "../fuzz/values.ts";
import { extents, networkOf } from "./networks.ts";

/** Fingerprints of what is computed, and of the module. */
export interface Bits {
  readonly values: string;
  readonly module: string;
}

const hex = (bytes: Uint8Array): string => (fingerprint(bytes) >>> 0).toString(16).padStart(8, "0");
const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array => new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);

/** A fingerprint of arrays, in which every NaN is the same. */
function fingerprintOf(arrays: Iterable<Iterable<number>>): string {
  const numbers = Float32Array.from([...arrays].flatMap((array) => [...array]));
  return hex(bytesOf(numbers.map((value) => (Number.isNaN(value) ? Number.NaN : value))));
}

const inputsFor = (seed: number, rows: number): Inputs => ({
  x: numbers(rows * extents.features, seed),
  y: numbers(rows * extents.targets, seed + 1),
  c: Int32Array.from({ length: rows }, (_, row) => (row * row + seed) % extents.classes),
});

/** The bits of a network that is compiled for `batch` rows: three steps, one of them not full, and all other calls before and after. */
export async function bitsOfNetwork(number: number, batch: number): Promise<Bits> {
  const { model, options } = networkOf(number);
  const built = await compile(model, { ...options, batch });
  const net = await load(built.wasm, { seed: number });
  const isSplit = net.manifest.entries.some(({ name, splittable }) => name === "evaluate" && splittable);
  const computed: Iterable<number>[] = [];
  const keep = (record: Readonly<Record<string, Iterable<number> | number>>) => {
    for (const value of Object.values(record)) computed.push(typeof value === "number" ? [value] : value);
  };
  const look = () => {
    const inputs = inputsFor(number + 7, batch - 1);
    const { loss, gradients } = net.gradients(inputs);
    keep({ loss, ...gradients });
    keep(net.predict(inputs));
    keep(net.evaluate(inputsFor(number + 9, isSplit ? 2 * batch + 1 : batch)));
  };
  net.prepare(inputsFor(number + 3, batch));
  look();
  for (const rows of [batch, batch, Math.max(2, batch - 3)]) keep(net.step(inputsFor(number + rows, rows)));
  look();
  for (const { name } of net.manifest.variables) computed.push(net.read(name));
  return { values: fingerprintOf(computed), module: hex(built.wasm) };
}

/** The bits of a random program: all its entry points, for the capacity and for fewer rows. */
export async function bitsOfProgram(program: Program): Promise<Bits> {
  const built = await compiled(program);
  const { run } = await start(built);
  const capacity = program.capacity.batch;
  const computed: number[][] = [];
  for (const sizes of capacity === undefined ? [{}] : ([{ batch: capacity }, { batch: capacity - 3 }] satisfies Sizes[])) {
    for (const [i, { results }] of prepare(program).entries.entries()) {
      const point = built.manifest.entries[i] as EntryPoint;
      const { status, read } = run(point, sizes, valuesFor(program, sizes, 7));
      computed.push([status], ...results.map(({ name }) => read(name)), ...point.updates.map(read));
    }
  }
  return { values: fingerprintOf(computed), module: hex(built.wasm) };
}
