// Every text about event files. A function a code; `docs/errors.md` lists them.
import { badOption } from "../runtime/diagnostics.ts";
import { GradcError } from "../runtime/error.ts";

/** A file or folder that cannot be made or written to, with what Node says of it. */
export function cannotWriteEvents(path: string, cause: unknown): GradcError {
  const { message } = cause as Error;
  return new GradcError("cannot-write", `Cannot write "${path}": ${message.replace(/, \w+( '.*)?$/s, "")}`, { cause });
}

/** A folder, where there are no files. */
export const noFiles = (folder: string): GradcError => badOption("folder", folder, '"memory" where there are no files');

/** Something for a writer that was closed. */
export const writerClosed = (method: string): GradcError =>
  new GradcError("writer-closed", `"${method}" of a SummaryWriter that is closed`, { help: "a new SummaryWriter begins a new file" });

/** A module that does not hold its graph. */
export const noGraph = (): GradcError =>
  new GradcError("not-in-module", "The module does not hold its graph", { help: "build without --strip or { strip: true }" });

/** An argument that is not what it should be. */
export const badArgument = badOption;
