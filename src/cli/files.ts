import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { cannotWrite, writeFailed } from "../../compiler/diagnostics/commands.ts";
import { inFile } from "../../compiler/diagnostics/places.ts";
import { cannotReadFile } from "../../runtime/diagnostics.ts";
import { GradcError } from "../../runtime/error.ts";
import { alignColumns, formatBytes, type Terminal } from "./terminal.ts";

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

const temporaryOf = (path: string): string => `${path}.${process.pid}.tmp`;

/** Writes a file so that a reader sees the old content or the new one, never a part. @throws GradcError `cannot-write` */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  await refuseFolder(path);
  const temporary = temporaryOf(path);
  try {
    await makeFolders(dirname(path));
    await writeFile(temporary, content);
    await rename(temporary, path);
  } catch (error) {
    // The first failure is the one to report.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw writeFailed(path, error);
  }
}

/** Refuses a path to which `writeWhole` could not write. Leaves nothing behind. @throws GradcError `cannot-write` */
export async function checkWritable(path: string): Promise<void> {
  await refuseFolder(path);
  const made: string[] = [];
  try {
    await makeFolders(dirname(path), made);
    await writeFile(temporaryOf(path), "");
  } catch (error) {
    throw writeFailed(path, error);
  } finally {
    await rm(temporaryOf(path), { force: true }).catch(() => undefined);
    for (const folder of made.reverse()) await rmdir(folder).catch(() => undefined);
  }
}

/** Refuses to write over the file that the data are read from. @throws GradcError `cannot-write` */
export function refuseData(path: string, data: string): void {
  if (resolve(path) === resolve(data)) throw cannotWrite(path, "it holds the data");
}

async function refuseFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) throw cannotWrite(path, "it is a folder");
}

/** Makes a folder and those above it that are missing, and adds them to `made`. Node's recursive form never ends below `/proc`. */
async function makeFolders(folder: string, made: string[] = []): Promise<void> {
  const missing: string[] = [];
  for (let at = resolve(folder); !existsSync(at) && at !== dirname(at); at = dirname(at)) missing.unshift(at);
  for (const each of missing) {
    const done = mkdir(each).then(() => made.push(each));
    await done.catch((error) => {
      // Another process may be as fast.
      if (error.code !== "EEXIST") throw error;
    });
  }
}

/** Writes files into a folder and says so. */
export async function writeFiles(folder: string, files: Readonly<Record<string, string | Uint8Array>>, terminal: Terminal): Promise<void> {
  const rows: string[][] = [];
  for (const [name, content] of Object.entries(files)) {
    await writeWhole(join(folder, name), content);
    rows.push([name, formatBytes(Buffer.byteLength(content))]);
  }
  terminal.out(`\n${folder}/`);
  terminal.out(alignColumns(rows, [1]));
}

/** The folder for what is made of a model: the one that was asked for, else `out` beside the file, where a built module lies already. */
export function outputFolder(model: string, wanted: string | undefined): string {
  const folder = dirname(resolve(model));
  const beside = model.endsWith(".wasm") && basename(folder) === "out" ? folder : join(folder, "out");
  return wanted ?? (relative(process.cwd(), beside) || ".");
}
