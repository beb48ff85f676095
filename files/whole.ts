// Files are written beside their place and renamed: a reader sees the old content or the new one, and so does whoever comes after a kill.
import { constants } from "node:fs";
import { access, copyFile, type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { type Destination, destinationOf } from "./destination.ts";
import { cannotWrite, writeFailed } from "./diagnostics.ts";
import { makeFolders, removeFolders, syncFolder } from "./folders.ts";
import { removeOld, temporaryOf } from "./temporary.ts";

export type Content = string | Uint8Array;

/** Content in parts, which are made while they are written. */
type Parts = Iterable<string>;

const partsOf = (content: Content | Parts): Iterable<Content> => (typeof content === "string" || content instanceof Uint8Array ? [content] : content);

/** New content that is written, and waits to take its place. */
export interface Staged {
  readonly destination: Destination;
  /** The file that holds it; undefined where it goes to a pipe or a device. */
  readonly temporary: string | undefined;
  /** Puts it into its place. @throws GradcError `cannot-write` */
  readonly publish: () => Promise<void>;
  /** Forgets it. */
  readonly discard: () => Promise<void>;
}

/** Refuses what could not be written to, or must not be. @throws GradcError `cannot-write` */
async function refuse({ given, path, found, stream }: Destination): Promise<void> {
  if (found?.isDirectory()) throw cannotWrite(given, "it is a folder");
  if (!found || stream) return;
  await access(path, constants.W_OK).catch((error) => {
    throw writeFailed(given, error);
  });
}

/** Opens a temporary file. Nobody may read it who may not read the file that it replaces. */
async function openTemporary(temporary: string, { found }: Destination): Promise<FileHandle> {
  if (!found) return open(temporary, "wx");
  const handle = await open(temporary, "wx", 0o600);
  const { uid, gid } = await handle.stat({ bigint: true });
  // Only the administrator can give a file away.
  if (uid !== found.uid || gid !== found.gid) await handle.chown(Number(found.uid), Number(found.gid)).catch(() => undefined);
  await handle.chmod(Number(found.mode) & 0o7777);
  return handle;
}

async function writeParts(handle: FileHandle, parts: Iterable<Content>): Promise<void> {
  for (const part of parts) await handle.writeFile(part);
}

/** Writes content where it outlives the process and the machine. */
async function writeTemporary(temporary: string, destination: Destination, parts: Iterable<Content>): Promise<void> {
  const handle = await openTemporary(temporary, destination);
  try {
    await writeParts(handle, parts);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Puts a file in the place of another, where it outlives the machine too. */
export async function replaceFile(temporary: string, path: string): Promise<void> {
  await rename(temporary, path);
  await syncFolder(dirname(path));
}

/** A file of several names keeps them: its content is replaced, from a copy that is whole. */
async function publishFile(temporary: string, { path, found }: Destination): Promise<void> {
  if (found === undefined || found.nlink <= 1n) return replaceFile(temporary, path);
  await copyFile(temporary, path);
  await rm(temporary);
}

async function writeStream(stream: NonNullable<Destination["stream"]>, parts: Iterable<Content>): Promise<void> {
  for (const part of parts) await new Promise<void>((done, failed) => stream.write(part, (error) => (error ? failed(error) : done())));
}

/** Writes to a pipe, a device or a stream. That its reader went away is no failure. */
async function writeThrough({ path, stream }: Destination, parts: Iterable<Content>): Promise<void> {
  const written = stream
    ? writeStream(stream, parts)
    : open(path, constants.O_WRONLY | constants.O_APPEND).then((handle) => writeParts(handle, parts).finally(() => handle.close()));
  await written.catch((error) => {
    if (error.code !== "EPIPE") throw error;
  });
}

/** Writes content beside its destination. Leaves nothing behind when it fails. @throws GradcError `cannot-write` */
export async function stage(destination: Destination, content: Content | Parts): Promise<Staged> {
  const { given, path } = destination;
  const named = (work: Promise<void>) =>
    work.catch((error) => {
      throw writeFailed(given, error);
    });
  await refuse(destination);
  if (!destination.isFile) {
    return { destination, temporary: undefined, publish: () => named(writeThrough(destination, partsOf(content))), discard: async () => undefined };
  }
  const temporary = temporaryOf(path);
  const made: string[] = [];
  const discard = async () => {
    await rm(temporary, { force: true }).catch(() => undefined);
    await removeFolders(made);
  };
  try {
    await makeFolders(dirname(path), made);
    await rm(temporary, { force: true });
    await writeTemporary(temporary, destination, partsOf(content));
  } catch (error) {
    await discard();
    throw writeFailed(given, error);
  }
  return { destination, temporary, publish: () => named(publishFile(temporary, destination)), discard };
}

/** Writes a file so that a reader sees the old content or the new one, never a part. @throws GradcError `cannot-write` */
export async function writeWhole(path: string, content: Content | Parts): Promise<void> {
  const destination = await destinationOf(path);
  if (destination.isFile) await removeOld(destination.path);
  const staged = await stage(destination, content);
  await staged.publish().catch(async (error) => {
    // The first failure is the one to report.
    await staged.discard();
    throw error;
  });
}

/** Refuses a path to which `writeWhole` could not write. Leaves nothing behind. @throws GradcError `cannot-write` */
export async function checkWritable(path: string): Promise<void> {
  await (await stage(await destinationOf(path), "")).discard();
}
