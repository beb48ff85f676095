// Where the files of a checkpoint lie: the newest at its path, those before it and the best beside it.
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The name of the newest in a folder that is given as a path. */
const usualName = "checkpoint.safetensors";

/** The file that a path or URL means: that in it where it is a folder, or can be one, since its name has no ending. */
export async function fileAt(path: string | URL): Promise<string> {
  const given = path instanceof URL ? fileURLToPath(path) : path;
  if (/[/\\]$/.test(given)) return join(given, usualName);
  const found = await stat(given).catch(() => undefined);
  return (found ? found.isDirectory() : extname(given) === "") ? join(given, usualName) : given;
}

function withWord(file: string, word: string): string {
  const ending = extname(file);
  return join(dirname(file), `${basename(file, ending)}.${word}${ending}`);
}

/** The place of the best checkpoint. */
export const bestOf = (file: string): string => withWord(file, "best");

/** The place of one before the newest, by a number that grows. */
export const earlierAt = (file: string, number: number): string => withWord(file, String(number).padStart(6, "0"));

/** Those before the newest, the latest first. */
export async function earlierOf(file: string): Promise<{ readonly path: string; readonly number: number }[]> {
  const ending = extname(file);
  const stem = `${basename(file, ending)}.`;
  const names = await readdir(dirname(file)).catch(() => []);
  const numbers = names.flatMap((name) => {
    const middle = name.startsWith(stem) && name.endsWith(ending) ? name.slice(stem.length, name.length - ending.length) : "";
    return /^\d{6,15}$/.test(middle) ? [Number(middle)] : [];
  });
  return numbers.sort((a, b) => b - a).map((number) => ({ number, path: earlierAt(file, number) }));
}
