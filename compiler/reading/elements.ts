// Single numbers by their signs: `wᵢⱼ⁽²⁾`, as programs write it `w_ij^(2)`, `δ^(1)_j` or `a_{5+k}`, and derivatives by them, `∂L/∂w₁₂⁽¹⁾`.
import { spelled } from "./spelling.ts";

/** A number as it is written. */
export interface WrittenElement {
  readonly text: string;
  readonly name: string;
  /** What stands below: `ij`, `12,3`, `5+k`. */
  readonly below: string | undefined;
  readonly layer: string | undefined;
  /** Of a derivative what is derived. */
  readonly of?: string | undefined;
}

/** A letter or word that numbers are called by, in all its spellings. */
export interface NumberSign {
  readonly name: string;
  readonly spellings: readonly string[];
  /** Whether a layer in parentheses may stand above it, which else is an exponent. */
  readonly isLayered: boolean;
}

const lowered = "[₀-₉₊ᵢⱼₖₗₘₙₒₚ]";
const belowHere = new RegExp(`${lowered}{1,12}(?:,${lowered}{1,12})*|_\\{[\\p{L}\\d+,; ]{1,40}\\}|_[a-z\\d]{1,8}|\\d{1,4}`, "uy");
const raisedLayer = /⁽([⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4})⁾/uy;
const plainLayer = /\^\{\((\d{1,4})\)\}|\^\((\d{1,4})\)/uy;
const nextHere = /[\p{L}\p{M}\d_₀-₉′]/uy;
const slopeHere = /[∂d](L|ℒ|J|E|Loss|loss)\s{0,3}\/\s{0,3}[∂d]/uy;
const digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";

function matchAt(pattern: RegExp, text: string, offset: number): RegExpExecArray | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(text) ?? undefined;
}

interface Part {
  readonly value: string;
  readonly end: number;
}

function belowAt(text: string, offset: number): Part | undefined {
  const [found] = matchAt(belowHere, text, offset) ?? [];
  if (found === undefined) return undefined;
  const plain = spelled(found.replaceAll("₊", "+"))
    .replace(/^_/, "")
    .replace(/\s*[,;]\s*|\s+/g, ",");
  return { value: plain, end: offset + found.length };
}

function layerAt(text: string, offset: number, isLayered: boolean): Part | undefined {
  const raised = matchAt(raisedLayer, text, offset);
  if (raised) return { value: [...(raised[1] as string)].map((digit) => digits.indexOf(digit)).join(""), end: raisedLayer.lastIndex };
  const plain = isLayered ? matchAt(plainLayer, text, offset) : undefined;
  return plain && { value: (plain[1] ?? plain[2]) as string, end: plainLayer.lastIndex };
}

/** A sign with what stands below and above it, in either order. */
function signAt(text: string, offset: number, sign: NumberSign, spelling: string): WrittenElement | undefined {
  let end = offset + spelling.length;
  const first = belowAt(text, end);
  end = first?.end ?? end;
  const layer = layerAt(text, end, sign.isLayered);
  end = layer?.end ?? end;
  const last = first || !layer ? undefined : belowAt(text, end);
  end = last?.end ?? end;
  const below = first ?? last;
  const isCall = !below && !layer && text[end] === "(";
  if (isCall || matchAt(nextHere, text, end)) return undefined;
  return { text: text.slice(offset, end), name: sign.name, below: below?.value, layer: layer?.value };
}

/** The number whose sign stands at `offset`, or a derivative by one. */
export function elementAt(text: string, offset: number, signs: readonly NumberSign[]): WrittenElement | undefined {
  const slope = matchAt(slopeHere, text, offset);
  const from = slope ? slopeHere.lastIndex : offset;
  const spellings = signs.flatMap((sign) => sign.spellings.filter((each) => text.startsWith(each, from)).map((each) => [sign, each] as const));
  for (const [sign, spelling] of spellings.sort(([, a], [, b]) => b.length - a.length)) {
    const found = signAt(text, from, sign, spelling);
    if (found && slope) return { ...found, text: text.slice(offset, from) + found.text, of: slope[1] };
    if (found) return found;
  }
  return undefined;
}

const part = /^(?:\d{1,6}|[a-z]|\d{1,6}\+[a-z])$/;

/** What stands below as `count` indices, in all ways in which it can be read. */
export function indicesOf(below: string | undefined, count: number): string[][] {
  if (below === undefined || count === 0) return below === undefined && count === 0 ? [[]] : [];
  const parts = below.split(",");
  if (parts.length > 1) return parts.length === count && parts.every((each) => part.test(each)) ? [parts] : [];
  return partings(below, count);
}

function partings(text: string, count: number): string[][] {
  if (count === 1) return part.test(text) ? [[text]] : [];
  return Array.from({ length: Math.max(0, text.length - count + 1) }, (_, at) => text.slice(0, at + 1)).flatMap((first) =>
    part.test(first) ? partings(text.slice(first.length), count - 1).map((rest) => [first, ...rest]) : [],
  );
}
