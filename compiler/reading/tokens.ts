// A text as the words and signs that it is made of.
import { formulaTooLarge, notAFormula, type Place } from "../diagnostics/formulas.ts";
import type { WrittenElement } from "./elements.ts";
import { isFunction } from "./functions.ts";
import { spelled } from "./spelling.ts";

export interface Token {
  readonly kind: "number" | "name" | "element" | "call" | "total" | "extreme" | "sign" | "raised" | "end";
  readonly text: string;
  /** Of a call the function without what stands below it, and that; of a sum what it runs over. */
  readonly name?: string;
  readonly subscript?: string;
  readonly element?: WrittenElement;
  readonly at: Place;
}

/** The number whose sign stands at a place of a text, where a page has signs of single numbers. */
export type ElementAt = (text: string, offset: number) => WrittenElement | undefined;

/** What may stand in a text beside the names and functions that are known. */
export interface OwnSigns {
  readonly functions?: ReadonlySet<string> | undefined;
  readonly elementAt?: ElementAt | undefined;
}

/** The longest text that is read as one formula, in characters. */
export const longest = 20_000;

/** Other ways to write a sign. */
const same: Readonly<Record<string, string>> = {
  ...{
    "-": "−",
    "⋅": "·",
    "•": "·",
    "@": "·",
    "∘": "⊙",
    "⊤": "ᵀ",
    "**": "^",
    ".^": "^",
    "./": "./",
    "!=": "≠",
    "==": "=",
    "<=": "≤",
    ">=": "≥",
  },
  ...{ "'": "ᵀ", ".'": "ᵀ", ".T": "ᵀ", "^T": "ᵀ", "^t": "ᵀ" },
};

const letter = "(?![ᵀΣ])[\\p{L}\\p{M}]";
const inName = `(?:_\\{[^{}\\n]{1,20}\\}|${letter}|[\\d_₀-₉′⁺]|⁽[^⁾\\n]{1,9}⁾|\\.(?=[\\p{L}\\d_])(?!T(?![\\p{L}\\d_])))`;
const nameHere = new RegExp(`${letter}${inName}*`, "uy");
const callHere = /((?!ᵀ)\p{L}(?:(?!ᵀ)[\p{L}\d₀-₉]){0,40}[′ᵀ]{0,3}'?)(?:_((?:[^\s()·⊙⊗+−*/^[\]{}|]|(?<=\d)\+(?=\d)|(?<=[_,:])[-−](?=\d)){1,80}))?\(/uy;
const numberHere = /(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?(?![\p{L}\d_])|\d+(?:\.\d+)?|[½⅓⅔¼¾]/uy;
const signHere =
  /\^T(?![\p{L}\d_])|\^t(?![\p{L}\d_])|\.T(?![\p{L}\d_])|\*\*|\.\^|\.\*|\.\/|\.'|!=|==|<=|>=|→|[-+−·⋅•@∘⊙⊗*/÷^=≠<≤>≥|()[\]{},;√⌊⌋⌈⌉ᵀ⊤'¬∂∞:←]/uy;
/** `Σ_batch x`, or `sum_batch x`: what it is of stands behind a space. */
const totalHere =
  /(?:[Σ∑]|sum(?=_[^\s()]{1,40}[ \t]{1,9}(?!ᵀ)[\p{L}\p{N}√∑(|{]))(?:_\{([^{}\n]{1,40})\}|_([\p{L}\d]{1,20}(?:<\d{1,6})?(?:,[\p{L}\d]{1,20}(?:<\d{1,6})?)*)|([ᵢⱼₖₗₘₙ]+))?/uy;
/** `max_u<2,v<2 x`: what it is of stands behind a space. */
const extremeHere = /(max|argmax)_(?:\{([^{}\n]{1,40})\}|(\p{L}(?:<\d{1,6})?(?:,\p{L}(?:<\d{1,6})?)*))(?=\s)/uy;
const fractions: Readonly<Record<string, number>> = { "½": 1 / 2, "⅓": 1 / 3, "⅔": 2 / 3, "¼": 1 / 4, "¾": 3 / 4 };

/** The number that the text of a token is. */
export const numberIn = (text: string): number => fractions[text] ?? Number(text);

const raisedHere = /[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+/uy;

function callAt(text: string, offset: number, own: ReadonlySet<string>): Omit<Token, "at"> | undefined {
  callHere.lastIndex = offset;
  const [whole, name = "", subscript] = callHere.exec(text) ?? [];
  if (whole === undefined || !(isFunction(name) || own.has(name))) return undefined;
  return { kind: "call", text: whole.slice(0, -1), name: name.replaceAll("'", "′"), ...(subscript !== undefined && { subscript }) };
}

function totalAt(text: string, offset: number): Omit<Token, "at"> | undefined {
  totalHere.lastIndex = offset;
  const [whole, braced, plain, below] = totalHere.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const over = braced ?? plain ?? (below === undefined ? undefined : [...spelled(below)].join(","));
  return { kind: "total", text: whole, ...(over !== undefined && { subscript: over }) };
}

function extremeAt(text: string, offset: number): Omit<Token, "at"> | undefined {
  extremeHere.lastIndex = offset;
  const [whole, name, braced, plain] = extremeHere.exec(text) ?? [];
  const over = (braced ?? plain)?.replaceAll(" ", "");
  return whole === undefined || name === undefined || over === undefined ? undefined : { kind: "extreme", text: whole, name, subscript: over };
}

function matched(pattern: RegExp, text: string, offset: number): string | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0];
}

const noFunctions: ReadonlySet<string> = new Set();

function tokenAt(text: string, offset: number, { functions = noFunctions, elementAt }: OwnSigns): Omit<Token, "at"> | undefined {
  const call = callAt(text, offset, functions);
  if (call) return call;
  const extreme = extremeAt(text, offset);
  if (extreme) return extreme;
  const total = totalAt(text, offset);
  if (total) return total;
  const element = elementAt?.(text, offset);
  if (element) return { kind: "element", text: element.text, element };
  const sign = matched(signHere, text, offset);
  if (sign !== undefined && !/^\.\d/.test(text.slice(offset, offset + 2))) return { kind: "sign", text: sign };
  const number = matched(numberHere, text, offset);
  if (number !== undefined) return { kind: "number", text: number };
  const raised = matched(raisedHere, text, offset);
  if (raised !== undefined) return { kind: "raised", text: raised };
  const name = matched(nameHere, text, offset);
  return name === undefined ? undefined : { kind: "name", text: name };
}

/**
 * The tokens of `text`, which begins at `from`; the last one is its end. `own` are signs beside those that are known.
 * @throws GradcError `not-a-formula`, `formula-too-large`
 */
export function tokensOf(text: string, from: Place, own: OwnSigns = {}): Token[] {
  if (text.length > longest) throw formulaTooLarge(`${text.length} characters; ${longest} are read`, from);
  const tokens: Token[] = [];
  let offset = 0;
  const place = (): Place => ({ line: from.line, column: from.column + offset });
  while (true) {
    while (/\s/.test(text[offset] ?? "")) offset++;
    if (offset >= text.length) break;
    const found = tokenAt(text, offset, own);
    if (!found) throw notAFormula(place(), JSON.stringify(String.fromCodePoint(text.codePointAt(offset) as number)), "a name, a number or a sign");
    tokens.push({ ...found, at: place() });
    offset += found.text.length;
  }
  return [
    ...tokens.map((token) => (token.kind === "sign" ? { ...token, text: same[token.text] ?? token.text } : token)),
    { kind: "end", text: "", at: place() },
  ];
}
