import { existsSync } from "node:fs";
import { mkdir, rmdir } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";

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

/** The folder for what is made of a model: the one that was asked for, else `out` beside the file, where a built module lies already. */
export function outputFolder(model: string, wanted: string | undefined): string {
  const folder = dirname(resolve(model));
  const beside = model.endsWith(".wasm") && basename(folder) === "out" ? folder : join(folder, "out");
  return wanted ?? (relative(process.cwd(), beside) || ".");
}
