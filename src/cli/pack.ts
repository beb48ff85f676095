import { readFile } from "node:fs/promises";
import { cannotRead } from "../../runtime/diagnostics.ts";
import { pack } from "../../runtime/index.ts";
import { writeWhole } from "./files.ts";
import { formatBytes, type Terminal } from "./terminal.ts";

/** The bytes of a file. @throws GradcError `cannot-read` */
export const readBytes = (path: string): Promise<Uint8Array<ArrayBuffer>> =>
  readFile(path).then(
    (bytes) => new Uint8Array(bytes),
    (error) => {
      throw cannotRead(path, error);
    },
  );

/** `gradc pack`. */
export async function packFiles(model: string, weights: string, { out }: { readonly out: string }, terminal: Terminal): Promise<void> {
  const packed = pack(await readBytes(model), await readBytes(weights));
  await writeWhole(out, packed);
  terminal.out(`${out}  ${formatBytes(packed.length)}`);
}
