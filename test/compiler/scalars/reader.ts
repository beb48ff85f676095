// Reads printed formulas of scalars: a parser of the text and nothing of the compiler. Every value is f64.

/** An element as it is printed: `w₁ⱼ⁽²⁾`. An index is a number, a letter, or a number and a letter. */
export interface Sign {
  readonly name: string;
  readonly index: readonly string[];
  readonly layer: string | undefined;
}

type Tree =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "sign"; readonly sign: Sign }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Tree[] }
  | { readonly kind: "sum"; readonly letter: string; readonly body: Tree }
  | { readonly kind: "cases"; readonly args: readonly [value: Tree, condition: Tree, otherwise: Tree] }
  | { readonly kind: "operator"; readonly op: string; readonly args: readonly Tree[] };

const below = "₀₁₂₃₄₅₆₇₈₉₊ᵢⱼₖₗₘₙ";
const plain = "0123456789+ijklmn";
const above = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const lower = (text: string): string => [...text].map((sign) => (sign === "," ? "," : plain[below.indexOf(sign)])).join("");

/** The indices of a run of subscripts: one sign each, or between commas. */
const indices = (run: string): string[] => (run.includes(",") ? lower(run).split(",") : [...lower(run)]);

class Reader {
  private at = 0;
  private readonly text: string;
  /** Names that take one index of any number of digits: neurons are numbered through the network. */
  private readonly single: ReadonlySet<string>;

  constructor(text: string, single: ReadonlySet<string>) {
    this.text = text;
    this.single = single;
  }

  private take(pattern: RegExp): RegExpMatchArray | undefined {
    const found = this.text.slice(this.at).match(new RegExp(`^(?:${pattern.source})`, "u"));
    if (found) this.at += found[0].length;
    return found ?? undefined;
  }

  private expect(sign: string): void {
    if (!this.text.startsWith(sign, this.at)) throw new Error(`"${sign}" is missing at ${this.at} of "${this.text}"`);
    this.at += sign.length;
  }

  /** The sides of a line that `=` parts. */
  sides(): Tree[] {
    const sides = [this.relation()];
    while (this.take(/ = /)) sides.push(this.relation());
    if (this.at < this.text.length) throw new Error(`"${this.text.slice(this.at)}" is left of "${this.text}"`);
    return sides;
  }

  private relation(): Tree {
    const left = this.sum();
    const sign = this.take(/ ([<>≤≥≠]) /);
    return sign ? { kind: "operator", op: sign[1] as string, args: [left, this.sum()] } : left;
  }

  private sum(): Tree {
    let left = this.wide();
    for (let sign = this.take(/ ([+−]) /); sign; sign = this.take(/ ([+−]) /))
      left = { kind: "operator", op: sign[1] as string, args: [left, this.wide()] };
    return left;
  }

  /** Products that a wide slash parts. */
  private wide(): Tree {
    if (this.take(/−(?![\d.]+e)/)) return { kind: "operator", op: "negative", args: [this.wide()] };
    let left = this.product();
    while (this.take(/ \/ /)) left = { kind: "operator", op: "/", args: [left, this.product()] };
    return left;
  }

  private product(): Tree {
    const sum = this.take(/Σ([ᵢⱼₖₗₙ]) /);
    if (sum) return { kind: "sum", letter: lower(sum[1] as string), body: this.wide() };
    const left = this.fraction();
    return this.take(/·/) ? { kind: "operator", op: "·", args: [left, this.product()] } : left;
  }

  private fraction(): Tree {
    let left = this.power();
    while (this.take(/\//)) left = { kind: "operator", op: "/", args: [left, this.power()] };
    return left;
  }

  private power(): Tree {
    const base = this.atom();
    const exponent = this.take(new RegExp(`[${above}]+`));
    if (!exponent) return base;
    const value = Number([...exponent[0]].map((digit) => above.indexOf(digit)).join(""));
    return { kind: "operator", op: "^", args: [base, { kind: "number", value }] };
  }

  private atom(): Tree {
    const number = this.take(/\d+(?:\.\d+)?(?:e[+-]?\d+)?/);
    if (number) return { kind: "number", value: Number(number[0]) };
    if (this.take(/\(/)) return this.closed(")");
    if (this.take(/\[/)) return this.closed("]");
    if (this.take(/√\(/)) return { kind: "call", name: "sqrt", args: [this.closed(")")] };
    if (this.take(/\|/)) return { kind: "call", name: "abs", args: [this.closed("|")] };
    if (this.take(/\{/)) return this.cases();
    if (this.take(/∂L\/∂/)) return { kind: "sign", sign: this.sign("∂") };
    return this.called() ?? { kind: "sign", sign: this.sign() };
  }

  private closed(sign: string): Tree {
    const inner = this.relation();
    this.expect(sign);
    return inner;
  }

  private cases(): Tree {
    const value = this.relation();
    this.expect(" if ");
    const condition = this.relation();
    this.expect(", else ");
    const otherwise = this.relation();
    this.expect("}");
    return { kind: "cases", args: [value, condition, otherwise] };
  }

  private called(): Tree | undefined {
    const name = this.take(/([a-zA-Z][a-zA-Z0-9]*[₀-₉]*′?(?:_[\w.,−-]+)?)\(/);
    if (!name) return undefined;
    const args = [this.relation()];
    while (this.take(/, /)) args.push(this.relation());
    this.expect(")");
    return { kind: "call", name: name[1] as string, args };
  }

  private sign(before = ""): Sign {
    const [, name, run = "", layer] = this.take(/((?:(?![ᵢⱼₖₗₘₙ])[\p{L}_0-9])+)([₀-₉₊ᵢⱼₖₗₘₙ,]*)(?:⁽([⁰¹²³⁴⁵⁶⁷⁸⁹]+)⁾)?/u) ?? [];
    if (name === undefined) throw new Error(`Nothing can be read at ${this.at} of "${this.text}"`);
    const index = run === "" ? [] : this.single.has(name) ? [lower(run)] : indices(run);
    return { name: before + name, index, layer: layer && [...layer].map((digit) => above.indexOf(digit)).join("") };
  }
}

/** The sides of a line, the first of them what it defines. */
export const sidesOf = (line: string, single: ReadonlySet<string> = new Set()): readonly Tree[] => new Reader(line, single).sides();

const indexAt = (index: string, letters: Readonly<Record<string, number>>): string => {
  const [, front, letter = ""] = index.match(/^(?:(\d+)\+)?([a-z])$/) ?? [];
  const value = letters[letter];
  return value === undefined ? index : String(Number(front ?? 0) + value);
};

/** The sign with numbers for its letters. */
export const keyOf = ({ name, index, layer }: Sign, letters: Readonly<Record<string, number>>): string =>
  `${name}[${index.map((each) => indexAt(each, letters)).join(",")}]${layer ?? ""}`;

/** All letters and signs of a line. */
export function signsOf(tree: Tree): Sign[] {
  if (tree.kind === "sign") return [tree.sign];
  if (tree.kind === "number") return [];
  return tree.kind === "sum" ? signsOf(tree.body) : tree.args.flatMap(signsOf);
}

/** What a page has told so far. */
export interface Told {
  readonly values: Map<string, number>;
  /** Functions that the page defines, of their argument; and g′ at each neuron. */
  readonly functions: Map<string, (x: number) => number>;
  readonly slopes: Map<string, number>;
  range(letter: string, tree: Tree): readonly number[];
}

/** Abramowitz and Stegun 7.1.6: a series that converges everywhere. */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let [term, sum] = [x, x];
  for (let n = 1; n < 300; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

const elementary: Readonly<Record<string, (...xs: readonly number[]) => number>> = {
  tanh: (x = 0) => Math.tanh(x),
  exp: (x = 0) => Math.exp(x),
  expm1: (x = 0) => Math.expm1(x),
  log: (x = 0) => Math.log(x),
  log1p: (x = 0) => Math.log1p(x),
  sqrt: (x = 0) => Math.sqrt(x),
  abs: (x = 0) => Math.abs(x),
  sign: (x = 0) => Math.sign(x),
  sin: (x = 0) => Math.sin(x),
  cos: (x = 0) => Math.cos(x),
  sinh: (x = 0) => Math.sinh(x),
  cosh: (x = 0) => Math.cosh(x),
  max: (...xs) => Math.max(...xs),
  min: (...xs) => Math.min(...xs),
  sigmoid: (x = 0) => 1 / (1 + Math.exp(-x)),
  softplus: (x = 0) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  erf: (x = 0) => erf(x),
};

const operators: Readonly<Record<string, (x: number, y: number) => number>> = {
  "+": (x, y) => x + y,
  "−": (x, y) => x - y,
  "·": (x, y) => x * y,
  "/": (x, y) => x / y,
  "^": (x, y) => x ** y,
  negative: (x) => -x,
  ">": (x, y) => Number(x > y),
  "<": (x, y) => Number(x < y),
  "≥": (x, y) => Number(x >= y),
  "≤": (x, y) => Number(x <= y),
  "≠": (x, y) => Number(x !== y),
};

/** The value of a formula for numbers of its letters. */
export function evaluate(tree: Tree, told: Told, letters: Readonly<Record<string, number>> = {}): number {
  const go = (part: Tree): number => evaluate(part, told, letters);
  switch (tree.kind) {
    case "number":
      return tree.value;
    case "sign": {
      const value = told.values.get(keyOf(tree.sign, letters)) ?? (tree.sign.name === "π" ? Math.PI : undefined);
      if (value === undefined) throw new Error(`Nothing is told of ${keyOf(tree.sign, letters)}`);
      return value;
    }
    case "cases":
      return go(tree.args[1]) === 1 ? go(tree.args[0]) : go(tree.args[2]);
    case "sum":
      return told.range(tree.letter, tree.body).reduce((total, value) => total + evaluate(tree.body, told, { ...letters, [tree.letter]: value }), 0);
    case "operator":
      return (operators[tree.op] as (x: number, y: number) => number)(go(tree.args[0] as Tree), tree.args[1] ? go(tree.args[1]) : 0);
    case "call": {
      const [argument] = tree.args as readonly [Tree];
      if (tree.name.endsWith("′") && argument.kind === "sign") {
        const slope = told.slopes.get(`${tree.name} ${keyOf(argument.sign, letters)}`);
        if (slope === undefined) throw new Error(`Nothing is told of ${tree.name} at ${keyOf(argument.sign, letters)}`);
        return slope;
      }
      const f = told.functions.get(tree.name) ?? elementary[tree.name];
      if (!f) throw new Error(`"${tree.name}" is no function that is known or told of`);
      return f(...(tree.args.map(go) as [number]));
    }
  }
}
