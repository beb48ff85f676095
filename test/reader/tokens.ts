// The signs of a printed formula, with the spaces around them, which matter.
import { Unreadable } from "./tensor.ts";

export interface Token {
  /** A call is a name with what stands below it, before its bracket; Σ, max and argmax go over letters. */
  readonly kind: "number" | "name" | "call" | "over" | "raised" | "sign" | "end";
  readonly text: string;
  /** What stands below the name of a function. */
  readonly settings?: string;
  /** At which step: `t−1` of `h_{t−1}`. */
  readonly step?: string;
  readonly isSpaced: boolean;
}

const raisedDigits = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const letter = `(?:(?![ᵀΣ${raisedDigits}])[\\p{L}$])`;
const inside = `(?:(?![ᵀΣ${raisedDigits}])[\\p{L}\\p{N}\\p{M}_′⁺$])`;
const name = `${letter}${inside}*`;
/** Below a function: letters of axes, numbers, `stride=2`, `1:2`. */
const below = "(?:[\\p{L}\\p{N}\\p{M}_:,×=.′]|(?<=[\\p{N}h])[·+](?=\\p{N})|(?<=[_:,=×])[−](?=\\p{N}))*";

/** What goes over letters, which may be said to be below a number. */
const letters = `${name}(?:<\\d+)?(?:,${name}(?:<\\d+)?)*`;

const patterns = {
  number: /^\d+(?:\.\d+)?(?:e[+−-]?\d+)?/u,
  derivative: new RegExp(`^∂(${name})/∂(${name})`, "u"),
  over: new RegExp(`^(?:(Σ)(?:_(${letters}))?|(max|argmax)_(${letters})(?= ))`, "u"),
  call: new RegExp(`^((?:(?!_)${letter})(?:(?!_)${inside})*ᵀ?)(?:_(${below}))?\\(`, "u"),
  name: new RegExp(`^(${name}?)(?:_\\{([^}]*)\\})?(?!${inside})`, "u"),
  stepped: new RegExp(`^(${name})_\\{([^}]*)\\}`, "u"),
  raised: new RegExp(`^⁻?[${raisedDigits}]+`, "u"),
  sign: /^(?:[+−·/⊙⊗=≠<≤>≥|()[\]{},;^ᵀ√¬⌊⌋⌈⌉∞:←…-])/u,
};

const value = (digits: string): string => digits.replace("⁻", "−").replace(/[⁰¹²³⁴-⁹]/gu, (digit) => String(raisedDigits.indexOf(digit)));

type Bare = Omit<Token, "isSpaced"> & { readonly length: number };

function tokenAt(rest: string): Bare {
  const over = patterns.over.exec(rest);
  if (over) return { kind: "over", text: (over[1] ?? over[3]) as string, settings: over[2] ?? over[4] ?? "", length: over[0].length };
  const derivative = patterns.derivative.exec(rest);
  if (derivative) return { kind: "name", text: derivative[0], length: derivative[0].length };
  const call = patterns.call.exec(rest);
  if (call) return { kind: "call", text: call[1] as string, ...(call[2] !== undefined && { settings: call[2] }), length: call[0].length };
  const stepped = patterns.stepped.exec(rest);
  if (stepped) return { kind: "name", text: stepped[1] as string, step: stepped[2] as string, length: stepped[0].length };
  const named = new RegExp(`^${name}`, "u").exec(rest);
  if (named) return { kind: "name", text: named[0], length: named[0].length };
  const number = patterns.number.exec(rest);
  if (number) return { kind: "number", text: number[0].replace("−", "-"), length: number[0].length };
  const raised = patterns.raised.exec(rest);
  if (raised) return { kind: "raised", text: value(raised[0]), length: raised[0].length };
  const sign = patterns.sign.exec(rest);
  if (sign) return { kind: "sign", text: sign[0], length: sign[0].length };
  throw new Unreadable(`no sign of the grammar: ${rest.slice(0, 12)}`);
}

/** The tokens of `text`, and an end. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let isSpaced = false;
  while (at < text.length) {
    if (text[at] === " ") {
      isSpaced = true;
      at++;
      continue;
    }
    const { length, ...token } = tokenAt(text.slice(at));
    tokens.push({ ...token, isSpaced });
    at += length;
    isSpaced = false;
  }
  return [...tokens, { kind: "end", text: "", isSpaced: true }];
}
