// How far vector functions are from the exact value, in units in the last place of f32.
import type { ScalarOp } from "../../../compiler/kernel/kernel.ts";
import { emitModule } from "../../../compiler/wasm/emit-module.ts";
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
    entries: [{ name: "run", dims: [], kernels: [{ kernel: one, schedule: new Map([[i, { vector: true }]]) }], checks: [] }],
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

/** The distance of neighbouring floats at `value`. */
function spacing(value: number): number {
  const magnitude = Math.abs(value);
  if (magnitude < 2 ** -126) return 2 ** -149;
  return 2 ** (Math.min(Math.floor(Math.log2(magnitude)), 127) - 23);
}

/** Error of `got` in ulp; infinite where one of the two is NaN, infinite or a zero of the other sign. */
export function ulpError(got: number, exact: number): number {
  if (Number.isNaN(exact) || Number.isNaN(got)) return Number.isNaN(exact) && Number.isNaN(got) ? 0 : Number.POSITIVE_INFINITY;
  if (exact === 0) return Object.is(got, exact) ? 0 : Number.POSITIVE_INFINITY;
  if (!Number.isFinite(Math.fround(exact)) || !Number.isFinite(got)) return Math.fround(exact) === got ? 0 : Number.POSITIVE_INFINITY;
  return Math.abs(got - exact) / spacing(exact);
}

// Taylor's series below 2, from the continued fraction of erfc above: relative error below 1e-14.
function erf(x: number): number {
  const a = Math.abs(x);
  if (!(a > 0 && a < 6)) return a === 0 || Number.isNaN(x) ? x : Math.sign(x);
  if (a < 2) {
    let [term, sum] = [x, x];
    for (let n = 1; n < 60; n++) {
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

/** Exact values of the functions that are approximated, in f64. */
export const exactValue: { readonly [op: string]: (...args: number[]) => number } = {
  exp: (x) => Math.exp(x as number),
  log: (x) => Math.log(x as number),
  log1p: (x) => Math.log1p(x as number),
  expm1: (x) => Math.expm1(x as number),
  tanh: (x) => Math.tanh(x as number),
  sigmoid: (x = 0) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x))),
  softplus: (x = 0) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  erf: (x) => erf(x as number),
  sin: (x) => Math.sin(x as number),
  cos: (x) => Math.cos(x as number),
  pow: (x, y) => pow(x as number, y as number),
};

export interface Worst {
  readonly error: number;
  readonly at: readonly number[];
  readonly got: number;
}

/** The worst error of `compute` over the arguments. */
export function worstOf(compute: VectorFunction, exact: (...args: number[]) => number, args: readonly Float32Array[]): Worst {
  let worst: Worst = { error: 0, at: [], got: 0 };
  const total = args[0]?.length ?? 0;
  for (let start = 0; start < total; start += chunk) {
    const part = args.map((values) => values.subarray(start, start + chunk));
    compute(...part).forEach((got, i) => {
      const at = part.map((values) => values[i] as number);
      const error = ulpError(got, exact(...at));
      if (error > worst.error) worst = { error, at, got };
    });
  }
  return worst;
}

/** Every `stride`-th float by bit pattern, from `first` on. */
export function floatsByBits(first: number, stride: number, count: number): Float32Array {
  return new Float32Array(Uint32Array.from({ length: count }, (_, i) => first + i * stride).buffer);
}
