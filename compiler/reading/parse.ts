// From a text to a tree. How tightly signs bind is what `formula/notation.ts` prints:
//
//   relation    z > 0
//   sum         a + b − c, −a
//   elements    a ⊙ b ⊗ c          Σ_j reaches over these, and over all below
//   product     a·b, a/b, a*b, a .* b
//   power       a², a^2, aᵀ, a'
import { formulaTooLarge, notAFormula, notOnThePage, type Place } from "../diagnostics/formulas.ts";
import type { WrittenElement } from "./elements.ts";
import { functionNames } from "./functions.ts";
import { digitsOf, indexedName, nearestOf } from "./spelling.ts";
import { numberIn, type OwnSigns, type Token, tokensOf } from "./tokens.ts";
import type { Product, ProductSign, Relation, Sum, Term } from "./tree.ts";

/** Parts within parts, counted from the outermost. */
const deepest = 150;

const relations = new Set(["=", "≠", "<", "≤", ">", "≥"]);
const productSigns: Readonly<Record<string, ProductSign>> = { "·": "·", "*": "*", "/": "/", "÷": "/", "./": "/", ".*": "⊙" };
/** Functions whose second argument is a shape. */
const takesShape = new Set(["reshape", "broadcast"]);
const brackets: Readonly<Record<string, readonly [close: string, name: string]>> = { "⌊": ["⌋", "floor"], "⌈": ["⌉", "ceil"], "|": ["|", "abs"] };

const shownToken = ({ kind, text }: Token): string => (kind === "end" ? "the end of the formula" : `"${text.slice(0, 40)}"`);

/** What a number means where its sign stands. */
export type ElementTerm = (element: WrittenElement, at: Place) => Term;

/** What may stand in a formula beside the names and functions that are known. */
export interface ReadSigns extends OwnSigns {
  readonly termOf?: ElementTerm | undefined;
}

class Parser {
  private readonly tokens: readonly Token[];
  private readonly termOf: ElementTerm | undefined;
  private next = 0;
  private depth = 0;

  constructor(tokens: readonly Token[], termOf?: ElementTerm) {
    this.tokens = tokens;
    this.termOf = termOf;
  }

  whole(): Term {
    const term = this.relation();
    if (this.here.kind !== "end") throw this.expected("an operator such as · or the end of the formula");
    return term;
  }

  private get here(): Token {
    return this.tokens[this.next] as Token;
  }

  private expected(what: string): Error {
    return notAFormula(this.here.at, shownToken(this.here), what);
  }

  private is(...texts: readonly string[]): boolean {
    return this.here.kind === "sign" && texts.includes(this.here.text);
  }

  private isWord(word: string): boolean {
    return this.here.kind === "name" && this.here.text === word;
  }

  private take(): Token {
    return this.tokens[this.next++] as Token;
  }

  private close(sign: string, opened: Token): void {
    if (!this.is(sign)) throw this.expected(`"${sign}" for the "${opened.text}" of column ${opened.at.column}`);
    this.next++;
  }

  /** `inner`, one level down. */
  private inside<T>(inner: () => T): T {
    if (++this.depth > deepest) throw formulaTooLarge(`parts within parts, ${deepest} deep`, this.here.at);
    const found = inner();
    this.depth--;
    return found;
  }

  private relation(): Term {
    const left = this.sum();
    if (this.here.kind !== "sign" || !relations.has(this.here.text)) return left;
    const op = this.take().text as Relation;
    return { kind: "relation", op, left, right: this.sum(), at: left.at };
  }

  private sum(): Term {
    const { at } = this.here;
    const terms: Sum["terms"][number][] = [];
    do {
      const negative = this.is("−", "+") ? this.take().text === "−" : false;
      terms.push({ negative, term: this.signed() });
    } while (this.is("+", "−"));
    const [first] = terms as [Sum["terms"][number]];
    return terms.length === 1 && !first.negative ? first.term : { kind: "sum", terms, at };
  }

  /** A term of a sum, which may have signs of its own: a + −b. */
  private signed(): Term {
    if (!this.is("−", "+")) return this.elements();
    return this.inside((): Term => {
      const { at, text } = this.take();
      const term = this.signed();
      return text === "−" ? { kind: "sum", terms: [{ negative: true, term }], at } : term;
    });
  }

  private elements(): Term {
    return this.product(
      () => this.factors(),
      () => (this.is("⊙", "⊗") ? (this.take().text as ProductSign) : undefined),
    );
  }

  private factors(): Term {
    return this.product(
      () => this.factor(),
      () => this.factorSign(),
    );
  }

  /** The sign of a product that stands here; none stands behind a number, a power, a transpose or parentheses and before what they multiply. */
  private factorSign(): ProductSign | undefined {
    const sign = this.here.kind === "sign" ? productSigns[this.here.text] : undefined;
    if (sign !== undefined) {
      this.next++;
      return sign;
    }
    const before = this.tokens[this.next - 1] as Token;
    const isBehind = ["number", "raised", "element"].includes(before.kind) || (before.kind === "sign" && [")", "]", "ᵀ"].includes(before.text));
    const isBefore = ["name", "element", "call", "total", "extreme"].includes(this.here.kind) || this.is("(");
    return isBehind && isBefore && !this.isWord("if") && !this.isWord("else") ? "·" : undefined;
  }

  private product(operand: () => Term, sign: () => ProductSign | undefined): Term {
    const first = operand();
    const rest: Product["rest"][number][] = [];
    for (let joined = sign(); joined; joined = sign()) rest.push({ sign: joined, factor: operand() });
    return rest.length === 0 ? first : { kind: "product", first, rest, at: first.at };
  }

  private factor(): Term {
    if (this.is("−", "+")) return this.inside(() => this.signedFactor());
    if (this.here.kind === "total") return this.inside(() => this.total());
    if (this.here.kind === "extreme") return this.inside(() => this.extreme());
    let term = this.atom();
    let chain = 0;
    for (let more = this.postfix(term); more; more = this.postfix(term)) {
      if (++chain > 20) throw formulaTooLarge("more than 20 powers and transposes behind each other", term.at);
      term = more;
    }
    return term;
  }

  private signedFactor(): Term {
    const { at, text } = this.take();
    const term = this.factor();
    return text === "−" ? { kind: "sum", terms: [{ negative: true, term }], at } : term;
  }

  private total(): Term {
    const { at, subscript } = this.take();
    const over = subscript === undefined ? [] : subscript.split(",");
    return { kind: "total", over, body: this.elements(), at };
  }

  private extreme(): Term {
    const { at, name, subscript = "" } = this.take();
    return { kind: "extreme", name: name as "max" | "argmax", over: subscript.split(","), body: this.elements(), at };
  }

  private postfix(base: Term): Term | undefined {
    const { at } = base;
    if (this.here.kind === "raised") return { kind: "power", base, exponent: this.raised(), at };
    if (this.is("ᵀ")) {
      this.next++;
      return { kind: "transpose", base, at };
    }
    if (this.is("^")) {
      this.next++;
      return { kind: "power", base, exponent: this.inside(() => this.exponent()), at };
    }
    return this.is("[") ? this.indexed(base) : undefined;
  }

  private raised(): Term {
    const { text, at } = this.take();
    const digits = digitsOf(text);
    if (!/^-?\d{1,9}$/.test(digits)) throw notAFormula(at, `"${text}"`, "a whole number as exponent");
    return { kind: "number", value: Number(digits), at };
  }

  /** What stands behind ^, which binds to the right. */
  private exponent(): Term {
    if (!this.is("−")) return this.factor();
    const { at } = this.take();
    return { kind: "sum", terms: [{ negative: true, term: this.factor() }], at };
  }

  private indexed(base: Term): Term {
    const opened = this.take();
    const places: Term[] = [];
    do {
      if (places.length > 0) this.next++;
      places.push(this.inside(() => this.sum()));
    } while (this.is(","));
    this.close("]", opened);
    const letters = places.flatMap((place) => (place.kind === "name" ? [place.name] : []));
    return letters.length === places.length ? { kind: "indexed", base, letters, at: base.at } : { kind: "element", base, places, at: base.at };
  }

  private atom(): Term {
    const token = this.here;
    const { at } = token;
    if (token.kind === "number") return { kind: "number", value: numberIn(this.take().text), at };
    if (token.kind === "name" && token.text === "NaN") return { kind: "number", value: this.take() && Number.NaN, at };
    if (token.kind === "name") return this.named();
    if (token.element && this.termOf) return this.termOf(this.take().element as WrittenElement, at);
    if (token.kind === "call") return this.inside(() => this.call());
    if (this.is("∞")) return { kind: "number", value: this.take() && Number.POSITIVE_INFINITY, at };
    if (this.is("∂")) return this.derivative();
    if (this.is("(")) return this.grouped(")", () => this.several());
    if (this.is("[")) return { kind: "indicator", body: this.grouped("]", () => this.relation()), at };
    if (this.is("{")) return this.grouped("}", () => this.cases(at));
    if (this.is("√")) return this.inside(() => this.root(at));
    if (this.is("¬")) return this.inside(() => this.negated(at));
    if (this.is("⌊", "⌈", "|")) return this.bracketed(at);
    throw this.expected("a name, a number or a function");
  }

  private grouped(sign: string, inner: () => Term): Term {
    const opened = this.take();
    const term = this.inside(inner);
    this.close(sign, opened);
    return term;
  }

  /** What stands in parentheses: `(u,v)` are several. */
  private several(): Term {
    const { at } = this.here;
    const parts = [this.relation()];
    while (this.is(",")) {
      this.next++;
      parts.push(this.sum());
    }
    return parts.length === 1 ? (parts[0] as Term) : { kind: "tuple", parts, at };
  }

  private root(at: Place): Term {
    this.next++;
    return { kind: "call", name: "sqrt", args: [this.atom()], at };
  }

  private negated(at: Place): Term {
    this.next++;
    return { kind: "not", body: this.factor(), at };
  }

  /** ⌊x⌋, ⌈x⌉, |x| */
  private bracketed(at: Place): Term {
    const opened = this.take();
    const [sign, name] = brackets[opened.text] as readonly [string, string];
    const term = this.inside(() => this.sum());
    this.close(sign, opened);
    return { kind: "call", name, args: [term], at };
  }

  private derivative(): Term {
    const { at } = this.take();
    const of = this.name();
    if (!this.is("/")) throw this.expected('"/" of a derivative such as ∂loss/∂W');
    this.next++;
    if (!this.is("∂")) throw this.expected('"∂"');
    this.next++;
    return { kind: "derivative", of, by: this.name(), at };
  }

  /** A value by its name, behind which no parentheses stand: those are of functions. */
  private named(): Term {
    const { text, at } = this.take();
    if (this.is("(")) throw notOnThePage("function", text.slice(0, 60), nearestOf(text, functionNames), at);
    const parted = indexedName(text);
    if (!parted) return { kind: "name", name: text, at };
    const base: Term = { kind: "name", name: parted.base, at };
    const letters = parted.index.filter((each) => typeof each === "string");
    if (letters.length === parted.index.length) return { kind: "indexed", base, letters, at };
    const places = parted.index.map(
      (each): Term => (typeof each === "string" ? { kind: "name", name: each, at } : { kind: "number", value: each, at }),
    );
    return { kind: "element", base, places, at };
  }

  private name(): string {
    if (this.here.kind !== "name") throw this.expected("a name");
    return this.take().text;
  }

  private cases(at: Place): Term {
    const value = this.sum();
    if (!this.isWord("if")) throw this.expected('"if" of {a if c, else b}');
    this.next++;
    const condition = this.relation();
    if (this.is(",")) this.next++;
    if (!this.isWord("else")) throw this.expected('"else" of {a if c, else b}');
    this.next++;
    return { kind: "cases", condition, value, otherwise: this.sum(), at };
  }

  private call(): Term {
    const { name = "", subscript, at } = this.take();
    const opened = this.here;
    this.next++;
    const args: Term[] = [];
    while (!this.is(")") && (args.length === 0 || this.is(",", ";"))) {
      if (args.length > 0) this.next++;
      args.push(takesShape.has(name) && args.length === 1 && this.is("[") ? this.extents() : this.relation());
    }
    const condition = this.is("|") ? this.given() : undefined;
    this.close(")", opened);
    return { kind: "call", name, args, at, ...(subscript !== undefined && { subscript }), ...(condition && { condition }) };
  }

  /** `[batch, 3, 2]` */
  private extents(): Term {
    const opened = this.take();
    const extents: Term[] = [];
    while (!this.is("]") && (extents.length === 0 || this.is(","))) {
      if (extents.length > 0) this.next++;
      extents.push(this.sum());
    }
    this.close("]", opened);
    return { kind: "extents", extents, at: opened.at };
  }

  private given(): Term {
    this.next++;
    return this.relation();
  }
}

/**
 * Reads a formula that begins at `from`. `own` are signs beside those that are known, of functions and of single numbers.
 * @throws GradcError `not-a-formula`, `formula-too-large`
 */
export const read = (text: string, from: Place = { line: 1, column: 1 }, own: ReadSigns = {}): Term =>
  new Parser(tokensOf(text, from, own), own.termOf).whole();

/** What stands behind the letters of a left-hand side, `c[n,o] =`, as a table. */
export const byLetters = (letters: readonly string[] | undefined, body: Term): Term =>
  letters ? { kind: "table", letters, body, at: body.at } : body;
