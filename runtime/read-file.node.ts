import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { cannotReadFile } from "./diagnostics.ts";
import { read as fetched } from "./read-file.browser.ts";

const fileBytes = (path: string): Promise<Uint8Array> =>
  readFile(path).catch((error) => {
    throw cannotReadFile(path, error);
  });

/** The bytes of a file, or the answer of a server. A text without scheme is a path. @throws GradcError `cannot-read` */
export async function read(source: URL | string): Promise<Uint8Array | Response> {
  const text = String(source);
  // A scheme has two letters or more: `c:` begins a path.
  if (!/^[a-z][a-z\d+.-]+:/i.test(text)) return fileBytes(text);
  return text.startsWith("file:") ? fileBytes(fileURLToPath(text)) : fetched(text);
}
