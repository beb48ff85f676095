// Which number of which table a sign is, as somebody wrote it: `w_ij^(2)`, `a₆`, `δ₅₊ₖ`, or δₖ of the neurons that another sign tells.

import type { Element } from "../formula/tree.ts";
import { indicesOf, type NumberSign, type WrittenElement } from "../reading/elements.ts";
import { type Axis, type SignTable, signText } from "./tables.ts";

/** A place along an axis: a number that counts from 0, or a letter. */
export type At = number | string;

/** An element of a table, or all of them where no index is written. */
export interface Found {
  readonly table: SignTable;
  readonly at: readonly At[];
  readonly isWhole: boolean;
}

/** The layers whose neurons letters stand for, where something tells them. */
export type LayerOf = ReadonlyMap<string, number>;

/** Fewer examples than any point has: numbers of examples that may be written. */
const mostExamples = 4;

/** A place as it was read; `isBare` where a letter stands without the number before it that the page writes. */
interface ReadPlace {
  readonly axis: number;
  readonly at: At;
  readonly isBare: boolean;
}

const numberOf = (text: string, { extent, offset }: Axis, before: number): number | undefined => {
  const most = extent === "rows" ? mostExamples : extent;
  const all = [Number(text) - before, ...(before === 0 ? [Number(text) - offset] : [])];
  const found = all.find((each) => each >= 1 && each <= most);
  return found === undefined ? undefined : found - 1;
};

/** What `part` says where the table writes `template`: § and the number of an axis, a number before that, or a number alone. */
function placeOf(part: string, template: string, axes: readonly Axis[]): ReadPlace | "same" | undefined {
  const [, before = "0", which] = /^(?:(\d+)\+)?§(\d)$/.exec(template) ?? [];
  if (which === undefined) return part === template ? "same" : undefined;
  const axis = Number(which);
  if (/^\d+$/.test(part)) {
    const at = numberOf(part, axes[axis] as Axis, Number(before));
    return at === undefined ? undefined : { axis, at, isBare: false };
  }
  const [, own = "0", letter = ""] = /^(?:(\d+)\+)?([a-z])$/.exec(part) ?? [];
  if (letter === "" || (own !== before && own !== "0")) return undefined;
  return { axis, at: letter, isBare: own !== before };
}

/** A table with a sign by which its numbers are written, that has § and the number of an axis for what stands along that. */
interface Signed {
  readonly table: SignTable;
  readonly of: string | undefined;
  readonly sign: Element;
}

/** A way to read what stands below a sign. */
interface Way extends Found {
  readonly isBare: boolean;
}

/** Reads signs of the tables of a page. */
export class SignReader {
  /** What numbers are called on the page. */
  readonly signs: readonly NumberSign[];
  private readonly tables: readonly Signed[];

  constructor(tables: readonly SignTable[]) {
    const own = tables.map((table): Signed => ({ table, of: table.of, sign: table.signAt(table.axes.map((_, axis) => `§${axis}`)) }));
    const slopes = own.flatMap(({ table: { slope }, sign }): Signed[] => {
      const table = tables.find(({ name }) => name === slope);
      return table ? [{ table, of: "L", sign }] : [];
    });
    this.tables = [...own, ...slopes];
    const layered = new Set(own.flatMap(({ sign: { name, layer } }) => (layer === undefined ? [] : [name])));
    const names = new Set(own.map(({ sign }) => sign.name));
    this.signs = [...names].map((name) => ({ name, spellings: spellingsOf(name, names), isLayered: layered.has(name) }));
  }

  /** The element that `written` is; undefined where the page has none, or several. */
  find(written: WrittenElement, layerOf: LayerOf): Found | undefined {
    const of = written.of === undefined ? undefined : "L";
    const same = this.tables.filter((each) => each.of === of && each.sign.name === written.name);
    const layered = same.filter(({ sign }) => sign.layer === written.layer);
    const isOfOne = new Set(same.map(({ table }) => table.layer)).size === 1;
    const candidates = layered.length === 0 && written.layer === undefined && isOfOne ? same : layered;
    const ways = candidates.flatMap(({ table, sign }) => waysIn(table, sign.index, written));
    const meant = ways.filter(({ table, at }) => layerOf.get(String(at.at(-1))) === table.layer);
    const [first, ...others] = meant.length > 0 ? meant : ways.filter(({ isBare }) => !isBare);
    return first && others.every(({ at, table }) => table === first.table && String(at) === String(first.at)) ? first : undefined;
  }
}

/** All ways to read `written` in a table, whose sign has `index`. */
function waysIn(table: SignTable, index: readonly string[], { below }: WrittenElement): Way[] {
  const shown = new Set(index.flatMap((template) => /§(\d)$/.exec(template)?.[1] ?? []));
  const hidden = table.axes.flatMap((_, axis) => (shown.has(String(axis)) ? [] : [`§${axis}`]));
  const forms = hidden.length > 0 ? [index, [...index, ...hidden]] : [index];
  const fixed = index.filter((template) => !template.includes("§"));
  if (shown.size > 0 && (below ?? "") === fixed.join("")) return [{ table, at: [], isWhole: true, isBare: false }];
  return forms.flatMap((form) =>
    indices(below, form.length).flatMap((parts): Way[] => {
      const places = parts.map((part, i) => placeOf(part, form[i] as string, table.axes));
      if (places.includes(undefined)) return [];
      const read = places.filter((place) => place !== undefined && place !== "same");
      const at = table.axes.map((_, axis) => read.find((place) => place.axis === axis)?.at ?? 0);
      return [{ table, at, isWhole: false, isBare: read.some(({ isBare }) => isBare) }];
    }),
  );
}

const indices = (below: string | undefined, count: number): string[][] => (below === undefined && count === 0 ? [[]] : indicesOf(below, count));

/** δ, delta; ŷ in one character or two, yhat; W for w. */
function spellingsOf(name: string, names: ReadonlySet<string>): string[] {
  const printed = signText({ kind: "element", name, index: [], scalar: true });
  return [...new Set([name, printed, printed.normalize("NFD"), ...(name === "w" && !names.has("W") ? ["W"] : [])])];
}

/** The element of a table as it is written. */
export const elementText = ({ of, signAt }: SignTable, index: readonly string[]): string => signText(signAt(index), of);

/** The layers of letters: of weights the one before and their own, and by them those of letters beside. `known` are told already. */
export function layersOf(reader: SignReader, written: readonly WrittenElement[], known: LayerOf): Map<string, number> {
  const found = new Map(known);
  const weights = written.flatMap((each) => reader.find(each, new Map()) ?? []).filter(({ table }) => table.axes.length === 2 && isWeight(table));
  for (const { table, at } of weights) {
    const layers = [table.layer - 1, table.layer] as const;
    const told = at.map((place) => (typeof place === "string" ? found.get(place) : undefined));
    for (const [axis, place] of at.entries()) {
      if (typeof place !== "string" || found.has(place)) continue;
      const other = told[1 - axis];
      found.set(place, other === layers[0] ? layers[1] : other === layers[1] ? layers[0] : (layers[axis] as number));
    }
  }
  return found;
}

/** Whether it is a table of weights: from the neurons of one layer to those of the next. */
export const isWeight = ({ axes }: SignTable): boolean => axes.length === 2 && axes.every(({ extent }) => extent !== "rows");
