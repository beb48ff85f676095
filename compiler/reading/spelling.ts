// Names as they may be written: `δ_z` as `delta_z`, `ŷ` as `yhat`, `h₁` as `h1` or `h_1`.
import { nearest } from "../../runtime/nearest.ts";
import { greekNames } from "../formula/letters.ts";

const accents: Readonly<Record<string, string>> = { "\u0302": "hat", "\u0304": "bar", "\u0303": "tilde" };
const below = "₀₁₂₃₄₅₆₇₈₉";
const lettersBelow = "ᵢⱼₖₗₘₙₒₚₜ";
const raised = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** What an index below the line is above it. */
const level = (character: string): string => {
  const digit = below.indexOf(character);
  if (digit >= 0) return String(digit);
  const letter = lettersBelow.indexOf(character);
  return letter >= 0 ? ("ijklmnopt"[letter] as string) : (accents[character] ?? greekNames.get(character) ?? character);
};

/** The number that raised digits are. */
export const digitsOf = (text: string): string => [...text].map((digit) => (digit === "⁻" ? "-" : String(raised.indexOf(digit)))).join("");

/** One spelling for all that a name may be written as. Two names with the same one are the same name. */
export const spelled = (name: string): string =>
  [...name.normalize("NFD").replace(/_\{([^}]*)\}/g, "_$1")]
    .map(level)
    .join("")
    .replace(/_(?=\d)/g, "")
    .replaceAll("'", "′");

/** Digits and letters of axes below; ₀ and ₜ say steps. */
const axesBelow = "₁₂₃₄₅₆₇₈₉ᵢⱼₖₗₘₙₒₚ";

/** `tₙ₁` as t and its index, n and the place 0: digits below count from 1. Undefined where no letter stands below. */
export function indexedName(text: string): { readonly base: string; readonly index: readonly (string | number)[] } | undefined {
  const characters = [...text];
  let from = characters.length;
  while (from > 1 && axesBelow.includes(characters[from - 1] as string)) from--;
  const index = characters.slice(from);
  if (!index.some((each) => lettersBelow.includes(each))) return undefined;
  return { base: characters.slice(0, from).join(""), index: index.map((each) => (below.includes(each) ? below.indexOf(each) - 1 : level(each))) };
}

/** The one of `known` that `name` is most like, where it is like one. */
export function nearestOf(name: string, known: Iterable<string>): string | undefined {
  if (name.length > 40) return undefined;
  const spellings = new Map([...known].filter((other) => other.length < 60).map((other) => [spelled(other), other]));
  return spellings.get(nearest(spelled(name), spellings.keys()) ?? "");
}
