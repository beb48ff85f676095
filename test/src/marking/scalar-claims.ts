// Claims about pages of scalars, and the lines of these as text.
import type { Program } from "../../../compiler/ir/entry.ts";
import { networkOf } from "../../../compiler/scalars/network.ts";
import { scalarPage, writtenIn } from "../../../compiler/scalars/page.ts";
import type { Notation } from "../../../compiler/scalars/signs.ts";
import { writeScalars } from "../../../compiler/scalars/write.ts";
import { asWritten, claimsIn } from "../../../src/marking/claims.ts";
import { Marker } from "../../../src/marking/mark.ts";
import { markingByScalars } from "../../../src/marking/notations.ts";
import { hintOf, type Verdict } from "../../../src/marking/verdict.ts";

export const notations: readonly Notation[] = ["neurons", "modules", "index"];

/** The formulas that a page prints. */
export function printedLines(program: Program, notation: Notation): string[] {
  const page = scalarPage(writtenIn(networkOf(program), notation));
  return writeScalars({ ...page, conventions: [] }, "text")
    .split("\n")
    .filter((line) => line.includes(" = "));
}

/** The verdicts on the lines of a file. */
export function marked(program: Program, notation: Notation, text: string): Verdict[] {
  const marker = new Marker(markingByScalars(program, notation));
  return claimsIn(text, asWritten).map((claim) => marker.mark(claim));
}

/** What is said of lines, each in a file of its own. */
export const saidOf = (program: Program, notation: Notation, lines: readonly string[]): string[] =>
  lines.map((line) => {
    const [verdict] = marked(program, notation, line) as [Verdict];
    return [verdict.verdict, verdict.kind, hintOf(verdict, 2)].filter((each) => each !== undefined).join(" | ");
  });

/** Those of `lines` that are not right, with what is said of them. */
export const notRight = (program: Program, notation: Notation, lines: readonly string[]): string[] =>
  marked(program, notation, lines.join("\n"))
    .filter(({ verdict }) => verdict !== "right")
    .map(({ claim, hint = "" }) => `${claim} | ${hint}`);

const digits = "₀₁₂₃₄₅₆₇₈₉";
const plain: Readonly<Record<string, string>> = {
  ...{ "₊": "+", ᵢ: "i", ⱼ: "j", ₖ: "k", ₗ: "l", ₙ: "n" },
  ...{ δ: "delta", μ: "mu", σ: "sigma", ŷ: "yhat", "∂": "d", "·": "*", "−": "-", "′": "'", "≤": "<=", "≥": ">=", "≠": "!=" },
};

/** A line as programs write it: `delta_{5+k}`, `w_ij^(2)`, `z_j^2`. */
export const asciiOf = (line: string): string =>
  line
    .replace(/Σ([ᵢⱼₖₗₙ])/g, (_, letter) => `sum_${plain[letter as string]}`)
    .replace(/[₀-₉₊ᵢⱼₖₗₙ]+(?:,[₀-₉₊ᵢⱼₖₗₙ]+)*/g, (below) => {
      const text = [...below].map((sign) => plain[sign] ?? (digits.includes(sign) ? String(digits.indexOf(sign)) : sign)).join("");
      return /[+,]/.test(text) ? `_{${text}}` : `_${text}`;
    })
    .replace(/⁽([^⁾]*)⁾/g, (_, layer) => `^(${[...(layer as string)].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(digit)).join("")})`)
    .replace(/²/g, "^2")
    .replace(/³/g, "^3")
    .replace(/[δμσŷ∂·−′≤≥≠]/g, (sign) => plain[sign] as string);
