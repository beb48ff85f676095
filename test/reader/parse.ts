// Printed formulas as trees, by the grammar by which a page is read.
import { Unreadable } from "./tensor.ts";
import { type Token, tokensOf } from "./tokens.ts";

export type Formula =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "name"; readonly name: string; readonly step?: string }
  | { readonly kind: "call"; readonly name: string; readonly settings?: string; readonly args: readonly Formula[] }
  | { readonly kind: "infix"; readonly sign: Infix; readonly x: Formula; readonly y: Formula }
  | { readonly kind: "negative" | "not" | "transposed" | "indicator"; readonly x: Formula }
  | { readonly kind: "indexed"; readonly x: Formula; readonly index: readonly Formula[] }
  | { readonly kind: "over"; readonly what: What; readonly over: readonly string[]; readonly below: ReadonlyMap<string, number>; readonly x: Formula }
  | { readonly kind: "cases"; readonly value: Formula; readonly condition: Formula; readonly otherwise: Formula }
  | { readonly kind: "list"; readonly items: readonly Formula[] };

/** What is taken over letters. */
export type What = "Σ" | "max" | "argmax";

export type Infix = "+" | "−" | "·" | "/" | "⊙" | "⊗" | "^" | "=" | "≠" | "<" | "≤" | ">" | "≥" | "|";

const relations = new Set(["=", "≠", "<", "≤", ">", "≥"]);
const closing: Readonly<Record<string, readonly [close: string, called: string]>> = { "⌊": ["⌋", "floor"], "⌈": ["⌉", "ceil"], "|": ["|", "abs"] };

/** The formula that `text` is. @throws Unreadable */
export function parse(text: string): Formula {
  const parser = new Parser(tokensOf(text));
  const formula = parser.given();
  if (parser.next.kind !== "end") throw new Unreadable(`"${parser.next.text}" is not expected in ${text}`);
  return formula;
}

/** The formula that `text` starts with, and the words behind it. */
export function parseStart(text: string, words: RegExp): { readonly formula: Formula; readonly rest: string } | undefined {
  for (const [position] of [...text.matchAll(words), { index: text.length } as RegExpMatchArray].map(({ index = 0 }) => [index] as const)) {
    try {
      return { formula: parse(text.slice(0, position)), rest: text.slice(position) };
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
    }
  }
  return undefined;
}

/** `formula` where `image` of a part, where it gives one, stands for that. */
export function mapParts(formula: Formula, image: (part: Formula) => Formula | undefined): Formula {
  const within = <T>(value: T): T => {
    if (Array.isArray(value)) return value.map(within) as T;
    return typeof value === "object" && value !== null && "kind" in value ? (mapParts(value as unknown as Formula, image) as T) : value;
  };
  return image(formula) ?? (Object.fromEntries(Object.entries(formula).map(([key, value]) => [key, within(value)])) as unknown as Formula);
}

class Parser {
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  get next(): Token {
    return this.tokens[this.at] as Token;
  }

  /** Whether a space follows the next token. */
  private get isSpacedBehind(): boolean {
    return (this.tokens[this.at + 1] as Token | undefined)?.isSpaced ?? true;
  }

  /** Whether Σ, max or argmax is next, which go over letters. */
  private get isOver(): boolean {
    return this.next.kind === "over";
  }

  private isSign(...signs: readonly string[]): boolean {
    return this.next.kind === "sign" && signs.includes(this.next.text);
  }

  private take(): Token {
    return this.tokens[this.at++] as Token;
  }

  private expect(text: string): void {
    if (this.next.text !== text) throw new Unreadable(`"${text}" is missing before "${this.next.text}"`);
    this.at++;
  }

  /** `x | c`: x where c holds. */
  given(): Formula {
    const x = this.relation();
    if (!this.isSign("|") || !this.next.isSpaced || !this.isSpacedBehind) return x;
    this.take();
    return { kind: "infix", sign: "|", x, y: this.relation() };
  }

  private relation(): Formula {
    const x = this.series();
    if (this.next.kind !== "sign" || !relations.has(this.next.text)) return x;
    const sign = this.take().text as Infix;
    return { kind: "infix", sign, x, y: this.series() };
  }

  /** Terms between + and −. */
  private series(): Formula {
    let x = this.signed();
    while (this.isSign("+", "−")) {
      const sign = this.take().text as Infix;
      x = { kind: "infix", sign, x, y: this.signed() };
    }
    return x;
  }

  private signed(): Formula {
    if (!this.isSign("−")) return this.term();
    this.take();
    return { kind: "negative", x: this.signed() };
  }

  /** Factors between signs with spaces around; a sum reaches to the end. */
  private term(): Formula {
    let x = this.factor();
    while (this.isSign("⊙", "⊗") || (this.isSign("/") && this.next.isSpaced)) {
      const sign = this.take().text as Infix;
      x = { kind: "infix", sign, x, y: this.factor() };
    }
    return x;
  }

  /** Factors between signs without spaces. */
  private factor(): Formula {
    if (this.isOver) return this.over();
    let x = this.power();
    while (this.isSign("·", "/") && !this.next.isSpaced) {
      const sign = this.take().text as Infix;
      x = { kind: "infix", sign, x, y: this.isOver ? this.over() : this.power() };
    }
    return x;
  }

  /** `Σ_i,u<2 x`: letters, and below what they are. */
  private over(): Formula {
    const { text, settings = "" } = this.take();
    const letters = settings === "" ? [] : settings.split(",").map((each) => each.split("<"));
    const below = new Map(letters.flatMap(([letter = "", end]) => (end === undefined ? [] : [[letter, Number(end)] as const])));
    return { kind: "over", what: text as What, over: letters.map(([letter = ""]) => letter), below, x: this.term() };
  }

  private power(): Formula {
    let x = this.atom();
    for (;;) {
      if (this.next.kind === "raised") x = { kind: "infix", sign: "^", x, y: { kind: "number", value: Number(this.take().text.replace("−", "-")) } };
      else if (this.isSign("^")) {
        this.take();
        x = { kind: "infix", sign: "^", x, y: this.isSign("−") ? this.signed() : this.atom() };
      } else if (this.isSign("ᵀ")) {
        this.take();
        x = { kind: "transposed", x };
      } else if (this.isSign("[") && !this.next.isSpaced) x = { kind: "indexed", x, index: this.items("]") };
      else return x;
    }
  }

  private items(close: string): Formula[] {
    this.take();
    const items: Formula[] = [];
    while (!this.isSign(close)) {
      items.push(this.given());
      if (this.isSign(",", ";")) this.take();
      else if (!this.isSign(close)) throw new Unreadable(`"${close}" is missing before "${this.next.text}"`);
    }
    this.take();
    return items;
  }

  private atom(): Formula {
    const token = this.next;
    if (token.kind === "number") return this.number();
    if (token.kind === "name") {
      this.take();
      if (token.text === "NaN") return { kind: "number", value: Number.NaN };
      return { kind: "name", name: token.text, ...(token.step !== undefined && { step: token.step }) };
    }
    if (token.kind === "call") {
      const args = this.items(")");
      return { kind: "call", name: token.text, args, ...(token.settings !== undefined && { settings: token.settings }) };
    }
    if (token.kind === "over") return this.over();
    if (token.kind === "sign") return this.bracketed(token.text);
    throw new Unreadable(`a value is missing before "${token.text}"`);
  }

  /** A number, or before a letter so many times that: `2p`. */
  private number(): Formula {
    const number: Formula = { kind: "number", value: Number(this.take().text) };
    if (this.next.kind !== "name" || this.next.isSpaced) return number;
    return { kind: "infix", sign: "·", x: number, y: this.atom() };
  }

  private bracketed(sign: string): Formula {
    if (sign === "[") return bracketOf(this.items("]"));
    if (sign === "{") return this.cases();
    if (sign === "(") return grouped(this.items(")"));
    this.take();
    if (sign === "√") return { kind: "call", name: "√", args: [this.atom()] };
    if (sign === "¬") return { kind: "not", x: this.atom() };
    if (sign === "∞") return { kind: "number", value: Number.POSITIVE_INFINITY };
    const [close, name] = closing[sign] ?? [];
    if (close === undefined || name === undefined) throw new Unreadable(`"${sign}" is not expected`);
    const x = this.relation();
    this.expect(close);
    return { kind: "call", name, args: [x] };
  }

  /** `{x if c, else y}`. */
  private cases(): Formula {
    this.take();
    const value = this.given();
    this.expect("if");
    const condition = this.given();
    this.expect(",");
    this.expect("else");
    const otherwise = this.given();
    this.expect("}");
    return { kind: "cases", value, condition, otherwise };
  }
}

/** What stands in brackets: a value, or several. */
const grouped = (items: readonly Formula[]): Formula => (items.length === 1 ? (items[0] as Formula) : { kind: "list", items });

const bracketOf = (items: readonly Formula[]): Formula => {
  const [only] = items;
  const isCondition = items.length === 1 && only && (only.kind !== "name" || only.name !== "batch") && only.kind !== "number";
  return isCondition ? { kind: "indicator", x: only } : { kind: "list", items };
};
