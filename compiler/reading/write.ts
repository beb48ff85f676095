// A tree that was read as text again, in the page's notation.
import { shortest } from "../formula/decimals.ts";
import type { Term } from "./tree.ts";

const levels = { relation: 1, sum: 2, elements: 3, product: 4, power: 5, atom: 6 } as const;

const raised: Readonly<Record<string, string>> = Object.fromEntries([..."0123456789−"].map((digit, at) => [digit, [..."⁰¹²³⁴⁵⁶⁷⁸⁹⁻"][at] as string]));

interface Written {
  readonly text: string;
  readonly level: number;
}

const at = (least: number, term: Term): string => {
  const { text, level } = written(term);
  return level < least ? `(${text})` : text;
};

/** A term of a sum: powers in parentheses, so that it is seen what they are powers of. */
const inSum = (term: Term): string => (term.kind === "power" ? `(${written(term).text})` : at(levels.elements, term));

function power(base: Term, exponent: Term): string {
  const text = written(exponent).text;
  const below = at(levels.atom, base);
  if (/^−?\d+$/.test(text)) return below + [...text].map((digit) => raised[digit]).join("");
  return `${below}^${/^[\w.]+$/.test(text) ? text : `(${text})`}`;
}

const atom = (text: string): Written => ({ text, level: levels.atom });

function product({ first, rest }: Extract<Term, { kind: "product" }>): Written {
  const isElements = rest.some(({ sign }) => sign === "⊙" || sign === "⊗");
  const level = isElements ? levels.elements : levels.product;
  const inner = isElements ? levels.product : levels.power;
  const joined = rest.map(
    ({ sign, factor }) =>
      (isElements ? ` ${sign === "*" ? "·" : sign} ` : sign === "*" ? "·" : sign) + at(sign === "/" ? levels.power : inner, factor),
  );
  return { text: at(inner, first) + joined.join(""), level };
}

function written(term: Term): Written {
  switch (term.kind) {
    case "number":
      return term.value < 0 ? { text: `−${shortest(term.value)}`, level: levels.sum } : atom(shortest(term.value));
    case "name":
      return atom(term.name);
    case "derivative":
      return atom(`∂${term.of}/∂${term.by}`);
    case "call":
      return atom(call(term));
    case "sum":
      return {
        text: term.terms.map(({ negative, term: each }, i) => `${i === 0 ? (negative ? "−" : "") : negative ? " − " : " + "}${inSum(each)}`).join(""),
        level: levels.sum,
      };
    case "product":
      return product(term);
    case "power":
      return { text: power(term.base, term.exponent), level: levels.power };
    case "transpose":
      return { text: `${at(levels.atom, term.base)}ᵀ`, level: levels.power };
    case "total":
      return { text: `Σ${term.over.length > 0 ? `_${term.over.join(",")}` : ""} ${at(levels.elements, term.body)}`, level: levels.elements };
    case "indexed":
      return atom(`${at(levels.atom, term.base)}[${term.letters.join(",")}]`);
    case "element":
      if (term.signAt) return atom(term.signAt(term.places.map(indexOf)));
      return atom(`${at(levels.atom, term.base)}[${term.places.map(place).join(",")}]`);
    case "extreme":
      return { text: `${term.name}_${term.over.join(",")} ${at(levels.elements, term.body)}`, level: levels.elements };
    case "tuple":
      return atom(`(${term.parts.map(write).join(",")})`);
    case "table":
      return written(term.body);
    case "relation":
      return { text: `${at(levels.sum, term.left)} ${term.op} ${at(levels.sum, term.right)}`, level: levels.relation };
    case "indicator":
      return atom(`[${written(term.body).text}]`);
    case "extents":
      return atom(`[${term.extents.map(write).join(", ")}]`);
    case "not":
      return atom(`¬${at(levels.atom, term.body)}`);
    case "cases":
      return atom(`{${written(term.value).text} if ${written(term.condition).text}, else ${written(term.otherwise).text}}`);
  }
}

/** A place in the index of a sign. */
const indexOf = (term: Term): string => (term.kind === "number" ? String(term.value + 1) : place(term));

/** Without spaces, as in an index. */
const place = (term: Term): string => written(term).text.replaceAll(" ", "");

function call({ name, subscript, args, condition }: Extract<Term, { kind: "call" }>): string {
  const inner = args.map((arg) => written(arg).text).join(", ");
  if (name === "sqrt") return `√(${inner})`;
  if (name === "abs") return `|${inner}|`;
  return `${name}${subscript === undefined ? "" : `_${subscript}`}(${inner}${condition ? ` | ${written(condition).text}` : ""})`;
}

/** `term` as text. */
export const write = (term: Term): string => written(term).text;
