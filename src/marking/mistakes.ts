// Every single mistake that can be made in a line, each with the line that it makes of it.
import { type Product, partsOf, type Term, withParts } from "../../compiler/reading/tree.ts";
import { write } from "../../compiler/reading/write.ts";
import { words } from "../../compiler/words/words.ts";
import { exchangesIn } from "./exchanges.ts";
import { groupingsAt } from "./grouping.ts";
import { repeatsAt } from "./repeats.ts";
import { type Confusable, type Kind, nameAt, over, type Slip, slipsAt, slopesOf, times, transpose } from "./slips.ts";

const { mistakes, parts, claims } = words.marking;

/** A mistake, and the line with it. */
export interface Mistake {
  readonly kind: Kind;
  readonly says: string;
  /** Likelier ones are tried first. */
  readonly rank: number;
  spoiled(): Term;
}

/** Factors that a line of an error does not have and is often given. */
function superfluous(term: Term, values: readonly Term[]): Slip[] {
  return values.flatMap((value) => [
    ...slopesOf(value).flatMap(([of, slope]): Slip[] =>
      // What relu′ is a factor of cannot be told from it where it is 0.
      of === "relu′" ? [] : [{ kind: "missing", says: mistakes.missing(parts.factor(write(slope))), part: over(term, slope), rank: 5 }],
    ),
    ...slopesOf(value).map(
      ([, slope]): Slip => ({ kind: "extra", says: mistakes.tooMany(parts.factor(write(slope))), part: times(term, slope), rank: 5 }),
    ),
    { kind: "extra", says: mistakes.tooMany(parts.factor(write(value))), part: times(term, value), rank: 5 },
  ]);
}

/** A part of a tree, and the tree with another in its place. */
interface Spot {
  readonly part: Term;
  /** The letters that mean something there. */
  readonly letters: readonly string[];
  with(other: Term): Term;
}

/** The letters that `part` gives a meaning. */
const lettersOf = (part: Term): readonly string[] => (part.kind === "table" ? part.letters : part.kind === "total" ? part.over : []);

/** Every part of `term`, from the outermost inwards. */
function spotsOf(term: Term): Spot[] {
  const found: Spot[] = [];
  const stack: Spot[] = [{ part: term, letters: [], with: (other) => other }];
  for (let spot = stack.pop(); spot; spot = stack.pop()) {
    const { part, with: whole } = spot;
    const letters = [...spot.letters, ...lettersOf(part)];
    found.push(spot);
    if (part.kind === "element" && part.signAt) continue;
    const parts = partsOf(part);
    for (const [i, inner] of [...parts.entries()].reverse())
      stack.push({
        part: inner,
        letters,
        with: (other) =>
          whole(
            withParts(
              part,
              parts.map((each, at) => (at === i ? other : each)),
            ),
          ),
      });
  }
  return found;
}

const slipsOf = ({ part, letters }: Spot, confusable: Confusable): Slip[] => [
  ...slipsAt(part, confusable, letters),
  ...groupingsAt(part),
  ...repeatsAt(part, confusable, letters),
  ...(part.kind === "sum" ? exchangesIn(part) : []),
];

/** The single mistakes in a line. `values` are what it may have a factor of too many. */
export function mistakesIn(term: Term, confusable: Confusable, values: readonly Term[]): Mistake[] {
  const around = [...superfluous(term, values), ...(confusable.hasRows ? [dividedTwice(term, confusable.rows)] : [])];
  const inside = spotsOf(term).flatMap((spot) => slipsOf(spot, confusable).map((slip) => mistake(slip, () => spot.with(slip.part))));
  return [...inside, ...around.map((slip) => mistake(slip, () => slip.part))];
}

/** What is wrong with a claim where `kind` of it makes it right. */
const inverse: Partial<Record<Kind, Kind>> = { missing: "extra", extra: "missing" };

/** A change of a claim: its mistake where the change makes it right. */
export interface Repair extends Pick<Mistake, "kind" | "says" | "rank"> {
  repaired(): Term;
}

/** Parts of a claim that is changed: of longer ones there are too many changes. */
const mostParts = 150;

/** The single changes of a claim, the likeliest first. */
export function repairsIn(term: Term, confusable: Confusable): Repair[] {
  const spots = spotsOf(term);
  if (spots.length > mostParts) return [];
  const all = spots.flatMap((spot) =>
    slipsOf(spot, confusable).map(({ kind, says, part: other, rank }): Repair => {
      const said = kind === "sign" ? says : claims.rightWith(write(other), write(spot.part));
      return { kind: inverse[kind] ?? kind, says: said, rank, repaired: () => spot.with(other) };
    }),
  );
  return all.sort((a, b) => a.rank - b.rank);
}

const mistake = ({ kind, says, rank }: Slip, spoiled: () => Term): Mistake => ({ kind, says, rank, spoiled });

const dividedTwice = (term: Term, rows: string): Slip => ({
  kind: "extra",
  says: mistakes.tooMany(parts.division(rows)),
  part: over(term, nameAt(term, rows)),
  rank: 4,
});

/** `term` with one transpose more or less, the factors of one product exchanged, or one of `names` in place of another. */
export function* rearranged(term: Term, names: readonly string[]): Generator<readonly [says: string, term: Term]> {
  const spots = spotsOf(term);
  if (spots.length > mostParts) return;
  const ways = [transposesAt, ordersAt, (part: Term) => (part.kind === "name" ? names.map((name) => nameAt(part, name)) : [])];
  for (const way of ways)
    for (const { part, with: whole } of spots) for (const other of way(part)) yield [claims.rightWith(write(other), write(part)), whole(other)];
}

function transposesAt(part: Term): Term[] {
  if (part.kind === "transpose") return [part.base];
  return part.kind === "name" || part.kind === "sum" ? [transpose(part)] : [];
}

function ordersAt(part: Term): Term[] {
  if (part.kind !== "product" || part.rest.length !== 1) return [];
  const [{ sign, factor }] = part.rest as [Product["rest"][number]];
  return sign === "/" ? [] : [{ ...part, first: factor, rest: [{ sign, factor: part.first }] }];
}
