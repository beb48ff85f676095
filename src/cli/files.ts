import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { cannotWrite } from "../../compiler/diagnostics.ts";
import { cannotRead } from "../../runtime/diagnostics.ts";
import { alignColumns, formatBytes, type Terminal } from "./terminal.ts";

/** The bytes of a file. @throws GradcError `cannot-read` */
export const readBytes = (path: string): Promise<Uint8Array<ArrayBuffer>> =>
  readFile(path).then(
    (bytes) => new Uint8Array(bytes),
    (error) => {
      throw cannotRead(path, error);
    },
  );

/** Writes a file so that a reader sees the old content or the new one, never a part. @throws GradcError `cannot-write` */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(temporary, content);
    await rename(temporary, path);
  } catch (error) {
    // The first failure is the one to report.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw cannotWrite(path, error);
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
