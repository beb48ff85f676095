// What is said of a training whose loss or weights are not finite any more.
import { GradcError } from "../../runtime/error.ts";

/** Where in a training that was. */
export interface Diverged {
  readonly epoch: number;
  readonly epochs: number;
  /** From 1; undefined where it is not known. */
  readonly step?: number | undefined;
  /** What is not finite: a loss, or else weights. */
  readonly loss?: number | undefined;
  /** What is known of it, a title and a text each. */
  readonly facts: readonly (readonly [title: string, text: string])[];
  /** The place in the source. */
  readonly at?: string | undefined;
  /** What to do, the likeliest first. */
  readonly helps: readonly string[];
}

/** A training whose loss or weights are NaN or infinite. */
export function diverged({ epoch, epochs, step, loss, facts, at, helps }: Diverged): GradcError {
  const when = `${step === undefined ? "" : `step ${step} of `}epoch ${epoch} of ${epochs}`;
  const what = loss === undefined ? "its weights are not finite after it" : `its loss is ${loss}`;
  const width = Math.max(...facts.map(([title]) => title.length));
  const lines = facts.map(([title, text]) => `\n  ${title.padEnd(width)}  ${text}`);
  return new GradcError("diverged", `The training diverged in ${when}: ${what}${lines.join("")}`, {
    at,
    help: helps.join("\n        or "),
  });
}
