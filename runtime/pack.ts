import { copyBytes } from "./bytes.ts";
import { decode } from "./checkpoint/safetensors.ts";
import { badWeights, notAModule } from "./diagnostics.ts";
import { join } from "./join.ts";
import * as sections from "./sections.ts";

/** An unsigned number in LEB128. */
const leb = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)]);

/** The name of our section as the module holds it: its length in one byte, then its letters. */
const stateName = String.fromCharCode(sections.state.length) + sections.state;

/** The bytes of all sections but earlier weights, from id to end. */
function sectionsWithoutState(wasm: Uint8Array): Uint8Array[] {
  const kept: Uint8Array[] = [];
  for (let at = 8; at < wasm.length; ) {
    const start = at++;
    let size = 0;
    let shift = 0;
    do {
      size |= ((wasm[at] as number) & 127) << shift;
      shift += 7;
    } while ((wasm[at++] as number) > 127);
    const name = new TextDecoder().decode(wasm.subarray(at, at + stateName.length));
    at += size;
    if (wasm[start] || name !== stateName) kept.push(wasm.subarray(start, at));
  }
  return kept;
}

/**
 * The module with weights inside, which `load` restores: one file that is trained and trainable. Weights of an earlier `pack` are replaced.
 * @param state a file of `net.state`
 * @throws GradcError `not-a-module`, `bad-weights`
 */
export function pack(wasm: Uint8Array | ArrayBuffer, state: Uint8Array | ArrayBuffer): Uint8Array {
  const module = copyBytes(wasm, notAModule);
  if (!WebAssembly.validate(module)) throw notAModule("no WebAssembly");
  const weights = copyBytes(state, badWeights);
  decode(weights);
  const name = new TextEncoder().encode(stateName);
  const head = Uint8Array.of(0, ...leb(name.length + weights.length), ...name);
  return join([module.subarray(0, 8), ...sectionsWithoutState(module), head, weights]);
}
