// Whether what a reader finds is what the interpreter computes.
import type { Subject } from "./harness.ts";
import { type Page, readPageText } from "./page.ts";
import { readLines } from "./read.ts";
import { shapeText, type Tensor } from "./tensor.ts";

const tolerance = 1e-6;

export interface Verdict {
  readonly line: string;
  readonly verdict: "right" | "wrong" | "unread" | "unchecked";
  readonly reason: string;
}

/**
 * Each line of a page, read from its text alone. Constants of a graph are f32, and a page prints the shortest decimals that are nearest to each:
 * a line is right if it is so with the numbers as they are printed, or as they are in f32.
 */
export function verdictsOn(subject: Subject, page: Page = readPageText(subject.text)): Verdict[] {
  const printed = verdictsWith(subject, page, false);
  if (printed.every(({ verdict }) => verdict !== "wrong")) return printed;
  const rounded = verdictsWith(subject, page, true);
  return printed.map((verdict, at) => (rounded[at]?.verdict === "right" ? (rounded[at] as Verdict) : verdict));
}

function verdictsWith(subject: Subject, page: Page, round: boolean): Verdict[] {
  const given = { ...subject.given(page), round, truth: (line: Page["lines"][number]) => subject.truth(line) };
  return readLines(page, given).map(({ line, of, value, reason }): Verdict => {
    const name = `${line.left}${of === undefined ? "" : ` for ${of}`}`;
    if (!value) return { line: name, verdict: "unread", reason: reason ?? "" };
    const truth = subject.truth(line, of);
    if (!truth) return { line: name, verdict: "unchecked", reason: "only others that use it are compared" };
    const difference = differenceOf(value, truth);
    return { line: name, verdict: difference === "" ? "right" : "wrong", reason: difference };
  });
}

/** How they differ, relative to the largest element, since sums of elements of both signs leave less of theirs. */
export function differenceOf(value: Tensor, truth: Tensor): string {
  const shapes = [value, truth].map(({ axes }) => axes.map(({ extent }) => extent).join("×"));
  if (shapes[0] !== shapes[1]) return `${shapeText(value)} in place of ${shapeText(truth)}`;
  const most = Math.max(1e-9, ...truth.data.filter(Number.isFinite).map(Math.abs));
  for (const [at, wanted] of truth.data.entries()) {
    const found = value.data[at] as number;
    if (Object.is(found, wanted) || found === wanted) continue;
    if (!(Math.abs(found - wanted) <= tolerance * most)) return `${found} in place of ${wanted}`;
  }
  return "";
}

/** The lines that are not right, those of one reason together: `[j] has no value: out δ_v`. */
export function faultsIn(verdicts: readonly Verdict[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const { line, verdict, reason } of verdicts) {
    if (verdict !== "wrong" && verdict !== "unread") continue;
    const why = verdict === "unread" || reason.startsWith("[") ? reason : "other values";
    byReason.set(why, [...(byReason.get(why) ?? []), line]);
  }
  return [...byReason].map(([why, lines]) => `${why}: ${lines.join(" ")}`);
}
