// Which rows a part of a dataset has.
import { badOption, tagOf } from "../../runtime/diagnostics.ts";
import { checkOptions } from "../../runtime/options.ts";
import { shuffle } from "../../runtime/shuffle.ts";
import { holdOut } from "../../runtime/training/batches.ts";
import { checkWhole } from "../../runtime/whole.ts";
import { emptyPart, noRows, smallClasses, tooFewGroups } from "./diagnostics.ts";
import { countTo, shuffled } from "./random.ts";
import { lengthOf, placesWhere, type Rows, valuesIn } from "./rows.ts";

/** How rows are split. */
export interface SplitOptions {
  /** Which rows are held out; 0 unless stated. */
  readonly seed?: number | undefined;
  /** A column whose classes have the same share in both parts. */
  readonly stratify?: string | undefined;
  /** A column of groups, of which both parts share none. */
  readonly groups?: string | undefined;
  /** Hold out the last rows, in order, as for rows in order of time. */
  readonly last?: boolean | undefined;
}

/** Places of the rows to train on and of those that are held out. */
export type Parts = readonly [training: Int32Array, held: Int32Array];

const kinds = { seed: "a whole number", stratify: "string", groups: "string", last: "boolean" };

/** @throws GradcError `bad-option`, `unknown-option` */
export function checkSplit(share: number, options: SplitOptions | undefined): SplitOptions {
  if (!(typeof share === "number" && share > 0 && share < 1)) throw badOption("share", share, "a share between 0 and 1, such as 0.2");
  checkOptions(options, kinds);
  const { stratify, groups, last } = options ?? {};
  const [first, second] = Object.entries({ stratify, groups, last }).filter(([, value]) => value !== undefined && value !== false);
  if (first && second) throw badOption(second[0], second[1], `nothing beside ${first[0]}`);
  return options ?? {};
}

/** The places of the rows by what stands in a column, in order of appearance. @throws GradcError `unknown-column` */
export function placesByValue(rows: Rows, column: string): Map<unknown, number[]> {
  const valueAt = valuesIn(rows, column);
  const places = new Map<unknown, number[]>();
  for (let at = 0; at < lengthOf(rows); at++) {
    const value = valueAt(at);
    const list = places.get(value);
    if (list) list.push(at);
    else places.set(value, [at]);
  }
  return places;
}

/** The parts, each in the order of the rows. */
function partsBy(length: number, held: Iterable<number>): Parts {
  const isHeld = new Uint8Array(length);
  for (const at of held) isHeld[at] = 1;
  return [placesWhere(length, (at) => !isHeld[at]), placesWhere(length, (at) => isHeld[at] === 1)];
}

function stratified(rows: Rows, share: number, column: string, seed: number): Parts {
  const classes = [...placesByValue(rows, column)];
  const small = classes.filter(([, places]) => places.length < 2);
  if (small.length > 0)
    throw smallClasses(
      column,
      small.map(([value, places]) => [labelled(value), places.length]),
    );
  const held = classes.flatMap(([, places], stream) => {
    const count = Math.min(places.length - 1, Math.max(1, Math.round(share * places.length)));
    return [...shuffle(Int32Array.from(places), seed, stream).subarray(0, count)];
  });
  return partsBy(lengthOf(rows), held);
}

/** A value as a message names it. */
const labelled = (value: unknown): string => (typeof value === "object" && value ? tagOf(value) : String(value));

function grouped(rows: Rows, share: number, column: string, seed: number): Parts {
  const groups = [...placesByValue(rows, column).values()];
  if (groups.length < 2) throw tooFewGroups(column, groups.length);
  const most = Math.max(1, Math.round(share * lengthOf(rows)));
  const held: number[] = [];
  // The last group stays, whatever the share.
  for (const group of shuffled(groups.length, seed, 0).subarray(1)) {
    const places = groups[group] as number[];
    if (held.length === 0 || held.length + places.length <= most) held.push(...places);
  }
  return partsBy(lengthOf(rows), held);
}

/** The last rows as those that are held out. */
function lastRows(length: number, share: number): Parts {
  const first = length - Math.round(share * length);
  return [countTo(length).subarray(0, first), countTo(length).subarray(first)];
}

/** @throws GradcError `bad-option`, `unknown-column`, `no-rows`, `empty-part`, `class-too-small` */
export function split(rows: Rows, share: number, { seed = 0, stratify, groups, last }: SplitOptions): Parts {
  const length = lengthOf(rows);
  if (length === 0) throw noRows();
  if (stratify !== undefined) return stratified(rows, share, stratify, seed);
  if (groups !== undefined) return grouped(rows, share, groups, seed);
  const count = Math.round(share * length);
  if (count < 1) throw emptyPart("validation", share, length);
  if (count >= length) throw emptyPart("training", share, length);
  if (last) return lastRows(length, share);
  const { rows: training, held } = holdOut(length, share, seed);
  return [training, held.sort()];
}

/** The places of each of k parts, whose sizes differ by one row at most. @throws GradcError `bad-option` */
export function folds(length: number, k: number, seed: number): Parts[] {
  checkWhole("k", k, 2);
  if (k > length) throw badOption("k", k, `at most ${length}, the number of rows`);
  const order = shuffled(length, seed, 0);
  return Array.from({ length: k }, (_, fold) =>
    partsBy(
      length,
      order.filter((_, at) => at % k === fold),
    ),
  );
}
