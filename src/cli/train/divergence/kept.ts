// What is left of a training that went wrong: its checkpoint.
import { readFile } from "node:fs/promises";
import { readContent } from "../../../../checkpoint/content.node.ts";
import type { Diverged } from "../../../../compiler/diagnostics/divergence.ts";
import { placeIn } from "../place.ts";

/** Which epoch the checkpoint is of, or that there is none. */
export async function keptFact(checkpoint: string | undefined, epoch: number): Promise<Diverged["facts"]> {
  if (checkpoint === undefined) return epoch > 1 ? [["saved", "nothing: --checkpoint FILE saves each epoch"]] : [];
  try {
    const { metadata, position } = readContent(await readFile(checkpoint));
    const last = metadata.get("epoch");
    const step = placeIn(position, checkpoint)?.step ?? 0;
    const rest = step > 0 ? ` and step ${step} of the next` : "";
    return last === undefined ? [] : [["saved", `"${checkpoint}", after epoch ${last}${rest}: --resume goes on from there`]];
  } catch {
    return [];
  }
}
