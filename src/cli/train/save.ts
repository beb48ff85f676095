import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { checkWritable } from "../../../files/whole.ts";
import { pack } from "../../../runtime/index.ts";
import { listing } from "../build.ts";
import { outputFolder } from "../files/folders.ts";
import { refuseOver } from "../files/refuse.ts";
import { type Files, finishSet, writeSet } from "../files/set.ts";
import { moduleFiles } from "../module-files.ts";
import type { Terminal } from "../terminal.ts";
import type { Trainable } from "./net.ts";
import type { TrainOptions } from "./options.ts";
import { rescue } from "./rescue.ts";

/** Where a training leaves its results. */
export interface Places {
  readonly folder: string;
  /** The file of the weights in the folder. */
  readonly weights: string;
  /** The file that `--resume` goes on from. */
  readonly checkpoint: string;
  /** The files of the module and its bindings. */
  readonly module: Files;
}

/** Where the results of training the model at `path` go. */
export async function placesFor(path: string, { net, wasm }: Trainable, options: TrainOptions): Promise<Places> {
  const { manifest } = net;
  const folder = outputFolder(path, options.out);
  const weights = join(folder, `${manifest.name}.safetensors`);
  return { folder, weights, checkpoint: options.checkpoint ?? weights, module: await moduleFiles({ wasm, manifest }, folder, options.standalone) };
}

/** All files that a training leaves; what cannot be made again stands first. The weights may hold the best epoch too, to go on from. */
function filesOf({ net, wasm }: Trainable, { module }: Places, weights = net.state()): Files {
  const { name } = net.manifest;
  return { [`${name}.safetensors`]: weights, [`${name}.trained.wasm`]: pack(wasm, net.state()), ...module };
}

/** Refuses places that could not be written to, or hold what is read or written elsewhere. @throws GradcError `cannot-write` */
export async function checkPlaces(trainable: Trainable, places: Places, { data }: TrainOptions): Promise<void> {
  const { folder, weights, checkpoint } = places;
  const { net, sources, module } = trainable;
  const kept = { "the data": [data], "the definition": sources };
  const files = Object.keys(filesOf(trainable, places)).map((name) => join(folder, name));
  const others = files.filter((file) => file !== weights);
  for (const file of files) await refuseOver(file, kept);
  await refuseOver(checkpoint, { ...kept, "the module": [module], "another file of this training": others });
  await finishSet(folder, net.manifest.name);
  for (const file of new Set([...files, checkpoint])) await checkWritable(file);
}

/** The file that is written while the training goes on, where that was asked for. */
export const checkpointIn = (
  { checkpoint }: Places,
  { checkpoint: asked, resume }: Pick<TrainOptions, "checkpoint" | "resume">,
): string | undefined => (asked !== undefined || resume ? checkpoint : undefined);

/** Writes the weights, which are `state`, the module and the bindings. @throws GradcError `cannot-write`, `partly-written` */
export async function saveTrained(trainable: Trainable, places: Places, state: Uint8Array, terminal: Terminal): Promise<void> {
  const files = filesOf(trainable, places, state);
  await writeSet(places.folder, files).catch(async (error) => {
    throw await rescue(trainable.net.manifest.name, state, [places.checkpoint, places.weights], error);
  });
  terminal.out(listing(places.folder, files));
}

/** Whether the files of a training hold the net as it is. */
export async function isSaved(trainable: Trainable, places: Places): Promise<boolean> {
  const saved = Object.entries(filesOf(trainable, places)).map(([name, content]) =>
    readFile(join(places.folder, name)).then(
      (bytes) => bytes.equals(Buffer.from(content as Uint8Array)),
      () => false,
    ),
  );
  return (await Promise.all(saved)).every(Boolean);
}
