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

/** What `use` makes of the content of a file; its errors say which file that is. */
export async function fromFile<T>(path: string, use: () => T | Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    throw error instanceof GradcError && error.code !== "cannot-read" ? inFile(error, path) : error;
  }
}
