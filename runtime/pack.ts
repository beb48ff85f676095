import { decode } from "./checkpoint/safetensors.ts";
import { notAModule } from "./diagnostics.ts";
import { sections } from "./program.ts";

/** An unsigned number in LEB128. */
function leb(value: number): number[] {
  const bytes: number[] = [];
  for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128);
  return [...bytes, value];
}

/** The sections of a module: bytes from id to end, and the name of a custom one. */
function sectionsOf(wasm: Uint8Array): { readonly bytes: Uint8Array; readonly name: string }[] {
  let at = 8;
  const unsigned = () => {
    let value = 0;
    for (let shift = 0, more = true; more; shift += 7) {
      const byte = wasm[at++] ?? 0;
      value |= (byte & 127) << shift;
      more = byte > 127;
    }
    return value;
  };
  const found: { bytes: Uint8Array; name: string }[] = [];
  while (at < wasm.length) {
    const start = at;
    const isCustom = wasm[at++] === 0;
    const end = unsigned() + at;
    const length = isCustom ? unsigned() : 0;
    found.push({ bytes: wasm.subarray(start, end), name: new TextDecoder().decode(wasm.subarray(at, at + length)) });
    at = end;
  }
  return found;
}

/**
 * The module with weights inside, which `load` restores: one file that is trained and trainable. Weights of an earlier `pack` are replaced.
 * @param state a file of `net.state`
 * @throws GradcError `not-a-module`, `bad-weights`
 */
export function pack(wasm: Uint8Array, state: Uint8Array): Uint8Array {
  if (!WebAssembly.validate(wasm as Uint8Array<ArrayBuffer>)) throw notAModule("it is not valid WebAssembly");
  decode(state);
  const kept = sectionsOf(wasm).filter(({ name }) => name !== sections.state);
  if (!kept.some(({ name }) => name === sections.manifest)) throw notAModule(`it has no section "${sections.manifest}"`);
  const name = new TextEncoder().encode(sections.state);
  const head = [...leb(name.length), ...name];
  const parts = [wasm.subarray(0, 8), ...kept.map(({ bytes }) => bytes), [0, ...leb(head.length + state.length), ...head], state];
  const packed = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    packed.set(part, at);
    at += part.length;
  }
  return packed;
}
