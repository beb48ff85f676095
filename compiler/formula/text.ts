import { levels, type Notation, type Sign } from "./notation.ts";

const superscripts: Readonly<Record<string, string>> = Object.fromEntries(
  [..."0123456789−"].map((digit, at) => [digit, [..."⁰¹²³⁴⁵⁶⁷⁸⁹⁻"][at] as string]),
);

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
  derivative: (of, by) => `∂${of}/∂${by}`,
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
  cases: (condition, value, otherwise) => `{${value} if ${condition}, else ${otherwise}}`,
  indicator: (body) => `[${body}]`,
  indexed: (base, letters) => `${base}[${[...letters].join(",")}]`,
};
