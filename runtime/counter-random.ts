// Random numbers as a function of a counter, so that they depend on no order of evaluation. `compiler/wasm/` emits the same functions.

/**
 * A bijection of 32 bits in which every input bit flips every output bit with probability close to ½:
 * `lowbias32` of Wellons, "Prospecting for hash functions" (2018), bias 0.17.
 * All operations are on 32 bits; `>>>` shifts in zeros (i32x4.shr_u), `·` is i32x4.mul:
 *
 *     x ^= x >>> 16;  x ·= 0x7feb352d;  x ^= x >>> 15;  x ·= 0x846ca68b;  x ^= x >>> 16
 */
function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return x ^ (x >>> 16);
}

/** `2^32 / golden ratio`: keeps seed 0, step 0, stream 0 away from the fixed point 0 of `mix`. */
const golden = 0x9e3779b9 | 0;

/**
 * The i32 key of one sequence, that of a random tensor by its seed, step and stream: `mix(mix(mix(seed + golden) + step) + stream)`, and as many more
 * as there are numbers; all of them i32, sums modulo 2^32.
 */
export function randomKey(...numbers: readonly number[]): number {
  let key = golden;
  for (const number of numbers) key = mix((key + number) | 0);
  return key;
}

/**
 * The number in [0, 1) of element `index` (row-major, i32) under `key`: with `h = mix(mix(index + key) ^ key)`, the upper 24 bits `(h >>> 8) · 2^-24`.
 * The key enters twice so that two keys never give one sequence shifted.
 */
export const uniform = (key: number, index: number): number => (mix(mix((index + key) | 0) ^ key) >>> 8) * 2 ** -24;
