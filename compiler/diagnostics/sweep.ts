// What is said of searches over settings.
import { GradcError } from "../../runtime/error.ts";

const attempt = "Cannot sweep";

/** A setting that two options give, or that one gives twice. */
export const givenTwice = (name: string, one: string, other: string): GradcError =>
  new GradcError(
    "given-twice",
    one === other ? `${attempt} "${name}": ${one} gives it twice` : `${attempt} "${name}": both ${one} and ${other} give it`,
    {
      help: "leave one of them out",
    },
  );

/** Values of a setting that cannot be read; `nearest` is the known one that differs least. */
export function badValues(name: string, got: string, expected: string, nearest: string | undefined, help: string): GradcError {
  const near = nearest === undefined ? "" : `, the nearest is "${nearest}"`;
  return new GradcError("bad-values", `${attempt} "${name}"\n  got       "${got}"\n  expected  ${expected}${near}`, { help });
}

/** A figure that trials cannot be compared by. */
export function badMetric(name: string, known: readonly string[], nearest: string | undefined): GradcError {
  const near = nearest === undefined ? "" : `, the nearest is "${nearest}"`;
  return new GradcError("bad-metric", `${attempt}: the model has no figure "${name}"${near}\n  expected  ${known.join(", ")}`);
}

/** A figure of which nobody knows whether more of it is better. */
export const metricWithoutDirection = (name: string): GradcError =>
  new GradcError("bad-metric", `${attempt}: whether more of "${name}" is better is not known`, {
    help: `--metric ${name}:max or --metric ${name}:min`,
  });

/** Trials without rows to compare them by. */
export const nothingHeldOut = (rows: number): GradcError =>
  new GradcError("nothing-held-out", `${attempt}: of ${rows} rows none is held out, and trials are compared by such rows`, {
    help: "--validation 0.2",
  });

/** A record of another sweep than the one that is to go on. */
export const otherSweep = (record: string, what: string, before: string, now: string): GradcError =>
  new GradcError("other-sweep", `Cannot go on: ${what} changed since "${record}" was begun\n  before  ${before}\n  now     ${now}`, {
    help: "as before, or without --resume, which begins anew",
  });

/** A file that should hold the record of a sweep. */
export const badRecord = (record: string, line: number): GradcError =>
  new GradcError("bad-record", `"${record}" is no record of a sweep: line ${line}`, { help: "without --resume the sweep begins anew" });

/** A sweep of which no trial gave a figure; `reasons` says why, each once. */
export const allFailed = (trials: number, reasons: readonly string[]): GradcError =>
  new GradcError("sweep-failed", `${trials === 1 ? "The only trial" : `All ${trials} trials`} failed\n  ${reasons.join("\n  ")}`);

/** A sweep that Ctrl-C ended. */
export const sweepInterrupted = (done: number, trainings: number, record: string): GradcError =>
  new GradcError("interrupted", `Interrupted after ${done} of ${trainings} trainings, which are kept in "${record}"`, {
    help: "the same command with --resume goes on from there",
  });
