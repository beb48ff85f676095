// Names as they are set: Greek letters and accents that are spelled out, digits below the line, `W_hidden` as W with a word below it.

/** A name that is set. */
export interface Lettered {
  /** A letter, or a word of several. */
  readonly base: string;
  readonly accent?: Accent;
  /** What stands below it, from left to right. */
  readonly below: readonly Lettered[];
  /** What stands behind it: ′, ⁺ and ᵀ. */
  readonly marks: string;
}

export type Accent = "hat" | "bar" | "tilde";

const greek: Readonly<Record<string, string>> = {
  ...{ alpha: "α", beta: "β", gamma: "γ", delta: "δ", epsilon: "ε", zeta: "ζ", eta: "η", theta: "θ", iota: "ι", kappa: "κ", lambda: "λ", mu: "μ" },
  ...{ nu: "ν", xi: "ξ", pi: "π", rho: "ρ", sigma: "σ", tau: "τ", upsilon: "υ", phi: "φ", chi: "χ", psi: "ψ", omega: "ω" },
  ell: "ℓ",
  ...{ Gamma: "Γ", Delta: "Δ", Theta: "Θ", Lambda: "Λ", Xi: "Ξ", Pi: "Π", Sigma: "Σ", Phi: "Φ", Psi: "Ψ", Omega: "Ω" },
};

/** The name of each Greek letter, and of ℓ. */
export const greekNames: ReadonlyMap<string, string> = new Map(Object.entries(greek).map(([name, letter]) => [letter, name]));

/** Words that a letter and an accent would be read as. */
const words = new Set(["chat", "that", "what"]);

const letterOf = (text: string): string => (Object.hasOwn(greek, text) ? (greek[text] as string) : text);

export const isLetter = (text: string): boolean => [...text].length === 1;

/** A letter with an accent, a Greek letter, or the text itself. */
function accented(text: string): Pick<Lettered, "base" | "accent"> {
  const [, letter = "", accent] = words.has(text) ? [] : (text.match(/^(.+?)(hat|bar|tilde)$/) ?? []);
  const base = letterOf(letter);
  return accent !== undefined && isLetter(base) ? { base, accent: accent as Accent } : { base: letterOf(text) };
}

const accentWords: ReadonlySet<string> = new Set(["hat", "bar", "tilde"] satisfies Accent[]);

/** The parts of a name between its low lines; an accent belongs to the letter before it, `y_hat` is `yhat`. */
function partsOf(name: string): string[] {
  const [head = "", accent = "", ...rest] = name.split("_");
  return accentWords.has(accent) && isLetter(letterOf(head)) ? [head + accent, ...rest] : name.split("_");
}

/** A name as it is set. */
export function lettered(name: string): Lettered {
  const marks = name.match(/[′⁺ᵀ]+$/)?.[0] ?? "";
  const [head = "", ...rest] = partsOf(name.slice(0, name.length - marks.length));
  const [, stem = head, digits = ""] = head.match(/^(.*?\D)(\d+)$/) ?? [];
  const first = accented(stem);
  const isSubscripted = rest.length > 0 && (isLetter(first.base) || rest.every((part) => /^\d+$/.test(part)));
  if (rest.length > 0 && !isSubscripted) return { base: [head, ...rest].join("_"), below: [], marks };
  return { ...first, below: [...(digits === "" ? [] : [lettered(digits)]), ...belowOf(rest)], marks };
}

/** What stands below a letter: a name as it is set, `W_out` of `m_W_out`; words each by itself, `first` and `norm1` of `γ_first_norm1`. */
function belowOf(parts: readonly string[]): Lettered[] {
  if (parts.length === 0) return [];
  const whole = lettered(parts.join("_"));
  const isWords = whole.base.includes("_") && parts.every((part) => part !== "");
  return isWords ? parts.map(lettered) : [whole];
}
