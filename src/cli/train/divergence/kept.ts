// What is left of a training that went wrong: its checkpoint.
import { readFile } from "node:fs/promises";
import type { Diverged } from "../../../../compiler/diagnostics/divergence.ts";
import { decode } from "../../../../runtime/checkpoint/safetensors.ts";

/** Which epoch the checkpoint is of, or that there is none. */
export async function keptFact(checkpoint: string | undefined, epoch: number): Promise<Diverged["facts"]> {
  if (checkpoint === undefined) return epoch > 1 ? [["saved", "nothing: --checkpoint FILE saves each epoch"]] : [];
  try {
    const last = decode(await readFile(checkpoint)).metadata.get("epoch");
    return last === undefined ? [] : [["saved", `"${checkpoint}", after epoch ${last}: --resume goes on from there`]];
  } catch {
    return [];
  }
}
