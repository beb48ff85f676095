// Relaxed SIMD for a while, which Node has from version 22 on, and before behind a flag.
import { setFlagsFromString } from "node:v8";

// A function with `f32x4.relaxed_madd` of its three arguments.
const probe = new Uint8Array([
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 8, 1, 96, 3, 123, 123, 123, 1, 123, 3, 2, 1, 0],
  ...[10, 13, 1, 11, 0, 32, 0, 32, 1, 32, 2, 253, 133, 2, 11],
]);

/** What `run` gives where modules with relaxed SIMD compile. */
export async function withRelaxed<T>(run: () => Promise<T>): Promise<T> {
  if (WebAssembly.validate(probe)) return run();
  setFlagsFromString("--experimental-wasm-relaxed-simd");
  try {
    return await run();
  } finally {
    setFlagsFromString("--no-experimental-wasm-relaxed-simd");
  }
}
