// How far vector functions are from the exact value, in units in the last place of f32.

import type { ScalarOp } from "../../../compiler/kernel/kernel.ts";
import { type ScalarName, scalarNames, scalars } from "../../../compiler/ops/elementwise.ts";
import { emitModule } from "../../../compiler/wasm/emit-module.ts";
import { planOf } from "../../support/plan.ts";
import { withRelaxed } from "../../support/relaxed.ts";
import { apply, axis, buffer, kernel, load, loop, store } from "./harness.ts";

const chunk = 4096;

/** Applies an op to arrays, four lanes at once. */
export type VectorFunction = (...args: readonly Float32Array[]) => Float32Array;

/** The module's code for an op of one or two operands, over at most 4096 elements. */
export async function vectorFunction(op: ScalarOp, operands: number, profile: "exact" | "fast" = "exact"): Promise<VectorFunction> {
  const i = axis("i", chunk);
  const inputs = Array.from({ length: operands }, (_, n) => buffer(`x${n}`, [chunk]));
  const y = buffer("y", [chunk], "f32", "result");
  const one = kernel(
    loop(
      i,
      "parallel",
      store(
        y,
        [i],
        apply(
          op,
          inputs.map((x) => load(x, i)),
        ),
      ),
    ),
  );
  const buffers = [...inputs, y];
  const { bytes } = await emitModule({
    ...planOf("run", [], [[one, [{ kind: "vectorise", axis: i, vectors: 1 }]]]),
    layout: new Map(buffers.map((each) => [each, [1]])),
    memory: { offsets: new Map(buffers.map((each, n) => [each, n * chunk * 4])), bytes: buffers.length * chunk * 4 },
    constants: [],
    sections: [],
    profile,
  });
  const { exports } = await withRelaxed(async () => WebAssembly.instantiate(await WebAssembly.compile(new Uint8Array(bytes))));
  const memory = new Float32Array((exports.memory as WebAssembly.Memory).buffer);
  return (...args) => {
    args.forEach((values, n) => {
      memory.set(values, n * chunk);
    });
    (exports.run as () => number)();
    return memory.slice(operands * chunk, operands * chunk + (args[0]?.length ?? 0));
  };
}

// 2^(23 - e) by the exponent field of an f64, which is e + 1023; e of an f32 lies between -126 and 127.
const perSpacing = Float64Array.from({ length: 2048 }, (_, field) => 2 ** (23 - Math.min(Math.max(field - 1023, -126), 127)));
const float64 = new Float64Array(1);
const words = new Uint32Array(float64.buffer);

/** How many neighbouring floats fit into 1 at `value`. */
function perUnit(value: number): number {
  float64[0] = value;
  return perSpacing[((words[1] as number) >>> 20) & 2047] as number;
}

/** Error of `got` in ulp; infinite where one of the two is NaN, infinite or a zero of the other sign. */
export function ulpError(got: number, exact: number): number {
  if (got === exact && got !== 0) return 0;
  if (Number.isNaN(exact) || Number.isNaN(got)) return Number.isNaN(exact) && Number.isNaN(got) ? 0 : Number.POSITIVE_INFINITY;
  if (exact === 0) return Object.is(got, exact) ? 0 : Number.POSITIVE_INFINITY;
  if (!Number.isFinite(Math.fround(exact)) || !Number.isFinite(got)) return Math.fround(exact) === got ? 0 : Number.POSITIVE_INFINITY;
  return Math.abs(got - exact) * perUnit(exact);
}

/** A function of one operand or two in f64. */
type Exact = (x: number, y: number) => number;

/** The scalar ops that are approximated, with their exact values in f64 and how far they may be from them: the worst error that `scripts/ulp.ts` measured (bench/RESULTS.md), rounded up. */
export const approximated: readonly { readonly op: ScalarName; readonly arity: number; readonly exact: Exact; readonly ulp: number }[] =
  scalarNames.flatMap((op) => {
    const { arity, f32 } = scalars[op];
    return typeof f32.code === "string" ? [] : [{ op, arity, exact: (x, y) => f32.value(x, y, 0), ulp: f32.code.ulp }];
  });

export interface Worst {
  readonly error: number;
  readonly at: readonly number[];
  readonly got: number;
}

/** The worst error of `compute` over the arguments: one array for each operand. */
export function worstOf(compute: VectorFunction, exact: Exact, args: readonly Float32Array[]): Worst {
  let worst: Worst = { error: 0, at: [], got: 0 };
  const [x = new Float32Array(), y = x] = args;
  for (let start = 0; start < x.length; start += chunk) {
    const part = compute(...args.map((values) => values.subarray(start, start + chunk)));
    for (let i = 0; i < part.length; i++) {
      const error = ulpError(part[i] as number, exact(x[start + i] as number, y[start + i] as number));
      if (error > worst.error) worst = { error, at: args.map((values) => values[start + i] as number), got: part[i] as number };
    }
  }
  return worst;
}

/** Every `stride`-th float by bit pattern, from `first` on. */
export function floatsByBits(first: number, stride: number, count: number): Float32Array {
  const bits = new Uint32Array(count);
  for (let i = 0; i < count; i++) bits[i] = first + i * stride;
  return new Float32Array(bits.buffer);
}
