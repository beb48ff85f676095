import * as sections from "../../../runtime/sections.ts";

/** The number in LEB128 at `at`, and where it ends. */
function numberAt(bytes: Uint8Array, at: number): readonly [value: number, end: number] {
  let value = 0;
  for (let [end, scale] = [at, 1]; ; scale *= 128) {
    const byte = bytes[end++] ?? 0;
    value += (byte & 127) * scale;
    if (byte < 128) return [value, end];
  }
}

/**
 * The fingerprint in the seal of a module, by which files know the module that they belong to; undefined without a seal. The module is not
 * compiled: not every engine runs the profile `fast`.
 */
export function fingerprintOf(wasm: Uint8Array): number | undefined {
  const name = new TextEncoder().encode(sections.seal);
  for (let at = 8; at < wasm.length; ) {
    const [size, start] = numberAt(wasm, at + 1);
    const isSeal = wasm[at] === 0 && wasm[start] === name.length && name.every((byte, i) => wasm[start + 1 + i] === byte);
    if (isSeal) return new DataView(wasm.buffer, wasm.byteOffset + start + 1 + name.length, 8).getInt32(4, true);
    at = start + size;
  }
  return undefined;
}
