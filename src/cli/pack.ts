import { destinationOf } from "../../files/destination.ts";
import { writeWhole } from "../../files/whole.ts";
import { load, pack } from "../../runtime/index.ts";
import { fromFile, readBytes } from "./files/read.ts";
import { refuseOver } from "./files/refuse.ts";
import { formatBytes, type Terminal } from "./terminal.ts";
import { restoreFrom } from "./weights.ts";

/** `gradc pack`. */
export async function packFiles(model: string, weights: string, { out }: { readonly out: string }, terminal: Terminal): Promise<void> {
  // The module may be packed in place.
  await refuseOver(out, { "the weights": [weights] });
  const wasm = await readBytes(model);
  const net = await fromFile(model, () => load(wasm));
  const { state } = await restoreFrom(net, { weights, module: model }, terminal);
  const packed = pack(wasm, state);
  await writeWhole(out, packed);
  const print = (await destinationOf(out)).stream ? terminal.note : terminal.out;
  print(`${out}  ${formatBytes(packed.length)}`);
}
