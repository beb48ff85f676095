// Names as LaTeX sets them, found again among those that a page knows: `z_{\mathit{linear}_{0}}` is z_linear_0.
import { Unreadable } from "./tensor.ts";

const greek: Readonly<Record<string, string>> = {
  ...{ alpha: "α", beta: "β", gamma: "γ", delta: "δ", epsilon: "ε", varepsilon: "ε", zeta: "ζ", eta: "η", theta: "θ", iota: "ι", kappa: "κ" },
  ...{ lambda: "λ", mu: "μ", nu: "ν", xi: "ξ", pi: "π", rho: "ρ", sigma: "σ", tau: "τ", upsilon: "υ", phi: "φ", chi: "χ", psi: "ψ", omega: "ω" },
  ...{ Gamma: "Γ", Delta: "Δ", Theta: "Θ", Lambda: "Λ", Xi: "Ξ", Pi: "Π", Sigma: "Σ", Phi: "Φ", Psi: "Ψ", Omega: "Ω" },
};

/** Commands that a name may start with. */
export const isLetterCommand = (command: string): boolean => Object.hasOwn(greek, command) || ["hat", "bar", "tilde", "mathit"].includes(command);

/** What LaTeX prints of characters that it acts on. */
export const unescaped = (text: string): string =>
  text
    .replaceAll("\\backslash{}", "\\")
    .replaceAll("\\wedge{}", "^")
    .replaceAll("\\sim{}", "~")
    .replace(/\\([_#$%&{} ])/gu, "$1");

/** The letters of a name alone. */
const flat = (latex: string): string =>
  unescaped(
    latex
      .replace(/\\(hat|bar|tilde)\{([^{}]*)\}/gu, (_, accent: string, letter: string) => `${letter}${accent}`)
      .replace(/\\([A-Za-z]+) ?/gu, (command: string, word: string) => (word === "mathit" ? "" : (greek[word] ?? command))),
  ).replace(/[{},_ ]/gu, "");

const key = (name: string): string =>
  name
    .split("_")
    .map((part) => {
      const [, own = part, marks = ""] = /^(.+?)(′*)$/u.exec(part) ?? [];
      const [, stem = own, accent = ""] = /^(.+?)(hat|bar|tilde)$/u.exec(own) ?? [];
      const [, word = stem, digits = ""] = /^(\D+)(\d*)$/u.exec(stem) ?? [];
      return `${Object.hasOwn(greek, word) ? greek[word] : word}${digits}${accent}${marks}`;
    })
    .join("");

const append = (name: string | undefined, marks: string): string | undefined => (name === undefined ? undefined : name + marks);

/** The names of a page by what LaTeX shows of them. */
export class Names {
  private readonly known = new Map<string, string>();

  constructor(names: Iterable<string>) {
    for (const name of names) {
      const other = this.known.get(key(name));
      if (other !== undefined && other !== name) throw new Unreadable(`${other} and ${name} look alike in LaTeX`);
      this.known.set(key(name), name);
    }
  }

  /** The name that is set as `base` with `below` below it and `marks` behind it; what stands last below may be a step. */
  of(base: string, below: string | undefined, marks: string): string {
    const known = (letters: string) => this.known.get(flat(letters) + marks) ?? append(this.known.get(flat(letters)), marks);
    const whole = known(base + (below ?? ""));
    if (whole !== undefined) return whole;
    if (below === undefined) return flat(base) + marks;
    const cut = below.lastIndexOf(",");
    const named = known(base + (cut < 0 ? "" : below.slice(0, cut)));
    if (named === undefined) throw new Unreadable(`no name of the page: ${base}_{${below}}`);
    const step = below.slice(cut + 1).replace("-", "−");
    return step.length === 1 ? `${named}_${step}` : `${named}_{${step}}`;
  }
}
