// Conditions on letters below a Σ that leave one value for a letter: of [2·p+u = a], where u is given, p.
import { partsOf, type Term } from "./tree.ts";

/** A condition `left = right` that leaves one value for a letter, which stands in it `factor` times. */
interface Solved {
  readonly letter: string;
  readonly factor: number;
  readonly left: Term;
  readonly right: Term;
}

/** The conditions among the factors of `body` that leave one value for a letter each, and the other factors. */
export function solvable(
  body: Term,
  letters: readonly string[],
  isFree: (term: Term) => boolean,
): { readonly solved: Solved[]; readonly others: Term[] } {
  const isProduct = body.kind === "product" && body.rest.every(({ sign }) => sign !== "/");
  const factors = isProduct ? [...partsOf(body)] : [body];
  const solved: Solved[] = [];
  const others: Term[] = [];
  for (const factor of factors) {
    const relation = factor.kind === "indicator" && factor.body.kind === "relation" && factor.body.op === "=" ? factor.body : undefined;
    const used = solved.map(({ letter }) => letter);
    const isOwn = relation && !isFree(relation) && !partsNamed(relation, used);
    const found = isOwn
      ? letters.find((letter) => factorIn(relation.left, letter) !== undefined && !partsNamed(relation.right, [letter]))
      : undefined;
    const isAlone = found !== undefined && !solved.some(({ left, right }) => partsNamed(left, [found]) || partsNamed(right, [found]));
    if (relation && found !== undefined && isAlone)
      solved.push({ letter: found, factor: factorIn(relation.left, found) as number, left: relation.left, right: relation.right });
    else others.push(factor);
  }
  return { solved, others };
}

const partsNamed = (term: Term, names: readonly string[]): boolean =>
  (term.kind === "name" && names.includes(term.name)) ||
  (term.kind === "total" || term.kind === "extreme" ? true : partsOf(term).some((part) => partsNamed(part, names)));

/** How often `letter` stands in a sum of multiples; undefined where it does not, or in another way. */
function factorIn(term: Term, letter: string): number | undefined {
  if (term.kind === "name") return term.name === letter ? 1 : undefined;
  if (term.kind === "sum") {
    const found = term.terms.filter((each) => partsNamed(each.term, [letter]));
    const [only] = found;
    const factor = only && found.length === 1 ? factorIn(only.term, letter) : undefined;
    return factor === undefined ? undefined : only?.negative ? -factor : factor;
  }
  if (term.kind !== "product" || term.rest.length !== 1 || term.rest[0]?.sign === "/") return undefined;
  const [number, other] = partsOf(term) as [Term, Term];
  const inner = number.kind === "number" ? factorIn(other, letter) : undefined;
  return number.kind === "number" && inner !== undefined && number.value !== 0 ? number.value * inner : undefined;
}
