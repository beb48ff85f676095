// Runs a built module over memory that is full of garbage: NaN, 1e30 and index -1 wherever no value lies.
import { type Build, sizesOf } from "../../compiler/index.ts";
import type { Source } from "../../compiler/interpret.ts";
import { type Dim, evaluate, type Sizes } from "../../compiler/ir/dim.ts";
import type { Buffer } from "../../compiler/kernel/kernel.ts";
import { denseStrides } from "../../compiler/schedule/strides.ts";
import type { EntryPoint } from "../../runtime/program.ts";

type Slot = { readonly dtype: "f32" | "i32" | "bool"; readonly shape: readonly Dim[]; readonly offset: number; readonly strides?: readonly Dim[] };

/** Row-major positions of the elements of a strided view, in elements from its start. */
function positions({ shape, strides = denseStrides(shape) }: Slot, sizes: Sizes): number[] {
  return shape.reduce<number[]>(
    (starts, dim, axis) => {
      const stride = evaluate(strides[axis] as Dim, sizes);
      const steps = Array.from({ length: evaluate(dim, sizes) }, (_, i) => i * stride);
      return starts.flatMap((start) => steps.map((step) => start + step));
    },
    [0],
  );
}

export interface Running {
  /** Runs an entry point for `sizes` on values of the sources by name. Gives its status, and results and new values of variables by name. */
  run(entry: EntryPoint, sizes: Sizes, sources: ReadonlyMap<string, Source>): { status: number; read(name: string): number[] };
}

const garbage = [Number.NaN, 1e30];

export async function start({ wasm, program, manifest, layout, memory }: Build): Promise<Running> {
  const instance = await WebAssembly.instantiate(await WebAssembly.compile(wasm as BufferSource), {});
  const linear = (instance.exports.memory as WebAssembly.Memory).buffer;
  const [floats, integers] = [new Float32Array(linear), new Int32Array(linear)];
  const viewOf = ({ dtype }: Slot) => (dtype === "f32" ? floats : integers);
  const placesOf = (slot: Slot, sizes: Sizes) => positions(slot, sizes).map((place) => place + slot.offset / 4);
  const slotOf = (buffer: Buffer): Slot => ({
    ...buffer,
    offset: memory.offsets.get(buffer) as number,
    strides: layout.get(buffer) as readonly Dim[],
  });
  const buffers = [...layout.keys()].filter((buffer) => buffer.kind !== "constant" && memory.offsets.has(buffer)).map(slotOf);
  const rubbish = buffers.map((slot) => ({ slot, places: placesOf(slot, sizesOf(program)) }));
  const spoil = () => {
    for (const { slot, places } of rubbish) {
      const view = viewOf(slot);
      for (const [i, place] of places.entries()) view[place] = slot.dtype === "f32" ? (garbage[i % 2] as number) : -1;
    }
  };
  return {
    run(entry, sizes, sources) {
      spoil();
      const given: readonly (Slot & { readonly name: string })[] = [...manifest.inputs, ...manifest.variables];
      for (const slot of given) {
        const data = sources.get(slot.name)?.data ?? [];
        const view = viewOf(slot);
        for (const [i, place] of placesOf(slot, sizes).entries()) view[place] = data[i] as number;
      }
      const status = (instance.exports[entry.name] as (...dims: number[]) => number)(...entry.dims.map((dim) => sizes[dim] as number));
      const read = (name: string) => {
        const slot = entry.results.find((result) => result.name === name) ?? given.find((variable) => variable.name === name);
        const view = viewOf(slot as Slot);
        return placesOf(slot as Slot, sizes).map((place) => view[place] as number);
      };
      return { status, read };
    },
  };
}
