// What is said of a claim, as data and in words.
import { words } from "../../compiler/words/words.ts";
import type { NoClaim } from "./claims.ts";
import type { Difference, Factor } from "./compare.ts";
import type { Kind } from "./slips.ts";

const { carried, claims, kinds, mistakes, parts } = words.marking;

/** How much is said of a wrong claim: only that it is, of what kind the mistake is, or where it is too. */
export type Hints = 0 | 1 | 2;

/** What a claim is found to be. */
export interface Verdict {
  /** The number of the line in its file; 0 for a value of a program. */
  readonly line: number;
  /** The claim as it is written. */
  readonly claim: string;
  /**
   * `right` or `wrong`; `carried`: right with the values of an earlier line that is wrong; `defined`: a name of the student's own, of which nothing is
   * claimed; `unread`: no formula, or one of names that there are not.
   */
  readonly verdict: "right" | "wrong" | "carried" | "defined" | "unread";
  readonly kind?: Kind | undefined;
  readonly hint?: string | undefined;
  /** The name on the page in whose line the mistake is, where that is another than the claimed one. */
  readonly in?: string | undefined;
  /** Where in the file, as `line 3, column 7`. */
  readonly at?: string | undefined;
  /** More that may help. */
  readonly detail?: string | undefined;
  /** The line whose error is carried forward. */
  readonly from?: number | undefined;
  /** The first place that differs, at the example that was given or between two programs. */
  readonly differs?: Difference | undefined;
}

/** Whether a claim is no fault. */
export const holds = ({ verdict }: Verdict): boolean => verdict === "right" || verdict === "defined";

const number = (value: number): string => String(Number(value.toPrecision(6))).replace("-", "−");

const powers = { "-2": "/batch²", "-1": "/batch", "0": "", "1": "·batch", "2": "·batch²" } as const;

/** The kind and the words for a claim that is `factor` times `what`. `rows` is what the page calls the number of rows. */
export function ofFactor({ by, rows }: Factor, what: string, called: string): { readonly kind: Kind; readonly hint: string } {
  if (rows === 0 && Math.abs(by + 1) < 1e-5) return { kind: "sign", hint: mistakes.wholeSign };
  const isWhole = Math.abs(by - Math.round(by)) < 1e-5 && Math.round(by) > 0;
  const divisor = isWhole && Math.round(by) > 1 ? `${called}·${Math.round(by)}` : called;
  if (rows === 1 && isWhole) return { kind: "factor", hint: mistakes.missing(parts.division(divisor)) };
  if (rows === -1 && Math.abs(by - 1) < 1e-5) return { kind: "factor", hint: mistakes.tooMany(parts.division(called)) };
  return { kind: "factor", hint: claims.times(number(by) + powers[rows].replace("batch", called), what) };
}

/** What `verdict` says with so many hints. */
export function hintOf({ verdict, kind, hint, in: line }: Verdict, hints: Hints): string | undefined {
  if (verdict === "right" || verdict === "defined" || hints === 0) return undefined;
  if (hints === 1 && verdict !== "unread") return verdict === "carried" ? carried : kind && kinds[kind];
  return hint === undefined || line === undefined || kind === "shape" ? hint : mistakes.inLine(line, hint);
}

/** What is said of a line that could not be read. */
export function unread({ line, text }: Pick<NoClaim, "line" | "text">, error: Error): Verdict {
  return { line, claim: text, verdict: "unread", kind: "unreadable", hint: error.message.replace(/\n\s+/g, "; ").replace(/\s{2,}/g, " ") };
}
