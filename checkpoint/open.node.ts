import { readFile } from "node:fs/promises";
import { cannotReadFile } from "../runtime/diagnostics.ts";
import type { Net, RestoreOptions, RestoreReport } from "../runtime/index.ts";
import { type Content, readContent } from "./content.node.ts";
import { damagedCheckpoint, fellBack } from "./diagnostics.ts";
import { bestOf, earlierOf, fileAt } from "./places.node.ts";

/** A checkpoint that was read. */
export interface Checkpoint {
  /** The file that it is from: another than the newest where that is damaged. */
  readonly path: string;
  /** How many steps the net had made. */
  readonly step: number;
  /** What was saved as `position`; undefined where nothing was. */
  readonly position: unknown;
  /** What was saved as `history`; undefined where nothing was. */
  readonly history: unknown;
  /** The texts of the net, its counters and settings. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Sets a net to what was saved, as `net.restore` does. */
  restore(net: Pick<Net, "restore">, options?: RestoreOptions): RestoreReport;
}

/**
 * Reads the newest checkpoint at a path, of which `save` says what lies where. Where it is damaged or missing, the last good one beside it is taken, and
 * a warning says so; what differs from what was saved counts as damage. A file of weights alone does too.
 * @throws GradcError `cannot-read` where there is none, `bad-weights` where none is good
 */
export async function open(path: string | URL): Promise<Checkpoint> {
  const file = await fileAt(path);
  const faults: Error[] = [];
  for (const candidate of [file, ...(await earlierOf(file)).map((earlier) => earlier.path), bestOf(file)]) {
    const found = await readAt(candidate);
    if (!(found instanceof Error)) {
      const checkpoint = checkpointOf(candidate, found);
      if (faults[0]) console.warn(fellBack(faults[0], candidate, checkpoint.step));
      return checkpoint;
    }
    faults.push(found);
  }
  throw faults[0];
}

/** What the file holds, or why it holds nothing. */
async function readAt(path: string): Promise<Content | Error> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    return cannotReadFile(path, error);
  }
  try {
    return readContent(bytes);
  } catch (error) {
    return damagedCheckpoint(path, error as Error);
  }
}

function checkpointOf(path: string, { state, metadata, position, history }: Content): Checkpoint {
  return { path, step: Number(metadata.get("step") ?? 0), position, history, metadata, restore: (net, options) => net.restore(state, options) };
}
