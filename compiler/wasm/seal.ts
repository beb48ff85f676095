// The last section of a module: what the runtime knows a damaged file by.

import { fingerprint } from "../../runtime/program.ts";
import * as sections from "../../runtime/sections.ts";

/** `module` with its length and fingerprint in a custom section behind it. */
export function seal(module: Uint8Array): Uint8Array {
  const name = new TextEncoder().encode(sections.seal);
  const content = new Uint8Array(Int32Array.of(module.length, fingerprint(module)).buffer);
  // Lengths below 128 take one byte.
  const section = [0, 1 + name.length + content.length, name.length, ...name, ...content];
  const sealed = new Uint8Array(module.length + section.length);
  sealed.set(module);
  sealed.set(section, module.length);
  return sealed;
}
