// Where a path leads: links are followed, and what is no file is written to as it is.
import { type BigIntStats, fstatSync } from "node:fs";
import { lstat, readlink, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { cannotWrite, writeFailed } from "./diagnostics.ts";

/** The end of a path that is written to or read from. */
export interface Destination {
  /** The path as it was given, for messages. */
  readonly given: string;
  /** The path behind all links; nothing needs to be there. */
  readonly path: string;
  /** What is there. */
  readonly found: BigIntStats | undefined;
  /** Whether it is a file, or will be one, which a new one can replace; a pipe, a device or an open file takes what is written to it. */
  readonly isFile: boolean;
  /** The stream of this process that it stands for. */
  readonly stream?: Stream;
}

type Stream = typeof process.stdout | typeof process.stderr;

/** As many links as Linux follows. */
const mostLinks = 40;

const openFile = /^\/(?:dev\/fd|proc\/(?:self|\d+)\/fd)\/\d+$/;

/** The stream that a path such as `/dev/stdout` stands for: Node cannot open it where another process made it a socket. */
function streamAt(path: string): Stream | undefined {
  const own = path.replace(`/proc/${process.pid}/`, "/proc/self/");
  if (/^\/(dev\/stdout|(dev|proc\/self)\/fd\/1)$/.test(own)) return process.stdout;
  return /^\/(dev\/stderr|(dev|proc\/self)\/fd\/2)$/.test(own) ? process.stderr : undefined;
}

/** What is not there is undefined; other failures are the user's to know. */
function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}

/** The real path of a folder, as far as it exists. */
const realFolder = (folder: string): Promise<string> =>
  realpath(folder).catch(async (error) => {
    unlessMissing(error);
    const parent = dirname(folder);
    return parent === folder ? folder : join(await realFolder(parent), basename(folder));
  });

/** Where `given` leads. @throws GradcError `cannot-write` */
export async function destinationOf(given: string): Promise<Destination> {
  try {
    let path = resolve(given);
    for (let links = 0; links < mostLinks; links++) {
      const stream = streamAt(path);
      if (stream) return { given, path, found: fstatSync(stream.fd, { bigint: true }), isFile: false, stream };
      path = join(await realFolder(dirname(path)), basename(path));
      if (openFile.test(path)) return { given, path, found: await stat(path, { bigint: true }), isFile: false };
      const found = await lstat(path, { bigint: true }).catch(unlessMissing);
      if (!found?.isSymbolicLink()) return { given, path, found, isFile: found?.isFile() ?? true };
      path = resolve(dirname(path), await readlink(path));
    }
  } catch (error) {
    throw writeFailed(given, error);
  }
  throw cannotWrite(given, "its links lead in a circle");
}

/** Whether two paths lead to one file: by the same way, or by names of one file (another case, a hard link). */
export function isSame(a: Destination, b: Destination): boolean {
  if (a.path === b.path) return true;
  const [one, other] = [a.found, b.found];
  return one?.isFile() === true && other?.isFile() === true && one.dev === other.dev && one.ino === other.ino;
}
