// What a number of a page of scalars may be taken for: its indices exchanged, another index, another sign.
import type { Term } from "../../../compiler/reading/tree.ts";
import { isWeight } from "../../../compiler/scalars/resolve.ts";
import type { SignTable } from "../../../compiler/scalars/tables.ts";
import type { SignSlip } from "../slips.ts";
import { elementTerm } from "./terms.ts";

type ElementTerm = Extract<Term, { kind: "element" }>;

/** Other signs, and numbers along an axis, that are tried for one. */
const most = { tables: 40, numbers: 12 };

/** Letters that a place may have. */
const letters = ["i", "j", "k", "l"] as const;

const nameOf = ({ base }: ElementTerm): string => (base.kind === "name" ? base.name : "");

/** The places that may be meant along an axis. */
function placesFor({ at }: Term, extent: number | "rows"): Term[] {
  if (extent === "rows") return [{ kind: "name", name: "n", at }];
  if (extent === 1) return [{ kind: "number", value: 0, at }];
  const numbers = Array.from({ length: Math.min(extent, most.numbers) }, (_, value): Term => ({ kind: "number", value, at }));
  return [...letters.map((name): Term => ({ kind: "name", name, at })), ...numbers];
}

/** The elements of `table` of which the last axis may be anything, and the others are those of `places` where they fit. */
function elementsOf(table: SignTable, term: ElementTerm): Term[] {
  const { axes } = table;
  const { places, at } = term;
  const kept = axes.map(({ extent }, axis): readonly Term[] => {
    const own = places[axis - axes.length + places.length];
    const isLetter = own?.kind === "name" && (own.name === "n") === (extent === "rows");
    return isLetter && extent !== 1 ? [own] : placesFor(term, extent).slice(0, 1);
  });
  const whole = elementTerm(
    table,
    kept.map(([first]) => first as Term),
    at,
  );
  const changed = axes.flatMap(({ extent }, axis) =>
    placesFor(term, extent).map((place) =>
      elementTerm(
        table,
        kept.map(([first], other) => (other === axis ? place : (first as Term))),
        at,
      ),
    ),
  );
  return [whole, ...changed];
}

/** The same element with one of its places another. */
function otherPlaces(table: SignTable, term: ElementTerm): Term[] {
  return table.axes.flatMap(({ extent }, axis) =>
    placesFor(term, extent).map((place) =>
      elementTerm(
        table,
        term.places.map((own, other) => (other === axis ? place : own)),
        term.at,
      ),
    ),
  );
}

/** What may stand where `term` belongs, the likeliest first. */
export function signsLike(tables: ReadonlyMap<string, SignTable>, term: ElementTerm): SignSlip[] {
  const own = tables.get(nameOf(term));
  if (!own) return [];
  const turned = isWeight(own) ? [{ part: elementTerm(own, [...term.places].reverse(), term.at), isTransposed: true }] : [];
  const sign = (table: SignTable) => table.signAt(table.axes.map(() => "1")).name;
  // What stands in a formula is no derivative by its sign, unless that is what it stands for.
  const values = [...tables.values()].filter((table) => table !== own && (table.of === undefined || own.of !== undefined));
  const near = values.filter((table) => table.axes.length > 0);
  const sorted = [...near].sort((a, b) => Number(sign(b) === sign(own)) - Number(sign(a) === sign(own))).slice(0, most.tables);
  const others = [...otherPlaces(own, term), ...sorted.flatMap((table) => elementsOf(table, term))];
  const singles = values.filter((table) => table.axes.length === 0).map((table) => elementTerm(table, [], term.at));
  return [...turned, ...[...others, ...singles].map((part) => ({ part, isTransposed: false }))];
}
