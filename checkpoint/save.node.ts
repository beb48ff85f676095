import { link, readFile, rm } from "node:fs/promises";
import { destinationOf, isSame } from "../files/destination.ts";
import { cannotWrite, writeFailed } from "../files/diagnostics.ts";
import { removeOld, temporaryOf } from "../files/temporary.ts";
import { replaceFile, stage, writeWhole } from "../files/whole.ts";
import { GradcError } from "../runtime/error.ts";
import type { Net } from "../runtime/index.ts";
import { checkOptions } from "../runtime/options.ts";
import { checkWhole } from "../runtime/whole.ts";
import { bestFigure } from "./best.node.ts";
import { withProgress } from "./content.node.ts";
import { bestOf, earlierAt, earlierOf, fileAt } from "./places.node.ts";

/** Settings of `save`. */
export interface SaveOptions {
  /** Where in its rows the training is, any value that JSON holds: what `position()` of a data loader gives. */
  readonly position?: unknown;
  /** What was measured so far, any value that JSON holds. */
  readonly history?: unknown;
  /** How many checkpoints stay, the newest among them and the best not counted; 1 unless stated. */
  readonly keep?: number;
  /** Whether this is the best so far, which stays until there is a better one; or the figure to go by, the least of which is the best. */
  readonly best?: boolean | number;
}

/** Saves that are under way, by file: one begins when the one before has ended. */
const underWay = new Map<string, Promise<unknown>>();

/** The last search for a file's place: one begins when the one before has ended, so that saves queue in the order of their calls. */
let placing: Promise<unknown> = Promise.resolve();

/**
 * Saves a net and what its training goes on from, as a safetensors file: weights, states, the optimizer's state, seed, step and settings, `net.metadata`,
 * and in the metadata position and history. `path` is the file of the newest, or a folder (there, or without an ending) for `checkpoint.safetensors`; those before it lie beside it
 * as `checkpoint.000007.safetensors`, the best as `checkpoint.best.safetensors`. The file is written beside its place, brought to the disk and renamed,
 * and old ones are removed after that: whenever the process or the machine ends, `open` finds a whole one. The net is taken as it is when `save` is
 * called, so that training may go on while it writes.
 * @throws GradcError `cannot-write`, such as on a full disk, where the checkpoints before stay; `unknown-option`, `bad-option`
 */
export async function save(path: string | URL, net: Pick<Net, "state">, options: SaveOptions = {}): Promise<void> {
  checkOptions(options as object, { position: anything, history: anything, keep: "number", best: "boolean or number" });
  const { position, history, keep = 1, best } = options;
  checkWhole("keep", keep, 1);
  const content = withProgress(net.state(), { position, history, ...(Number.isFinite(best) && { best: best as number }) });
  const found = placing.then(() => fileAt(path));
  placing = found.catch(() => undefined);
  const file = await found;
  const before = underWay.get(file);
  const own = (async () => {
    await before?.catch(() => undefined);
    await write(file, content, keep, best);
  })();
  underWay.set(file, own);
  try {
    await own;
  } finally {
    if (underWay.get(file) === own) underWay.delete(file);
  }
}

/** All kinds of values, in the words of `checkOptions`. */
const anything = "undefined or object or string or number or boolean or function or bigint or symbol";

async function write(file: string, content: Uint8Array, keep: number, best: SaveOptions["best"]): Promise<void> {
  const destination = await destinationOf(file);
  const { path, found } = destination;
  if (!destination.isFile) throw cannotWrite(file, found?.isDirectory() ? "it is a folder" : "it is no file");
  await removeOld(path);
  const { temporary, discard } = await stage(destination, content);
  try {
    const isBest = typeof best === "number" ? best < (await bestFigure(bestOf(path))) : best === true;
    if (found && keep > 1) await keepEarlier(path);
    await replaceFile(temporary as string, path);
    if (isBest) await putSecond(path, bestOf(path));
    for (const { path: old } of (await earlierOf(path)).slice(keep - 1)) await rm(old, { force: true });
  } catch (error) {
    await discard();
    throw error instanceof GradcError ? error : writeFailed(file, error);
  }
}

/** Gives the newest a second name, under which it stays when the next takes its place; a save that was ended may have done so. */
async function keepEarlier(path: string): Promise<void> {
  const [last] = await earlierOf(path);
  if (last && isSame(await destinationOf(path), await destinationOf(last.path))) return;
  await putSecond(path, earlierAt(path, (last?.number ?? 0) + 1));
}

/** Puts a file under a second name too: as a copy where the file system has one name for each file. */
async function putSecond(path: string, second: string): Promise<void> {
  await removeOld(second);
  const temporary = temporaryOf(second);
  await rm(temporary, { force: true });
  const isLinked = await link(path, temporary).then(
    () => true,
    () => false,
  );
  await (isLinked ? replaceFile(temporary, second) : writeWhole(second, await readFile(path)));
}
