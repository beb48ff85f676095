// What else a claim may mean: people write · for a product of elements too, and vectors as columns.
//
//   (d − y)·(f − g)  as  (d − y) ⊙ (f − g)        vᵀ·h  as  v·h        x·δᵀ  as  x ⊗ δ, of vectors
import { mapParts, type Product, type ProductSign, partsOf, type Term } from "../../compiler/reading/tree.ts";

/** Signs of products that are read both ways, each with each; of more all or one of them, of still more all. */
const most = { together: 4, single: 24 };

type Sign = Product["rest"][number];

const isOpen = ({ sign }: Sign): boolean => sign === "·" || sign === "*";

/** Whether the i-th sign of a product may mean another: numbers scale whatever it means. */
const isOf = (product: Product, i: number): boolean => {
  const [before, sign] = [i === 0 ? product.first : product.rest[i - 1]?.factor, product.rest[i] as Sign];
  return isOpen(sign) && sign.factor.kind !== "number" && !(i === 0 && before?.kind === "number");
};

/** Every part of `term` by `change`, from the innermost outwards. */
const changedIn = (term: Term, change: (part: Term) => Term): Term => change(mapParts(term, (part) => changedIn(part, change)));

/** `term` with ⊙ for those signs of its products for which `isElements` says so, which are counted from the innermost. */
function withElements(term: Term, isElements: (at: number) => boolean): Term {
  let at = 0;
  return changedIn(term, (part) => {
    if (part.kind !== "product") return part;
    const signOf = (i: number): ProductSign => (isOf(part, i) && isElements(at++) ? "⊙" : (part.rest[i] as Sign).sign);
    return { ...part, rest: part.rest.map(({ factor }, i) => ({ sign: signOf(i), factor })) };
  });
}

function signsIn(term: Term): number {
  let count = 0;
  withElements(term, () => count++ < 0);
  return count;
}

/** Which signs are of elements, one choice after another; all of them first. */
function choices(signs: number): ((at: number) => boolean)[] {
  if (signs <= most.together) return Array.from({ length: 2 ** signs - 1 }, (_, less) => (at: number) => (((2 ** signs - 1 - less) >> at) & 1) === 1);
  return [() => true, ...Array.from({ length: signs <= most.single ? signs : 0 }, (_, one) => (at: number) => at === one)];
}

/** `term` with its vectors as columns: their transposes are rows, and a column times a row is their outer product. */
function ofColumns(term: Term, isVector: (part: Term) => boolean): Term {
  if (isRow(term, isVector)) return ofColumns((term as Extract<Term, { kind: "transpose" }>).base, isVector);
  const isOuter = term.kind === "product" && term.rest[0]?.sign === "·" && isRow(term.rest[0].factor, isVector) && isVector(term.first);
  const made = mapParts(term, (part) => ofColumns(part, isVector));
  if (!isOuter || made.kind !== "product") return made;
  return { ...made, rest: made.rest.map((each, i) => (i === 0 ? { ...each, sign: "⊗" } : each)) };
}

const isRow = (term: Term, isVector: (part: Term) => boolean): boolean => term.kind === "transpose" && isVector(term.base);

/** The other readings of a claim, in which `isVector` says what has one axis. */
export function* readings(term: Term, isVector: (part: Term) => boolean): Generator<Term> {
  const columns = ofColumns(term, isVector);
  if (columns !== term) yield columns;
  for (const base of columns === term ? [term] : [columns, term]) for (const choice of choices(signsIn(base))) yield withElements(base, choice);
}

/** Whether `*` stands in `term`. */
export function hasStar(term: Term): boolean {
  const stack = [term];
  for (let part = stack.pop(); part; part = stack.pop()) {
    if (part.kind === "product" && part.rest.some(({ sign }) => sign === "*")) return true;
    stack.push(...partsOf(part));
  }
  return false;
}
