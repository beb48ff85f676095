// Damage to printed formulas: each way to change one sign, operand, factor, number or letter.

export interface Damage {
  readonly kind: "sign" | "exchange" | "transpose" | "factor" | "number" | "letter";
  readonly text: string;
}

/** `text` with what `pattern` finds replaced, at each place by itself. */
function each(kind: Damage["kind"], text: string, pattern: RegExp, by: (...groups: string[]) => string | undefined): Damage[] {
  return [...text.matchAll(pattern)].flatMap((match) => {
    const replaced = by(...match);
    if (replaced === undefined || replaced === match[0]) return [];
    return [{ kind, text: text.slice(0, match.index) + replaced + text.slice(match.index + match[0].length) }];
  });
}

/** A name, with what is raised behind it. */
const atom = "[\\p{L}\\p{N}_′⁺]+";

/** Where the bracket ends that opens at `from`. */
function closing(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    if ("([{".includes(text[at] as string)) depth++;
    if (")]}".includes(text[at] as string) && --depth === 0) return at + 1;
  }
  return text.length;
}

/** The factors behind ⊙ left out one by one. */
function withoutFactors(text: string): Damage[] {
  return [...text.matchAll(/ ⊙ /gu)].map(({ index }) => {
    let end = index + 3;
    while (end < text.length && !" ,;)]}".includes(text[end] as string)) end = "([{".includes(text[end] as string) ? closing(text, end) : end + 1;
    return { kind: "factor", text: text.slice(0, index) + text.slice(end) };
  });
}

/** All single ways to damage a formula. */
export const damaged = (text: string): Damage[] => [
  ...each("sign", text, / ([+−]) /gu, (_, sign) => (sign === "+" ? " − " : " + ")),
  ...each("sign", text, /(?<=[\p{L}\d⌋])([+−])(?=[\p{L}\d])/gu, (sign) => (sign === "+" ? "−" : "+")),
  ...each(
    "exchange",
    text,
    new RegExp(`(?<![\\p{L}\\p{N}_·/.⁺′])(?!\\d)(${atom}ᵀ?)·(${atom}ᵀ?)(?![\\p{L}\\p{N}_(\\[·/.])`, "gu"),
    (_, x, y) => `${y}·${x}`,
  ),
  ...each("exchange", text, new RegExp(`(?<![\\p{L}\\p{N}_·/.⁺′])(${atom}) − (${atom})(?![\\p{L}\\p{N}_(\\[·/.])`, "gu"), (_, x, y) => `${y} − ${x}`),
  ...each("transpose", text, /ᵀ(?![_(])/gu, () => ""),
  ...withoutFactors(text),
  ...each("number", text, /(?<![\p{L}\p{N}_.=×:,])(\d+(?:\.\d+)?)(?![\p{L}\p{N}_.×:])/gu, (number) => String(Number(number) + 1)),
  ...each("number", text, /²/gu, () => "³"),
  ...each("letter", text, /(?<=[[,][^\][ (]*)\b([i-p])\b(?=[^\][ (]*\])/gu, (letter) => (letter === "i" ? "j" : "i")),
  ...each("letter", text, /(?<=(?:Σ|max|mean|var)_(?:[i-p],)*)([i-p])\b/gu, (letter) => (letter === "i" ? "j" : "i")),
  ...each("letter", text, /(?<=(?:Σ|mean|var)_)batch\b/gu, () => "j"),
];
