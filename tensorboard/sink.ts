// Where records go: to memory, or to a file of their own.
import { joined } from "./bytes.ts";
import { cannotWriteEvents, noFiles } from "./diagnostics.ts";

/** Takes records one by one, each whole or not at all. */
export interface Sink {
  write(record: Uint8Array): void;
  flush(): void;
  close(): void;
  bytes(): Uint8Array<ArrayBuffer>;
}

export function memorySink(): Sink {
  let parts: Uint8Array[] = [];
  return {
    write: (record) => void parts.push(record),
    flush() {},
    close() {},
    bytes() {
      parts = [joined(parts)];
      return (parts[0] as Uint8Array<ArrayBuffer>).slice();
    },
  };
}

/** Node's modules, asked for in a way that no bundler follows; undefined in a page. */
function builtIn() {
  const get = (globalThis as { process?: NodeJS.Process }).process?.getBuiltinModule;
  return get && { fs: get("node:fs"), os: get("node:os"), path: get("node:path") };
}

type BuiltIn = NonNullable<ReturnType<typeof builtIn>>;

/** Makes a folder and those above it that are missing. Node's recursive form never ends below `/proc`. */
function makeFolder({ fs, path }: BuiltIn, folder: string): void {
  const above = path.dirname(folder);
  if (fs.existsSync(folder)) return;
  if (above !== folder) makeFolder({ fs, path } as BuiltIn, above);
  try {
    fs.mkdirSync(folder);
  } catch (error) {
    // Another process may be as fast.
    if (!fs.existsSync(folder)) throw error;
  }
}

/** What names the machine in the name of a file. */
const hostOf = ({ os }: BuiltIn): string => os.hostname().replace(/[^\w-]+/g, "-") || "localhost";

/** Opens a file that did not exist before: `events.out.tfevents.TIME.HOST.PROCESS.NUMBER`, which TensorBoard knows and puts in order. */
function openNew(built: BuiltIn, folder: string, time: number): { readonly file: string; readonly handle: number } {
  const seconds = String(Math.max(0, Math.floor(time))).padStart(10, "0");
  const start = built.path.join(folder, `events.out.tfevents.${seconds}.${hostOf(built)}.${process.pid}.`);
  for (let number = 0; ; number++) {
    try {
      return { file: start + number, handle: built.fs.openSync(start + number, "ax+") };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

/** A new file in a folder, which is made where it is missing. @throws GradcError `cannot-write`, `bad-option` where there are no files */
export function folderSink(folder: string, time: number): Sink {
  const built = builtIn();
  if (!built) throw noFiles(folder);
  const attempt = <T>(path: string, work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw cannotWriteEvents(path, error);
    }
  };
  const { fs } = built;
  const { file, handle } = attempt(folder, () => {
    makeFolder(built, built.path.resolve(folder));
    return openNew(built, folder, time);
  });
  let length = 0;
  return {
    write: (record) =>
      attempt(file, () => {
        try {
          for (let at = 0; at < record.length; ) at += fs.writeSync(handle, record, at);
        } catch (error) {
          // What follows a record that is cut would be read by nobody.
          fs.ftruncateSync(handle, length);
          throw error;
        }
        length += record.length;
      }),
    flush: () => attempt(file, () => fs.fsyncSync(handle)),
    close: () => attempt(file, () => fs.closeSync(handle)),
    bytes: () => attempt(file, () => new Uint8Array(fs.readFileSync(file))),
  };
}
