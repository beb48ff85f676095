import { type Accent, isLetter, lettered } from "./letters.ts";
import { levels, type Notation, type Sign } from "./notation.ts";

const superscripts: Readonly<Record<string, string>> = Object.fromEntries(
  [..."0123456789−"].map((digit, at) => [digit, [..."⁰¹²³⁴⁵⁶⁷⁸⁹⁻"][at] as string]),
);

const raised: Readonly<Record<string, string>> = { ...superscripts, "(": "⁽", ")": "⁾" };

const lowered: Readonly<Record<string, string>> = Object.fromEntries(
  [..."0123456789+ijklmnp"].map((sign, at) => [sign, [..."₀₁₂₃₄₅₆₇₈₉₊ᵢⱼₖₗₘₙₚ"][at] as string]),
);

const setBy = (signs: Readonly<Record<string, string>>, from: string): string => [...from].map((sign) => signs[sign] ?? sign).join("");

const accents: Readonly<Record<Accent, string>> = { hat: "\u0302", bar: "\u0304", tilde: "\u0303" };

/** A letter with its accent: `ŷ`. What else belongs to a name is written as it is. */
function letterOf(name: string): string {
  const { base, accent, below, marks } = lettered(name);
  return below.length > 0 || !isLetter(base) ? name : `${base}${accent === undefined ? "" : accents[accent]}${marks}`.normalize("NFC");
}

const signs: Readonly<Record<Sign, string>> = {
  "+": " + ",
  "-": " − ",
  "=": " = ",
  "≠": " ≠ ",
  "<": " < ",
  "≤": " ≤ ",
  ">": " > ",
  "≥": " ≥ ",
  "|": " | ",
  "·": "·",
  "×": "·",
  "⊙": " ⊙ ",
  "⊗": " ⊗ ",
  "/": "/",
  "÷": " / ",
  "←": " ← ",
};

/** Whole numbers are raised, anything else stands after `^`. */
function power(base: string, exponent: string): string {
  if (/^−?\d+$/.test(exponent)) return base + [...exponent].map((digit) => superscripts[digit]).join("");
  return `${base}^${/^[\w.]+$/.test(exponent) ? exponent : `(${exponent})`}`;
}

/** Functions that are written as brackets or signs. */
const special: Readonly<Record<string, (args: readonly string[]) => string>> = {
  sqrt: ([x]) => `√(${x})`,
  abs: ([x]) => `|${x}|`,
  floor: ([x]) => `⌊${x}⌋`,
  ceil: ([x]) => `⌈${x}⌉`,
};

/** Mathematics as a line of Unicode text: `xᵀ·δ_hidden`, `1 − hidden²`. */
export const text: Notation = {
  number: (magnitude) => magnitude,
  name: (name, step) => (step === undefined ? name : `${name}_${step.length === 1 ? step : `{${step}}`}`),
  // Where an index has two digits, commas part them.
  element: (name, index, layer) =>
    letterOf(name) +
    setBy(lowered, index.join(index.some((each) => each.length > 1) ? "," : "")) +
    (layer === undefined ? "" : setBy(raised, `(${layer})`)),
  derivative: (of, by) => `∂${of}/∂${by}`,
  partial: (of, by) => `∂${of}/∂${by}`,
  call: (name, args, subscript) => ({
    text: special[name]?.(args) ?? `${name}${subscript === undefined ? "" : `_${subscript}`}(${args.join(", ")})`,
    level: levels.atom,
  }),
  group: (inner) => `(${inner})`,
  infix: (sign) => signs[sign],
  negative: (inner) => `−${inner}`,
  not: (inner) => `¬${inner}`,
  fraction: undefined,
  power,
  transpose: (base) => `${base}ᵀ`,
  sum: (over, body) => `Σ${over.length === 0 ? "" : `_${over.join(",")}`} ${body}`,
  series: (over, body) => `Σ${setBy(lowered, over)} ${body}`,
  cases: (condition, value, otherwise) => `{${value} if ${condition}, else ${otherwise}}`,
  indicator: (body) => `[${body}]`,
  indexed: (base, places) => `${base}[${places.join(",")}]`,
  place: (place) => place,
  largest: (name, over, body) => `${name}_${over.join(",")} ${body}`,
};
