// Files that exist while another is written: each carries the number of its process, so that those of processes that ended can be told.
import { readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Where the new content of the file at `path` is written. */
export const temporaryOf = (path: string, pid = process.pid): string => `${path}.${pid}.tmp`;

/** Whether a process of that number runs, other than this one. */
export function isOther(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It may belong to another user.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Removes what processes that ended left when they wrote the file at `path`. */
export async function removeOld(path: string): Promise<void> {
  const prefix = `${basename(path)}.`;
  const names = await readdir(dirname(path)).catch(() => []);
  for (const name of names) {
    const [, pid] = (name.startsWith(prefix) && /^(\d+)\.tmp$/.exec(name.slice(prefix.length))) || [];
    if (pid !== undefined && !isOther(Number(pid))) await rm(join(dirname(path), name), { force: true }).catch(() => undefined);
  }
}
