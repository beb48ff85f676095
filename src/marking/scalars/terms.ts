// Numbers of tables as terms, and texts in the signs of a page of scalars as terms of them.
import type { Place } from "../../../compiler/diagnostics/formulas.ts";
import { elementAt } from "../../../compiler/reading/elements.ts";
import type { ReadSigns } from "../../../compiler/reading/parse.ts";
import type { Term } from "../../../compiler/reading/tree.ts";
import type { At, Found, SignReader } from "../../../compiler/scalars/resolve.ts";
import { elementText } from "../../../compiler/scalars/resolve.ts";
import type { SignTable } from "../../../compiler/scalars/tables.ts";

/** An element of a table, which is written by its sign. */
export function elementTerm(table: SignTable, places: readonly Term[], at: Place): Term {
  return { kind: "element", base: { kind: "name", name: table.name, at }, places, signAt: (index) => elementText(table, index), at };
}

export const placeTerm = (place: At, at: Place): Term =>
  typeof place === "number" ? { kind: "number", value: place, at } : { kind: "name", name: place, at };

/** All numbers of a table by its name, or one of them. */
export function termOfFound({ table, at: places, isWhole }: Found, at: Place): Term {
  if (isWhole) return { kind: "name", name: table.name, at };
  return elementTerm(
    table,
    places.map((place) => placeTerm(place, at)),
    at,
  );
}

/** What reads texts: what stands for a number is found by `reader`. */
export const signsBy = (reader: SignReader): Pick<ReadSigns, "elementAt"> => ({
  elementAt: (text, offset) => elementAt(text, offset, reader.signs),
});

/** The formula behind letters of axes. */
export const tableTerm = (letters: readonly string[], body: Term): Term => ({ kind: "table", letters, body, at: body.at });
