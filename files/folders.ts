import { existsSync } from "node:fs";
import { mkdir, open, rmdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/** Makes a folder and those above it that are missing, and adds them to `made`. Node's recursive form never ends below `/proc`. */
export async function makeFolders(folder: string, made: string[]): Promise<void> {
  const missing: string[] = [];
  for (let at = resolve(folder); !existsSync(at) && at !== dirname(at); at = dirname(at)) missing.unshift(at);
  for (const each of missing) {
    const done = mkdir(each).then(() => made.push(each));
    await done.catch((error) => {
      // Another process may be as fast.
      if (error.code !== "EEXIST") throw error;
    });
  }
}

/** Removes folders that `makeFolders` made, unless something is in them by now. */
export async function removeFolders(made: readonly string[]): Promise<void> {
  for (const folder of [...made].reverse()) await rmdir(folder).catch(() => undefined);
}

/** What a system says that keeps folders by itself, or does not let them be opened. */
const keptAnyway = new Set(["EINVAL", "EISDIR", "EPERM", "EACCES", "EBADF", "ENOTSUP"]);

/** Writes the names in a folder to the disk: after it, those that were made or renamed outlive the machine. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    await handle.sync().finally(() => handle.close());
  } catch (error) {
    if (!keptAnyway.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}
