// What a number of a page of scalars may be taken for: its indices exchanged, another index, another sign, g′ of another layer.
import type { Term } from "../../../compiler/reading/tree.ts";
import { write } from "../../../compiler/reading/write.ts";
import { isWeight } from "../../../compiler/scalars/resolve.ts";
import type { Axis, SignTable } from "../../../compiler/scalars/tables.ts";
import type { SignSlip } from "../slips.ts";
import { elementTerm } from "./terms.ts";

type ElementTerm = Extract<Term, { kind: "element" }>;

/** Other signs, and numbers along an axis, that are tried for one. */
const most = { tables: 24, numbers: 12 };

/** What is told of a page. */
export interface Signs {
  readonly tables: ReadonlyMap<string, SignTable>;
  /** What the derivative of an activation is called, by the name of the values before it. */
  readonly slopes: ReadonlyMap<string, string>;
}

const nameOf = ({ base }: ElementTerm): string => (base.kind === "name" ? base.name : "");
const letterOf = (name: string, { at }: Term): Term => ({ kind: "name", name, at });
const numberOf = (value: number, { at }: Term): Term => ({ kind: "number", value, at });

/** Finds what may stand for one term. */
class Likenesses {
  private readonly term: ElementTerm;
  private readonly letters: readonly string[];

  constructor(term: ElementTerm, letters: readonly string[]) {
    this.term = term;
    this.letters = letters;
  }

  /** The places that may be meant along an axis: letters where `own` is one, else numbers. */
  private placesFor({ extent }: Axis, own: Term | undefined): Term[] {
    const { term } = this;
    if (extent === 1) return [numberOf(0, term)];
    const isOfRows = extent === "rows";
    const letters = this.letters.filter((letter) => /^[a-z]$/.test(letter) && (letter === "n") === isOfRows).map((letter) => letterOf(letter, term));
    if (own?.kind !== "number" && letters.length > 0) return letters;
    return Array.from({ length: Math.min(isOfRows ? 1 : extent, most.numbers) }, (_, value) => numberOf(value, term));
  }

  /** The elements of `table` whose places are those of the term as far as they fit, but for one axis. */
  of(table: SignTable): Term[] {
    const { places, at } = this.term;
    const behind = places.length - table.axes.length;
    const choices = table.axes.map((axis, i) => {
      const own = places[i + behind];
      const all = this.placesFor(axis, own ?? places.at(-1));
      const texts = all.map(write);
      return { kept: own && texts.includes(write(own)) ? own : all[0], all };
    });
    if (choices.some(({ kept }) => kept === undefined)) return [];
    const withPlace = (axis: number, place: Term) =>
      elementTerm(
        table,
        choices.map(({ kept }, other) => (other === axis ? place : (kept as Term))),
        at,
      );
    return table.axes.length === 0 ? [elementTerm(table, [], at)] : choices.flatMap(({ all }, axis) => all.map((place) => withPlace(axis, place)));
  }
}

/** What may stand where the element `term` belongs, the likeliest first. */
function elementsLike({ tables }: Signs, term: ElementTerm, letters: readonly string[]): SignSlip[] {
  const own = tables.get(nameOf(term));
  if (!own) return [];
  const sign = (table: SignTable) => table.signAt(table.axes.map(() => "1")).name;
  // What stands in a formula is no derivative by its sign, unless that is what it stands for.
  const values = [...tables.values()].filter((table) => table.of === undefined || own.of !== undefined);
  const likeness = (table: SignTable) => 2 * Number(sign(table) === sign(own)) + Number(Math.abs(table.layer - own.layer) <= 1);
  const others = values.sort((a, b) => likeness(b) - likeness(a)).slice(0, most.tables);
  const likenesses = new Likenesses(term, letters);
  const turned = isWeight(own) ? [elementTerm(own, [...term.places].reverse(), term.at)] : [];
  const all = [...turned, ...likenesses.of(own), ...others.filter((table) => table !== own).flatMap((table) => likenesses.of(table))];
  const texts = all.map(write);
  const distinct = all.filter((_, at) => texts[at] !== write(term) && texts.indexOf(texts[at] as string) === at);
  return distinct.map((part) => ({ part, isTransposed: turned.includes(part) }));
}

/** g, and g′ of another layer at what stands before it, in place of g′. */
function slopesLike({ tables, slopes }: Signs, call: Extract<Term, { kind: "call" }>, letters: readonly string[]): SignSlip[] {
  const [argument] = call.args;
  if (argument?.kind !== "element" || slopes.get(nameOf(argument)) !== call.name) return [];
  const others = [...slopes].filter(([name, slope]) => slope !== call.name && tables.has(name));
  const likenesses = new Likenesses(argument, letters);
  const value: SignSlip = { part: { ...call, name: call.name.replace(/′$/, "") }, isTransposed: false };
  const ofOthers = [...new Set(others.map(([, slope]) => slope))].map((slope): SignSlip => ({ part: { ...call, name: slope }, isTransposed: false }));
  const elsewhere = others.flatMap(([name, slope]) =>
    likenesses
      .of(tables.get(name) as SignTable)
      .map((element): SignSlip => ({ part: { ...call, name: slope, args: [element] }, isTransposed: false })),
  );
  return [value, ...ofOthers, ...elsewhere];
}

/** What may stand where `term` belongs. */
export function signsLike(signs: Signs, term: Term, letters: readonly string[]): SignSlip[] {
  if (term.kind === "element") return elementsLike(signs, term, letters);
  return term.kind === "call" ? slopesLike(signs, term, letters) : [];
}
