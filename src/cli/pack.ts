import { load, pack } from "../../runtime/index.ts";
import { fromFile, readBytes, writeWhole } from "./files.ts";
import { formatBytes, type Terminal } from "./terminal.ts";

/** `gradc pack`. */
export async function packFiles(model: string, weights: string, { out }: { readonly out: string }, terminal: Terminal): Promise<void> {
  const wasm = await readBytes(model);
  const state = await readBytes(weights);
  const net = await fromFile(model, () => load(wasm));
  await fromFile(weights, () => net.restore(state));
  const packed = pack(wasm, state);
  await writeWhole(out, packed);
  terminal.out(`${out}  ${formatBytes(packed.length)}`);
}
