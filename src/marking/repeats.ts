// One thing that is taken for another wherever it stands: aⱼ·(1 − aⱼ) for zⱼ·(1 − zⱼ), and letters that are exchanged, xⱼ·δᵢ for xᵢ·δⱼ.
import { mapParts, partsOf, type Term } from "../../compiler/reading/tree.ts";
import { write } from "../../compiler/reading/write.ts";
import { type Confusable, instead, type Slip } from "./slips.ts";

/** Behind mistakes of one part. */
const ranks = { letters: 2, elements: 3 };

/** Parts of a product that is looked into. */
const mostParts = 60;

/** The numbers with signs of their own in `term`, by how they are written. */
function signsIn(term: Term, found = new Map<string, Term[]>()): Map<string, Term[]> {
  const isSign = term.kind === "element" && term.signAt !== undefined;
  if (isSign) found.set(write(term), [...(found.get(write(term)) ?? []), term]);
  for (const part of isSign ? [] : partsOf(term)) signsIn(part, found);
  return found;
}

/** `term` with `image` of its parts, as far in as that has one. */
const changedIn = (term: Term, image: (part: Term) => Term | undefined): Term => image(term) ?? mapParts(term, (part) => changedIn(part, image));

/** Another number in all places of one that stands in several. */
function elsewhere(product: Term, { signsLike }: Confusable, letters: readonly string[]): Slip[] {
  const repeated = [...signsIn(product)].filter(([, places]) => places.length > 1);
  return repeated.flatMap(([text, places]) => {
    const same = new Set(places);
    return signsLike(places[0] as Term, letters).map(({ part: other }) =>
      instead(
        changedIn(product, (part) => (same.has(part) ? other : undefined)),
        write(other),
        text,
        ranks.elements,
      ),
    );
  });
}

/** Two letters exchanged in all places. */
function lettersExchanged(product: Term, letters: readonly string[]): Slip[] {
  const places = [...signsIn(product).values()].flatMap((terms) => terms.flatMap(partsOf));
  const own = letters.filter((letter) => places.some((place) => place.kind === "name" && place.name === letter));
  return own.flatMap((one, i) =>
    own.slice(i + 1).map((other): Slip => {
      const exchanged = new Map([
        [one, other],
        [other, one],
      ]);
      const part = changedIn(product, (each) =>
        each.kind === "name" && exchanged.has(each.name) ? { ...each, name: exchanged.get(each.name) as string } : undefined,
      );
      return { ...instead(part, write(part), write(product), ranks.letters), kind: "transpose" };
    }),
  );
}

function partCount(term: Term): number {
  return 1 + partsOf(term).reduce((count, part) => count + partCount(part), 0);
}

/** What may be taken for another throughout the product `term`. */
export function repeatsAt(term: Term, confusable: Confusable, letters: readonly string[]): Slip[] {
  if (term.kind !== "product" || partCount(term) > mostParts) return [];
  return [...elsewhere(term, confusable, letters), ...lettersExchanged(term, letters)];
}
