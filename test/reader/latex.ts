// Formulas in LaTeX as the text that says the same.
import { isLetterCommand, type Names, unescaped } from "./latex-names.ts";
import { Unreadable } from "./tensor.ts";

const signs: Readonly<Record<string, string>> = {
  ...{ odot: " ⊙ ", otimes: " ⊗ ", cdot: "·", ",": "·", neq: " ≠ ", leq: " ≤ ", geq: " ≥ ", mid: " | ", leftarrow: " ← " },
  ...{ infty: "∞", lnot: "¬", quad: "", dots: "…", lfloor: "⌊", rfloor: "⌋", lceil: "⌈", rceil: "⌉" },
};

/** Functions with a command of their own. */
const functions = new Set(["exp", "log", "sin", "cos", "tanh", "max", "min"]);

/** `latex` as text, its names being of `names`. */
export const textOf = (latex: string, names: Names): string => new Reader(latex, names).all();

class Reader {
  private readonly latex: string;
  private readonly names: Names;
  private at = 0;
  private out = "";

  constructor(latex: string, names: Names) {
    this.latex = latex.replace(/(\d) \\cdot 10\^\{(-?\d+)\}/gu, "$1e$2");
    this.names = names;
  }

  all(): string {
    while (this.at < this.latex.length) this.step();
    return this.out.replaceAll("( ", "(").trim();
  }

  private take(pattern: RegExp): RegExpExecArray | undefined {
    const found = pattern.exec(this.latex.slice(this.at));
    if (found) this.at += found[0].length;
    return found ?? undefined;
  }

  /** What stands between braces. */
  private group(): string {
    const from = this.at;
    let depth = 0;
    for (; this.at < this.latex.length; this.at++) {
      const escaped = this.latex[this.at - 1] === "\\";
      if (this.latex[this.at] === "{" && !escaped) depth++;
      if (this.latex[this.at] === "}" && !escaped && --depth === 0) return this.latex.slice(from + 1, this.at++);
    }
    throw new Unreadable(`no end of ${this.latex.slice(from, from + 20)}`);
  }

  private inner(latex: string): string {
    return textOf(latex, this.names);
  }

  private step(): void {
    if (this.take(/^[\s&]+/u)) return;
    const number = this.take(/^\d+(?:\.\d+)?(?:e-?\d+)?/u);
    if (number) this.out += number[0];
    else if (this.latex[this.at] === "{") this.braced();
    else if (this.take(/^\^\{\\top\}/u)) this.out += "ᵀ";
    else if (this.take(/^\^(?=\{)/u)) this.out += `^(${this.inner(this.group())})`;
    else if (this.latex[this.at] === "\\") this.command();
    else this.character();
  }

  /** `{x}_{ij}`, or what only belongs together. */
  private braced(): void {
    const base = this.inner(this.group());
    const letters = this.take(/^_(?=\{)/u) ? this.group() : undefined;
    this.out +=
      letters === undefined ? base : `${base}[${/^[a-z\d]+$/u.test(letters) ? [...letters].join(",") : this.inner(letters).replaceAll(" ", "")}]`;
  }

  private character(): void {
    const [sign = ""] = this.take(/^[^\\{}]/u) ?? [];
    if (/\p{L}/u.test(sign)) this.name(sign);
    else if (sign === "-") this.out += /(?:^|[([{,;·⊙⊗/=≠<≤>≥|+−^] ?)$/u.test(this.out) ? "−" : " − ";
    else if (sign === "+") this.out += " + ";
    else if ("<>=/".includes(sign)) this.out += ` ${sign} `;
    else if (",;".includes(sign)) this.out += `${sign} `;
    else this.out += sign;
  }

  /** A name that starts with `base`. */
  private name(base: string): void {
    const below = this.take(/^_(?=\{)/u) ? this.group() : undefined;
    const marks = this.take(/^'+/u)?.[0].replaceAll("'", "′") ?? "";
    this.out += `${this.names.of(base, below, marks)}${this.take(/^\^\{\+\}/u) ? "⁺" : ""}`;
  }

  private command(): void {
    const [, command = ""] = this.take(/^\\([A-Za-z]+|.) ?/u) ?? [];
    if (command === "frac") this.fraction();
    else if (command === "sqrt") this.out += `√(${this.inner(this.group())})`;
    else if (command === "left" || command === "right") this.bracket();
    else if (command === "operatorname") {
      this.take(/^\*/u);
      this.called(this.group());
    } else if (functions.has(command)) this.called(command);
    else if (command === "sum") this.out += `Σ${this.below()} `;
    else if (command === "begin") this.cases();
    else if (command === "mathrm" || command === "text") this.out += this.group();
    else if (isLetterCommand(command)) this.letter(command);
    else if (Object.hasOwn(signs, command)) this.out += signs[command];
    else throw new Unreadable(`no sign of the grammar: \\${command}`);
  }

  /** What stands below a sum or a function: letters, settings. */
  private below(): string {
    if (!this.take(/^_(?=\{)/u)) return "";
    const below = this.group();
    return `_${unescaped(below.replace(/\\mathit\{((?:[^{}\\]|\\.)*)\}/gu, "$1")).replaceAll(" ", "")}`;
  }

  private called(name: string): void {
    const marks = this.take(/^\^\{\\top\}/u) ? "ᵀ" : (this.take(/^'+/u)?.[0].replaceAll("'", "′") ?? "");
    const below = this.below();
    const isOverLetters = (name === "max" || name === "argmax") && below !== "" && !/^\s*\\left\(/u.test(this.latex.slice(this.at));
    this.out += `${unescaped(name)}${marks}${below}${isOverLetters ? " " : ""}`;
  }

  /** A derivative, or x over y. */
  private fraction(): void {
    const [over, under] = [this.group(), this.group()];
    const isDerivative = [over, under].every((part) => part.startsWith("\\partial"));
    const [x, y] = [over, under].map((part) => this.inner(isDerivative ? part.replace(/^\\partial ?/u, "") : part));
    this.out += isDerivative ? `∂${x}/∂${y}` : `((${x})/(${y}))`;
  }

  /** Brackets; one that is only there to end a row is none. */
  private bracket(): void {
    const [delimiter = ""] = this.take(/^\\?[a-z]+ ?|^./u) ?? [];
    if (delimiter === ".") return;
    this.out += signs[delimiter.replace("\\", "").trim()] ?? delimiter;
  }

  private letter(command: string): void {
    if (command !== "mathit" && this.latex[this.at] !== "{") this.name(`\\${command} `);
    else {
      const inside = this.group();
      if (inside.startsWith("[")) this.out += unescaped(inside);
      else this.name(`\\${command}{${inside}}`);
    }
  }

  private cases(): void {
    this.group();
    const rest = this.latex.slice(this.at);
    const end = endOf(rest);
    const [first = "", second = ""] = splitOutside(rest.slice(0, end), /^\\\\/u);
    this.at += end + "\\end{cases}".length;
    const [value = "", condition = ""] = splitOutside(first, /^&/u);
    const [otherwise = ""] = splitOutside(second, /^&/u);
    this.out += `{${this.inner(value)} if ${this.inner(condition.replace(/^\s*\\text\{if \}/u, ""))}, else ${this.inner(otherwise)}}`;
  }
}

/** Where the environment ends that `latex` is in. */
function endOf(latex: string): number {
  let depth = 1;
  for (const { 0: found, index } of latex.matchAll(/\\(?:begin|end)\{/gu)) {
    depth += found.startsWith("\\begin") ? 1 : -1;
    if (depth === 0) return index;
  }
  throw new Unreadable("no end of cases");
}

/** The parts of `latex` between what `separator` matches outside of environments. */
export function splitOutside(latex: string, separator: RegExp): string[] {
  const parts = [""];
  let depth = 0;
  for (let at = 0; at < latex.length; ) {
    const rest = latex.slice(at);
    const environment = /^\\(?:begin|end)\{/u.exec(rest)?.[0];
    if (environment !== undefined) depth += environment.startsWith("\\begin") ? 1 : -1;
    const found = depth === 0 && environment === undefined ? separator.exec(rest)?.[0] : undefined;
    if (found !== undefined) parts.push("");
    else parts.push((parts.pop() ?? "") + (environment ?? rest[0]));
    at += (found ?? environment ?? " ").length;
  }
  return parts;
}
