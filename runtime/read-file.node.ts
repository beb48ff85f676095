import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** The bytes of a file, or the answer of a server. A text without scheme is a path. */
export async function read(source: URL | string): Promise<Uint8Array | Response> {
  const text = String(source);
  // A scheme has two letters or more: `c:` begins a path.
  if (!/^[a-z][a-z\d+.-]+:/i.test(text)) return readFile(text);
  return text.startsWith("file:") ? readFile(fileURLToPath(text)) : fetch(text);
}
