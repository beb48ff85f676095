// Files that belong together, such as a module and its bindings: a failure before the first of them is in its place leaves all as they were.
// Between the first and the last, the marker `NAME.set.tmp` lists them: a run that was ended there is found out by those that come after.
import { existsSync } from "node:fs";
import { open, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { partlyWritten } from "../../../compiler/diagnostics/commands.ts";
import { elementAt } from "../../../compiler/ir/element.ts";
import { destinationOf, isSame } from "../../../files/destination.ts";
import { cannotWrite, writeFailed } from "../../../files/diagnostics.ts";
import { isOther, removeOld, temporaryOf } from "../../../files/temporary.ts";
import { type Content, type Staged, stage } from "../../../files/whole.ts";

/** The contents of files by name, in the order in which they are put into their places: what cannot be made again stands first. */
export type Files = Readonly<Record<string, Content>>;

/** What a marker says: which process puts files into their places, and their names. */
interface Marker {
  readonly pid: number;
  readonly names: readonly string[];
}

/** Files of one name stem belong together: `net.wasm`, `net.d.ts`. */
const stemOf = (file: string): string => elementAt(basename(file).split("."), 0);

const markerOf = (folder: string, stem: string): string => join(folder, `${stem}.set.tmp`);

/** Milliseconds for which a run waits for another that puts files into their places, and those between two looks. */
const [patience, pause] = [10_000, 20];

const isPlain = (name: unknown): name is string => typeof name === "string" && basename(name) === name;

/** The marker at a path, which anyone may have put there. */
async function readMarker(path: string): Promise<Marker | undefined> {
  try {
    const { pid, names }: Marker = JSON.parse(await readFile(path, "utf8"));
    return Number.isSafeInteger(pid) && pid > 0 && names.every(isPlain) ? { pid, names } : undefined;
  } catch {
    return undefined;
  }
}

/** The files of a marker that are not in their places: where they belong, and where they wait. */
async function waitingAt(
  marker: string,
  { pid, names }: Marker,
): Promise<{ readonly name: string; readonly path: string; readonly temporary: string }[]> {
  const waiting = [];
  for (const name of names) {
    const { path } = await destinationOf(join(dirname(marker), name));
    const temporary = temporaryOf(path, pid);
    if (existsSync(temporary)) waiting.push({ name, path, temporary });
  }
  return waiting;
}

/** Finishes what the run that left the marker began: all its files were whole when it wrote the marker. */
async function finish(marker: string): Promise<void> {
  const left = await readMarker(marker);
  if (left) for (const { path, temporary } of await waitingAt(marker, left)) await rename(temporary, path);
  await rm(marker, { force: true });
}

/** Finishes a set of files of that name stem which a run that was ended left half written. @throws GradcError `cannot-write` */
export async function finishSet(folder: string, stem: string): Promise<void> {
  const marker = markerOf(folder, stem);
  const left = await readMarker(marker);
  if (!left || isOther(left.pid)) return;
  await finish(marker).catch((error) => {
    throw writeFailed(marker, error);
  });
}

/** Writes the marker, after the run that holds it now; that of a run that was ended is finished first. */
async function mark(marker: string, content: Marker): Promise<void> {
  for (let waited = 0; ; waited += pause) {
    try {
      const handle = await open(marker, "wx");
      return await handle.writeFile(JSON.stringify(content)).finally(() => handle.close());
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = await readMarker(marker);
    if (holder && isOther(holder.pid) && waited < patience) await setTimeout(pause);
    else if (holder && isOther(holder.pid)) throw new Error(`process ${holder.pid} is writing it`);
    else await finish(marker);
  }
}

async function stageAll(folder: string, files: Files): Promise<Staged[]> {
  const staged: Staged[] = [];
  try {
    for (const [name, content] of Object.entries(files)) {
      if (!isPlain(name)) throw cannotWrite(join(folder, name), "its name leads to another folder");
      const destination = await destinationOf(join(folder, name));
      const twin = staged.find((other) => isSame(other.destination, destination));
      if (twin) throw cannotWrite(destination.given, `it is the same file as "${basename(twin.destination.given)}"`);
      if (destination.isFile) await removeOld(destination.path);
      staged.push(await stage(destination, content));
    }
    return staged;
  } catch (error) {
    await discardAll(staged);
    throw error;
  }
}

async function discardAll(staged: readonly Staged[]): Promise<void> {
  for (const { discard } of [...staged].reverse()) await discard();
}

/**
 * Writes files that belong together into a folder: all are whole beside their places before the first is put there.
 * @throws GradcError `cannot-write`; `partly-written` where some are in their places by then
 */
export async function writeSet(folder: string, files: Files): Promise<void> {
  const names = Object.keys(files);
  const stem = stemOf(elementAt(names, 0));
  const marker = markerOf(folder, stem);
  await finishSet(folder, stem);
  const staged = await stageAll(folder, files);
  await mark(marker, { pid: process.pid, names }).catch(async (error) => {
    await discardAll(staged);
    throw writeFailed(marker, error);
  });
  for (const [count, each] of staged.entries()) {
    await each.publish().catch(async (error) => {
      // The others stay where they are, as after a kill: the marker tells.
      if (count > 0) throw partlyWritten(names.slice(0, count), names.slice(count), error);
      await discardAll(staged);
      await rm(marker, { force: true });
      throw error;
    });
  }
  await rm(marker, { force: true });
}

/** Files of a set that are in their places, and those that are not. */
export interface Halves {
  readonly written: readonly string[];
  readonly missing: readonly string[];
}

/** What a run that was ended while it wrote the files that belong to `file` left; undefined where they are of one run. */
export async function halvesAt(file: string): Promise<Halves | undefined> {
  const path = markerOf(dirname(file), stemOf(file));
  const marker = await readMarker(path);
  if (!marker || isOther(marker.pid)) return undefined;
  const missing = (await waitingAt(path, marker)).map(({ name }) => name);
  const written = marker.names.filter((name) => !missing.includes(name));
  return written.length > 0 && missing.length > 0 ? { written, missing } : undefined;
}

/** Whether two files lie in one folder and belong together by their names. */
export const areOfOneSet = (a: string, b: string): boolean => resolve(dirname(a)) === resolve(dirname(b)) && stemOf(a) === stemOf(b);
