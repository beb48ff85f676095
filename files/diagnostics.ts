// What is said of files that cannot be written.
import { GradcError } from "../runtime/error.ts";

const unwritable: Readonly<Record<string, string>> = {
  ENOTDIR: "a part of its path is a file",
};

/** A path that must not be written to, or could not be. */
export const cannotWrite = (path: string, reason: string, cause?: unknown): GradcError =>
  new GradcError("cannot-write", `Cannot write "${path}": ${reason}`, { cause });

/** A failed write; what Node says of it is shown without the call and the name of the temporary file. */
export function writeFailed(path: string, cause: unknown): GradcError {
  const { code = "", message = code } = cause as { readonly code?: string; readonly message?: string };
  return cannotWrite(path, unwritable[code] ?? message.replace(/, \w+( '.*)?$/s, ""), cause);
}
