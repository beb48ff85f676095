// Weights from a file in the net of a module: of one training, or of a build that came later.
import { readContent } from "../../checkpoint/content.node.ts";
import { otherBuild, partlyWritten } from "../../compiler/diagnostics/commands.ts";
import * as counters from "../../runtime/counters.ts";
import type { Net } from "../../runtime/index.ts";
import { type EpochState, splitBest } from "./checkpoint.ts";
import { fingerprintOf } from "./files/fingerprint.ts";
import { fromFile, readBytes } from "./files/read.ts";
import { areOfOneSet, halvesAt } from "./files/set.ts";
import type { Terminal } from "./terminal.ts";

/** The key of the metadata under which weights name the module that they were trained in. */
export const moduleKey = "module";

/** The key of the metadata under which weights name the file of PyTorch that they are from. */
export const importedKey = "imported";

/** Whether a net has the weights that it started with. */
export const isUntrained = (net: Net): boolean => net.read(counters.step)[0] === 0 && !net.metadata.has(importedKey);

/** The warning about a net that is untrained. */
export const untrained = "warning: the module holds no trained weights\n  help: --weights FILE, or NAME.trained.wasm";

/** What `restoreFrom` reads: a file of weights, and the module that the net runs, with its file where it has one. */
interface WeightsSource {
  readonly weights: string;
  readonly module: string | undefined;
}

/** The bytes of weights, and what a checkpoint remembers beside them: the best epoch, where the training was, its epochs, and what its page shows. */
export interface Weights {
  readonly state: Uint8Array;
  readonly best?: EpochState;
  readonly position: unknown;
  readonly history: unknown;
  readonly followed: unknown;
}

/** What a file of weights holds. @throws GradcError `bad-weights` */
export function weightsIn(bytes: Uint8Array): Weights {
  const { state, position, history, followed } = readContent(bytes);
  return { ...splitBest(state), position, history, followed };
}

/**
 * Restores the net from a file of weights, and gives its bytes, those of the best epoch apart. Where module and weights lie together but are of two
 * builds, that is said; where a run was ended while it wrote them, it is an error.
 * @throws GradcError `cannot-read`, `partly-written`, and those of `restore`
 */
export async function restoreFrom(net: Net, { weights, module }: WeightsSource, terminal: Terminal): Promise<Weights> {
  const bytes = await readBytes(weights);
  const beside = module !== undefined && areOfOneSet(module, weights) ? module : undefined;
  const halves = beside === undefined ? undefined : await halvesAt(beside);
  let read: Weights;
  try {
    read = await fromFile(weights, () => {
      const read = weightsIn(bytes);
      net.restore(read.state);
      return read;
    });
  } catch (error) {
    throw halves ? partlyWritten(halves.written, halves.missing, error) : error;
  }
  const trainedIn = net.metadata.get(moduleKey);
  const isOther = beside !== undefined && trainedIn !== undefined && trainedIn !== String(fingerprintOf(await readBytes(beside)));
  if (isOther && halves) throw partlyWritten(halves.written, halves.missing);
  if (isOther) terminal.note(otherBuild(weights, beside));
  return read;
}
