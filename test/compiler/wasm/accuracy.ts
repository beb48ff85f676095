// How far vector functions are from the exact value, in units in the last place of f32.

import type { ScalarOp } from "../../../compiler/kernel/kernel.ts";
import { emitModule } from "../../../compiler/wasm/emit-module.ts";
import { planOf } from "../../support/plan.ts";
import { apply, axis, buffer, kernel, load, loop, store } from "./harness.ts";

const chunk = 4096;

/** Applies an op to arrays, four lanes at once. */
export type VectorFunction = (...args: readonly Float32Array[]) => Float32Array;

/** The module's code for an op of one or two operands, over at most 4096 elements. */
export async function vectorFunction(op: ScalarOp, operands: number): Promise<VectorFunction> {
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
    ...planOf("run", [], [[one, new Map([[i, { vector: true }]])]]),
    layout: new Map(buffers.map((each) => [each, [1]])),
    memory: { offsets: new Map(buffers.map((each, n) => [each, n * chunk * 4])), bytes: buffers.length * chunk * 4 },
    constants: [],
    sections: [],
    profile: "exact",
  });
  const { exports } = await WebAssembly.instantiate(await WebAssembly.compile(new Uint8Array(bytes)));
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

// Taylor's series below 2, from the continued fraction of erfc above: relative error below 1e-14.
function erf(x: number): number {
  const a = Math.abs(x);
  if (!(a > 0 && a < 6)) return a === 0 || Number.isNaN(x) ? x : Math.sign(x);
  if (a < 2) {
    let [term, sum] = [x, x];
    for (let n = 1; Math.abs(term) > 2 ** -60 * a; n++) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return (sum * 2) / Math.sqrt(Math.PI);
  }
  let fraction = 0;
  for (let n = 60; n > 0; n--) fraction = n / 2 / (a + fraction);
  return Math.sign(x) * (1 - Math.exp(-a * a) / (Math.sqrt(Math.PI) * (a + fraction)));
}

/** IEEE 754 `pow`; JavaScript's differs at 1 and -1. */
const pow = (x: number, y: number): number => (x === 1 || (x === -1 && Math.abs(y) === Number.POSITIVE_INFINITY) ? 1 : x ** y);

function sigmoid(x: number): number {
  const e = Math.exp(-Math.abs(x));
  return (x < 0 ? e : 1) / (1 + e);
}

/** A function of one operand or two in f64. */
type Exact = (x: number, y: number) => number;

/** Exact values of the functions that are approximated, in f64. */
export const exactValue = {
  exp: Math.exp,
  log: Math.log,
  log1p: Math.log1p,
  expm1: Math.expm1,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  sigmoid,
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  erf,
  sin: Math.sin,
  cos: Math.cos,
  pow,
} as const satisfies { readonly [op: string]: Exact };

export type Approximated = keyof typeof exactValue;

/** How far a function may be from the exact value: the worst error that `scripts/ulp.ts` measured (bench/RESULTS.md), rounded up. */
export const ulpBounds: Readonly<Record<Approximated, number>> = {
  exp: 1,
  log: 1,
  log1p: 0.51,
  expm1: 0.51,
  sinh: 0.51,
  cosh: 0.51,
  tanh: 1.5,
  sigmoid: 2.83,
  softplus: 0.51,
  erf: 0.52,
  sin: 0.51,
  cos: 0.51,
  pow: 0.51,
};

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
