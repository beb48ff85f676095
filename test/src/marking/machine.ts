// A machine that makes mistakes in text: it knows the page's lines as strings, and nothing of trees.
import type { MarkedNet } from "./nets.ts";

/** A claim with one mistake. */
export interface Spoiled {
  readonly claim: string;
  /** The name in whose line the mistake was made. */
  readonly line: string;
  readonly kind: string;
}

/** The places in `text` where `pattern` is, each with `other` in its place. */
const replaced = (text: string, pattern: RegExp, other: string | ((found: string, ...groups: string[]) => string)): string[] =>
  [...text.matchAll(pattern)].map((match) => {
    const [found, ...groups] = match as unknown as [string, ...string[]];
    const at = match.index as number;
    return text.slice(0, at) + (typeof other === "string" ? other : other(found, ...groups)) + text.slice(at + found.length);
  });

/** The parts of `text` between the signs ⊙ that stand in no parentheses. */
function factorsOf(text: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const character of text) {
    depth += "([".includes(character) ? 1 : ")]".includes(character) ? -1 : 0;
    if (character === "⊙" && depth === 0) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts.map((part) => part.trim());
}

const others: Readonly<Record<string, string>> = { tanh: "sigmoid", sigmoid: "tanh", softmax: "sigmoid", softplus: "relu" };

/** What is done to a line, by kind. `names` are values of the page. */
const rules: Readonly<Record<string, (text: string, names: readonly string[]) => string[]>> = {
  sign: (text) => [
    ...replaced(text, / − /g, " + "),
    ...replaced(text, /\((\w+|\w+\(\w+\)) − (\w+|\w+\(\w+\))\)/g, (_, a = "", b = "") => `(${b} − ${a})`),
  ],
  factor: (text) => [`3·(${text})`, `(${text}) / 2`, ...replaced(text, /\d·(?=\()/g, ""), ...replaced(text, / \/ batch/g, "")],
  transpose: (text) => [...replaced(text, /ᵀ/g, ""), ...replaced(text, /W_\w+(?!ᵀ|\w)/g, (found) => `${found}ᵀ`)],
  missing: (text) => [
    ...(factorsOf(text).length > 1
      ? factorsOf(text).map((_, i) =>
          factorsOf(text)
            .filter((_, at) => at !== i)
            .join(" ⊙ "),
        )
      : []),
    ...replaced(text, /²/g, ""),
    ...replaced(text, / − (\w+\(\w+\)|\w+)(?!\w|\(|²)/g, ""),
    ...replaced(text, /Σ_batch /g, ""),
    ...replaced(text, /(?<!\w)[\wδ]+ᵀ?[·⊗]/g, ""),
  ],
  index: (text, names) =>
    names
      .flatMap((other) => replaced(text, /(?<![\w_])[a-z]\w*(?![\w(])/g, (found) => (names.includes(found) ? other : found)))
      .filter((each) => each !== text),
  exchanged: (text) => [
    ...replaced(text, /\(1 − (\w+)²\)/g, (_, a = "") => `${a} ⊙ (1 − ${a})`),
    ...replaced(text, /(\w+) ⊙ \(1 − \1\)/g, (_, a = "") => `(1 − ${a}²)`),
    ...replaced(text, /\[\w+ > 0\]/g, (found) => found.replace(">", "<")),
    ...replaced(text, /(tanh|sigmoid|softmax|softplus)(?=\()/g, (found) => others[found] as string),
  ],
};

/** The text of the line `name` with those of errors in it written out; `spoiled` is written in place of one of them. */
function writtenOut(net: MarkedNet, name: string, line: string, spoiled: string): string {
  const text = name === line ? spoiled : (net.lines.get(name) as string);
  return text.replace(/δ_\w+/g, (found) => `(${writtenOut(net, found, line, spoiled)})`);
}

/** Every mistake in the errors and gradients of a net, each in one of the gradients that it reaches. */
export function spoiledClaims(net: MarkedNet, names: readonly string[]): Spoiled[] {
  const gradients = [...net.lines.keys()].filter((name) => name.startsWith("∂"));
  return [...net.lines].flatMap(([line, text]) => {
    if (!line.startsWith("δ_") && !line.startsWith("∂")) return [];
    const uses = (name: string): boolean => name === line || [...(net.lines.get(name) ?? "").matchAll(/δ_\w+/g)].some(([used]) => uses(used));
    const targets = gradients.filter(uses);
    return Object.entries(rules).flatMap(([kind, rule]) =>
      [...new Set(rule(text, names))].map((spoiled, i) => {
        const target = targets[i % targets.length] as string;
        return { kind, line, claim: `${target} = ${writtenOut(net, target, line, spoiled)}` };
      }),
    );
  });
}

/** Signs as a program has them: `x' * delta_z` for `xᵀ·δ_z`. */
const inAscii = (text: string): string =>
  text
    .replace(/ᵀ/g, "'")
    .replace(/ ⊙ /g, " .* ")
    .replace(/(\w+) ⊗ (.+)$/, "outer($1, $2)")
    .replace(/·/g, "*")
    .replace(/δ_/g, "delta_")
    .replace(/−/g, "-")
    .replace(/²/g, "^2")
    .replace(/ ≠ /g, " != ")
    .replace(/^Σ_batch (.+)$/, "sum($1, 0)");

/** The sides of `a·b` or `a ⊗ b`, of which the right one reaches to the end. */
const sidesOf = (text: string, sign: string): readonly [string, string] | undefined => {
  const at = text.indexOf(sign);
  return at < 0 || text.slice(0, at).includes("(") ? undefined : [text.slice(0, at).trim(), text.slice(at + sign.length).trim()];
};

/** What is the same in another form. */
const rearrangements: readonly ((text: string) => string)[] = [
  (text) => `((${text})ᵀ)ᵀ`,
  (text) => `(${text})·7 / 7`,
  (text) => `2·(${text}) − (${text})`,
  (text) => `−(−(${text}))`,
  (text) => `1/3·((${text})·3)`,
  (text) => text.replace(/\(1 − (\w+)²\)/g, "((1 + $1) ⊙ (1 − $1))"),
  (text) => text.replace(/\(1 − (\w+)²\)/g, "(1 − $1 ⊙ $1)"),
  (text) => text.replace(/\((\w+) − (\w+)\)/g, "(−($2 − $1))"),
  (text) => text.replace(/\((\w+) − (\w+)\) \/ batch/g, "$1/batch − $2/batch"),
  (text) => text.replace(/(\w+) ⊙ \(1 − \1\)/g, "($1 − $1²)"),
  (text) => text.replace(/sigmoid\((\w+)\)/g, "1/(1 + exp(−$1))"),
  (text) => text.replace(/^Σ_batch (.+)$/, "sum_batch($1)"),
  (text) => (factorsOf(text).length > 1 && !text.startsWith("Σ") ? factorsOf(text).reverse().join(" ⊙ ") : text),
  (text) => {
    const [left, right] = sidesOf(text, "·") ?? [];
    return left?.endsWith("ᵀ") ? `((${right})ᵀ·${left.slice(0, -1)})ᵀ` : text;
  },
  (text) => {
    const [left, right] = sidesOf(text, "⊗") ?? [];
    return left === undefined ? text : `((${right}) ⊗ ${left})ᵀ`;
  },
  inAscii,
];

/** Right claims: every line of an error or a gradient in other forms, with and without the errors in it written out. */
export function rightClaims(net: MarkedNet): string[] {
  return [...net.lines].flatMap(([name, line]) => {
    if (!/^[δ∂]/.test(name)) return [];
    const texts = new Set([line, writtenOut(net, name, "", "")]);
    const others = [...texts].flatMap((text) => rearrangements.map((rearrange) => rearrange(text)));
    return [...new Set([...others, ...texts])].map((text) => `${name} = ${text}`);
  });
}
