import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { inFile } from "../../../compiler/diagnostics/places.ts";
import { cannotReadFile } from "../../../runtime/diagnostics.ts";
import { GradcError } from "../../../runtime/error.ts";

/** The bytes of a file. @throws GradcError `cannot-read` */
export const readBytes = (path: string): Promise<Uint8Array<ArrayBuffer>> =>
  readFile(path).then(
    (bytes) => new Uint8Array(bytes),
    (error) => {
      throw cannotReadFile(path, error);
    },
  );

/** The first bytes of a file, up to `most`, of one that may have no end. @throws GradcError `cannot-read` */
export async function readFirstBytes(path: string, most: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of createReadStream(path, { end: most - 1 })) chunks.push(chunk as Buffer);
  } catch (error) {
    throw cannotReadFile(path, error);
  }
  return Buffer.concat(chunks);
}

/** What `use` makes of the content of a file; its errors say which file that is. */
export async function fromFile<T>(path: string, use: () => T | Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    throw error instanceof GradcError && error.code !== "cannot-read" ? inFile(error, path) : error;
  }
}
