// "gradc/runtime" in Node: the same, but `load` reads files too. The package's `exports` choose between the two, so that nothing of Node, and no
// specifier that a page would have to map, is in what pages load.
import { readFile } from "node:fs/promises";
import { cannotReadFile } from "./diagnostics.ts";
import { loadFrom, type load as loadInPage } from "./load.ts";

/** The bytes of a file, or the answer of a server. A scheme has two letters or more: `c:` begins a path. @throws GradcError `cannot-read` */
async function open(address: string, what: string): Promise<Uint8Array | Response> {
  const isFile = /^file:/i.test(address);
  if (!isFile && /^[a-z][a-z\d+.-]+:/i.test(address)) return fetch(address);
  try {
    return await readFile(isFile ? new URL(address) : address);
  } catch (error) {
    throw cannotReadFile(address, error, what);
  }
}

export * from "./index.ts";

/**
 * Instantiates a compiled module and initialises its parameters: from the seed, then from weights that are packed into it, then from `weights`.
 * A text is a URL or a path.
 * @throws GradcError `not-a-module`, `other-version`, `cannot-read`, `wasm-blocked`, `compiled-in`, `unknown-option`, `bad-option`, and the errors
 * of `restore`
 */
export const load: typeof loadInPage = (source, options) => loadFrom(open, source, options);
