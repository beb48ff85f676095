// Operations in another order than they belong: a ⊙ (b·c) for (a ⊙ b)·c, f(a) + b for f(a + b), brackets, and places of elements.
import { scalarNames } from "../../compiler/reading/scalars.ts";
import { type Product, partsOf, type Sum, type Term, withParts } from "../../compiler/reading/tree.ts";
import { write } from "../../compiler/reading/write.ts";
import { instead, type Slip } from "./slips.ts";

/** Behind mistakes of one part. */
const rank = 4;

/** a ⊙ (b·c) for (a ⊙ b)·c. */
function regrouped(product: Product & Pick<Term, "at">): Slip[] {
  const { first, rest, at } = product;
  const [outer, ...others] = rest as [Product["rest"][number], ...Product["rest"]];
  const [inner, ...more] = first.kind === "product" ? first.rest : [];
  if (first.kind !== "product" || !inner || more.length > 0 || inner.sign === outer.sign || outer.sign === "/") return [];
  const factor: Term = { kind: "product", first: inner.factor, rest: [outer], at: inner.factor.at };
  const part: Term = { kind: "product", first: first.first, rest: [{ sign: inner.sign, factor }, ...others], at };
  const given = `${write(first.first)} ${inner.sign} (${write(factor)})`;
  return [instead(part, given, write(product as Term), rank)];
}

/** f(a) + b for f(a + b), of a function of numbers. */
function outsideOf(call: Extract<Term, { kind: "call" }>): Slip[] {
  const [argument, ...others] = call.args;
  if (!scalarNames.includes(call.name) || others.length > 0 || argument?.kind !== "sum" || argument.terms.length !== 2) return [];
  const [one, other] = argument.terms as [(typeof argument.terms)[number], (typeof argument.terms)[number]];
  if (one.negative) return [];
  const terms = [{ negative: false, term: { ...call, args: [one.term] } as Term }, other];
  const part: Term = { kind: "sum", terms, at: call.at };
  return [instead(part, write(part), write(call as Term), rank)];
}

/** Every sign of its places turned, or no number before them, or two of them exchanged. */
function misplaced(element: Extract<Term, { kind: "element" }>): Slip[] {
  const whole = element as Term;
  const at = (places: readonly Term[]): Term => withParts(whole, [element.base, ...places]);
  const made = [element.places.map(turned), element.places.map(withoutNumber)].filter((places) =>
    places.some((place, i) => place !== element.places[i]),
  );
  const swapped = element.places
    .slice(1)
    .map((place, i) => element.places.map((other, k) => (k === i ? place : k === i + 1 ? (element.places[i] as Term) : other)));
  return [...made, ...swapped].map(at).map((part) => instead(part, write(part), write(whole), rank));
}

/** p − u for p + u. */
const turned = (place: Term): Term =>
  place.kind === "sum" ? { ...place, terms: place.terms.map((each, i) => (i === 0 ? each : { ...each, negative: !each.negative })) } : place;

/** p + u for 2·p + u. */
function withoutNumber(place: Term): Term {
  if (place.kind === "product" && place.first.kind === "number" && place.rest.length === 1) return place.rest[0]?.factor as Term;
  return place.kind === "sum" ? withParts(place, partsOf(place).map(withoutNumber)) : place;
}

/** a·b + c for a·(b + c). */
function withoutBrackets(product: Product & Pick<Term, "at">): Slip[] {
  const factors = partsOf(product as Term);
  return factors.flatMap((sum, i): Slip[] => {
    const isBelow = i > 0 && product.rest[i - 1]?.sign === "/";
    if (sum.kind !== "sum" || isBelow || sum.terms.length < 2 || sum.terms[0]?.negative) return [];
    const [one, ...others] = sum.terms as [(typeof sum.terms)[number], ...typeof sum.terms];
    const first = withParts(
      product as Term,
      factors.map((factor, at) => (at === i ? one.term : factor)),
    );
    const part: Term = { kind: "sum", terms: [{ negative: false, term: first }, ...others], at: product.at };
    return [instead(part, write(part), write(product as Term), rank)];
  });
}

/** a·(b + c) for a·b + c. */
function withBrackets({ terms, at }: Sum & Pick<Term, "at">): Slip[] {
  const [one, ...others] = terms as [Sum["terms"][number], ...Sum["terms"]];
  const { term } = one;
  const [next, ...more] = term.kind === "product" ? term.rest : [];
  if (one.negative || others.length === 0 || term.kind !== "product" || !next || next.sign === "/") return [];
  const inner: Term = more.length === 0 ? next.factor : { kind: "product", first: next.factor, rest: more, at: next.factor.at };
  const factor: Term = { kind: "sum", terms: [{ negative: false, term: inner }, ...others], at: inner.at };
  const part: Term = { kind: "product", first: term.first, rest: [{ sign: next.sign, factor }], at };
  return [instead(part, write(part), write({ kind: "sum", terms, at }), rank)];
}

/** Σ (a + b) for Σ a + b. */
function intoTotal({ terms, at }: Sum & Pick<Term, "at">): Slip[] {
  return terms.flatMap(({ negative, term }, i): Slip[] => {
    if (negative || term.kind !== "total" || terms.length < 2) return [];
    const others = terms.filter((_, other) => other !== i);
    const body: Term = { kind: "sum", terms: [{ negative: false, term: term.body }, ...others], at: term.body.at };
    const part: Term = { ...term, body };
    return [instead(part, write(part), write({ kind: "sum", terms, at }), rank)];
  });
}

/** What may be in another order at `term`. */
export function groupingsAt(term: Term): Slip[] {
  switch (term.kind) {
    case "product":
      return [...regrouped(term), ...withoutBrackets(term)];
    case "sum":
      return [...withBrackets(term), ...intoTotal(term)];
    case "call":
      return outsideOf(term);
    case "element":
      return term.signAt ? [] : misplaced(term);
    default:
      return [];
  }
}
