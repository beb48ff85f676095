import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withHelp } from "../../../compiler/diagnostics/places.ts";
import { writeWhole } from "../../../files/whole.ts";
import { GradcError } from "../../../runtime/error.ts";

/** The error of results that could not be written, with the file that holds the weights all the same, one of `files` or another: the last thing to lose. */
export async function rescue(name: string, state: Uint8Array, files: readonly string[], error: unknown): Promise<unknown> {
  if (!(error instanceof GradcError)) return error;
  for (const file of new Set(files)) {
    const saved = await readFile(file).catch(() => undefined);
    if (saved?.equals(state)) return withHelp(error, helpOf(file));
  }
  try {
    const file = join(await mkdtemp(join(tmpdir(), "gradc-")), `${name}.safetensors`);
    await writeWhole(file, state);
    return withHelp(error, helpOf(file));
  } catch {
    return error;
  }
}

const helpOf = (file: string): string => `the trained weights are in "${file}": --resume --checkpoint ${file} writes the other files`;
