// A file of claims as its lines: comments and blank lines left out, the two sides of each parted.

import type { Place } from "../../compiler/diagnostics/formulas.ts";
import { formulaTooLarge, notAFormula } from "../../compiler/diagnostics/formulas.ts";
import { indexedName } from "../../compiler/reading/spelling.ts";

/** A line of a file of claims. */
export interface Claim {
  /** The number of the line in its file. */
  readonly line: number;
  readonly text: string;
  readonly left: ({ readonly name: string } | { readonly of: string; readonly by: string }) & {
    /** The letters of its axes: `c[n,o]`. */
    readonly letters?: readonly string[];
  };
  readonly right: string;
  /** Where the right-hand side begins. */
  readonly at: Place;
}

/** A line that is no claim, with what is said of it. */
export interface NoClaim {
  readonly line: number;
  readonly text: string;
  readonly error: Error;
}

/** Characters and claims that are read of a file. */
const most = { characters: 100_000, claims: 300 };

const derivative = /^[∂d]\s*([^\s/]{1,80})\s*\/\s*[∂d]\s*([^\s/]{1,80})$/u;
const name = /^[\p{L}_][\p{L}\p{M}\p{N}_.′⁺₀-₉{}⁽⁾+−-]{0,80}$/u;

const lettered = /^([^[\]]{1,200}?)\s*\[((?:\s*\p{L}\s*,){0,9}\s*\p{L}\s*)\]$/u;

/** What reads a left-hand side that stands at a place. */
export type LeftOf = (text: string, at: Place) => Claim["left"];

const noLeft = (at: Place): Error => notAFormula(at, "nothing on the left of =", "what is claimed there, as δ_z or ∂loss/∂W_z");

/** A left-hand side that the page reads itself. @throws GradcError `not-a-formula` */
export function asWritten(text: string, at: Place): Claim["left"] {
  if (text === "") throw noLeft(at);
  return { name: text };
}

/** `δ_z`, `∂loss/∂W_z`, `dloss/dW_z` */
function leftOf(text: string, at: Place): Claim["left"] {
  const [, own, letters] = lettered.exec(text) ?? [];
  if (own !== undefined && letters !== undefined) return { ...leftOf(own, at), letters: letters.split(",").map((letter) => letter.trim()) };
  const { base, index = [] } = indexedName(text) ?? {};
  const below = index.filter((each) => typeof each === "string");
  if (base !== undefined && below.length === index.length) return { ...leftOf(base, at), letters: below };
  const [, of, by] = derivative.exec(text) ?? [];
  if (of !== undefined && by !== undefined) return { of, by };
  if (name.test(text)) return { name: text };
  if (text === "") throw noLeft(at);
  throw notAFormula(at, JSON.stringify(text.slice(0, 60)), "a name such as δ_z or ∂loss/∂W_z on the left of =");
}

/** A line as a claim; one that has no left side of its own, `= xᵀ·δ_z` or `xᵀ·δ_z`, is about what the claim or heading before it was about. */
function claimOf(text: string, line: number, before: Claim["left"] | undefined, readLeft: LeftOf): Claim {
  const latex = /\\[A-Za-z]{1,30}/.exec(text);
  if (latex)
    throw notAFormula(
      { line, column: latex.index + 1 },
      `LaTeX, ${JSON.stringify(latex[0]).replace("\\\\", "\\")}`,
      "the signs of the page, (z − y)/batch, or those of programs, (z - y)/batch",
    );
  const equals = text.search(/(?<![=<>!≤≥])=(?!=)/);
  const start = text.length - text.trimStart().length;
  if (before && (equals < 0 || equals === start)) {
    const from = equals < 0 ? start : equals + 1;
    return { line, text: text.trim(), left: before, right: text.slice(from), at: { line, column: from + 1 } };
  }
  if (equals < 0) throw notAFormula({ line, column: start + 1 }, JSON.stringify(text.trim().slice(0, 60)), "a claim such as ∂loss/∂W_z = xᵀ·δ_z");
  return {
    line,
    text: text.trim(),
    left: readLeft(text.slice(0, equals).trim(), { line, column: start + 1 }),
    right: text.slice(equals + 1),
    at: { line, column: equals + 2 },
  };
}

/** Where `=` stands in `text` between spaces and outside of brackets; -1 where it does not. Without spaces it is in settings, `conv_stride=2(x, W)`. */
function equalsIn(text: string): number {
  let depth = 0;
  for (const { 0: sign, index } of text.matchAll(/[()[\]{}]|(?<=\s)=(?=\s|$)/g)) {
    if ("([{".includes(sign)) depth++;
    else if (")]}".includes(sign)) depth--;
    else if (depth === 0) return index;
  }
  return -1;
}

/** `δ_z = a = b` as two claims about δ_z. */
function parted(claim: Claim): Claim[] {
  const { text, right, at } = claim;
  const end = equalsIn(right);
  if (end < 0) return [claim];
  const rest = right.slice(end);
  const next = { ...claim, text: rest, right: rest.slice(1), at: { ...at, column: at.column + end + 1 } };
  return [{ ...claim, text: text.slice(0, -rest.length).trimEnd(), right: right.slice(0, end) }, ...parted(next)];
}

const withoutComment = (line: string): string => line.replace(/(#|\/\/).*$/, "").trimEnd();

/** The claims of a file, whose left-hand sides `readLeft` reads. @throws GradcError `formula-too-large` */
export function claimsIn(text: string, readLeft: LeftOf = leftOf): (Claim | NoClaim)[] {
  if (text.length > most.characters) throw formulaTooLarge(`${text.length} characters; ${most.characters} are read`);
  const lines = text
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\r|\n/)
    .map(withoutComment);
  let before: Claim["left"] | undefined;
  const claims = lines.flatMap((line, i): (Claim | NoClaim)[] => {
    if (line === "") return [];
    try {
      const heading = /^\s*(.*?)\s*:$/.exec(line)?.[1];
      if (heading !== undefined) {
        before = readLeft(heading, { line: i + 1, column: 1 });
        return [];
      }
      const claim = claimOf(line, i + 1, before, readLeft);
      before = claim.left;
      return parted(claim);
    } catch (error) {
      return [{ line: i + 1, text: line.trim().slice(0, 200), error: error as Error }];
    }
  });
  if (claims.length > most.claims) throw formulaTooLarge(`${claims.length} claims; ${most.claims} are marked`);
  return claims;
}
