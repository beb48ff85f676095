import { pack } from "../../runtime/index.ts";
import { readBytes, writeWhole } from "./files.ts";
import { formatBytes, type Terminal } from "./terminal.ts";

/** `gradc pack`. */
export async function packFiles(model: string, weights: string, { out }: { readonly out: string }, terminal: Terminal): Promise<void> {
  const packed = pack(await readBytes(model), await readBytes(weights));
  await writeWhole(out, packed);
  terminal.out(`${out}  ${formatBytes(packed.length)}`);
}
