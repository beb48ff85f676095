import type { Place } from "../diagnostics/formulas.ts";

/** What joins the operands of a product: `*` is a product of matrices or of elements, by what fits. */
export type ProductSign = "·" | "⊙" | "⊗" | "*" | "/";
export type Relation = "=" | "≠" | "<" | "≤" | ">" | "≥";

/** How an element is written, by its indices: letters, and numbers that count from 1. */
export type SignAt = (index: readonly string[]) => string;

/** A formula as it was read. Sums and products are flat, so that long ones are not deep. */
export type Term = { readonly at: Place } & (
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "derivative"; readonly of: string; readonly by: string }
  | Call
  | Sum
  | Product
  | { readonly kind: "power"; readonly base: Term; readonly exponent: Term }
  | { readonly kind: "transpose"; readonly base: Term }
  /** `Σ_j x`; over all axes where none is said. */
  | { readonly kind: "total"; readonly over: readonly string[]; readonly body: Term }
  /** `x[i,k]` */
  | { readonly kind: "indexed"; readonly base: Term; readonly letters: readonly string[] }
  /** `x[n,2·p+u−1]`; one with a sign of its own, `wᵢⱼ⁽²⁾`, is written by that. */
  | { readonly kind: "element"; readonly base: Term; readonly places: readonly Term[]; readonly signAt?: SignAt }
  /** `max_u<2,v<2 x[u,v]`, `argmax_u,v x[u,v]` */
  | { readonly kind: "extreme"; readonly name: "max" | "argmax"; readonly over: readonly string[]; readonly body: Term }
  /** `(u,v)` */
  | { readonly kind: "tuple"; readonly parts: readonly Term[] }
  /** What stands behind `c[n,o] =`. */
  | { readonly kind: "table"; readonly letters: readonly string[]; readonly body: Term }
  | { readonly kind: "relation"; readonly op: Relation; readonly left: Term; readonly right: Term }
  /** `[batch, 3, 2]` of a reshape. */
  | { readonly kind: "extents"; readonly extents: readonly Term[] }
  | { readonly kind: "indicator"; readonly body: Term }
  | { readonly kind: "not"; readonly body: Term }
  | { readonly kind: "cases"; readonly condition: Term; readonly value: Term; readonly otherwise: Term }
);

/** `softmax_j(z)`; `mean(x | condition)` has a condition. */
export interface Call {
  readonly kind: "call";
  readonly name: string;
  readonly subscript?: string | undefined;
  readonly args: readonly Term[];
  readonly condition?: Term | undefined;
}

export interface Sum {
  readonly kind: "sum";
  readonly terms: readonly { readonly negative: boolean; readonly term: Term }[];
}

/** From left to right: each factor with what joins it to those before. */
export interface Product {
  readonly kind: "product";
  readonly first: Term;
  readonly rest: readonly { readonly sign: ProductSign; readonly factor: Term }[];
}

/** What `term` is made of, from left to right. */
export function partsOf(term: Term): readonly Term[] {
  switch (term.kind) {
    case "number":
    case "name":
    case "derivative":
      return [];
    case "extents":
      return term.extents;
    case "element":
      return [term.base, ...term.places];
    case "tuple":
      return term.parts;
    case "call":
      return term.condition ? [...term.args, term.condition] : term.args;
    case "sum":
      return term.terms.map((each) => each.term);
    case "product":
      return [term.first, ...term.rest.map(({ factor }) => factor)];
    case "power":
      return [term.base, term.exponent];
    case "transpose":
    case "indexed":
      return [term.base];
    case "relation":
      return [term.left, term.right];
    case "cases":
      return [term.condition, term.value, term.otherwise];
    case "total":
    case "extreme":
    case "table":
    case "indicator":
    case "not":
      return [term.body];
  }
}

/** `term` with the image of each of its parts; itself where all stay. */
export function mapParts(term: Term, image: (part: Term) => Term): Term {
  const parts = partsOf(term);
  const images = parts.map(image);
  return images.every((each, i) => each === parts[i]) ? term : withParts(term, images);
}

/** `term` with other parts, in the order of `partsOf`. */
export function withParts(term: Term, parts: readonly Term[]): Term {
  const [x, y, z] = parts as [Term, Term, Term];
  switch (term.kind) {
    case "number":
    case "name":
    case "derivative":
      return term;
    case "extents":
      return { ...term, extents: parts };
    case "element":
      return { ...term, base: x, places: parts.slice(1) };
    case "tuple":
      return { ...term, parts };
    case "call":
      return term.condition ? { ...term, args: parts.slice(0, -1), condition: parts.at(-1) } : { ...term, args: parts };
    case "sum":
      return { ...term, terms: term.terms.map(({ negative }, i) => ({ negative, term: parts[i] as Term })) };
    case "product":
      return { ...term, first: x, rest: term.rest.map(({ sign }, i) => ({ sign, factor: parts[i + 1] as Term })) };
    case "power":
      return { ...term, base: x, exponent: y };
    case "transpose":
    case "indexed":
      return { ...term, base: x };
    case "relation":
      return { ...term, left: x, right: y };
    case "cases":
      return { ...term, condition: x, value: y, otherwise: z };
    case "total":
    case "extreme":
    case "table":
    case "indicator":
    case "not":
      return { ...term, body: x };
  }
}

/** `term` with others for the names that `terms` has. */
export const replaced = (term: Term, terms: ReadonlyMap<string, Term>): Term =>
  term.kind === "name"
    ? (terms.get(term.name) ?? term)
    : withParts(
        term,
        partsOf(term).map((part) => replaced(part, terms)),
      );
