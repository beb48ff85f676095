// Letters for the axes in a line: by what they are, none of them a name on the page or bound within the line.
import { isByElement } from "./by-element.ts";
import { print } from "./notation.ts";
import { text } from "./text.ts";
import { type Formula, isScalar, partsIn, partsOf } from "./tree.ts";

/** Letters by what they are for, the usual one first. */
export const roles = {
  row: ["n", "b", "e"],
  /** Channels of a result, of what it is made of, of both. */
  outer: ["o", "m", "f"],
  inner: ["i", "c", "d"],
  channel: ["c", "d", "f"],
  /** Windows, cells within them, cells of what they lie on. */
  places: ["p", "q", "r"],
  within: ["u", "v", "w"],
  cells: ["a", "b", "d"],
  summed: ["s", "r", "k", "l", "m"],
} as const;

/** Without t, which counts steps. */
const alphabet = [..."ghjkmrsyzabcdefilnopquvwx"];

/** A letter that stands alone in a text. */
const alone = /(?<![\p{L}\p{M}\d_.′])[a-z](?![\p{L}\p{M}\d_(′])/gu;

/** The letters of one line. */
export class Letters {
  private readonly taken: Set<string>;
  /** The letter of the rows, once there is one. */
  row: string | undefined;

  /** `taken` are names on the page; what stands in `line` is taken too. */
  constructor(taken: Iterable<string>, line: Formula) {
    this.taken = new Set([...taken, ...boundIn(line)]);
  }

  /** The first of `wanted` that is free, or another letter. */
  fresh(wanted: readonly string[]): string {
    const name = [...wanted, ...alphabet].find((each) => !this.taken.has(each)) ?? `x${this.taken.size}`;
    this.taken.add(name);
    if (wanted === roles.row) this.row ??= name;
    return name;
  }

  several(wanted: readonly string[], count: number): string[] {
    return Array.from({ length: count }, () => this.fresh(wanted));
  }

  rowLetter(): string {
    return this.row ?? this.fresh(roles.row);
  }
}

/** Whether letters of axes in `formula` are others by elements. */
const isOpen = (formula: Formula): boolean =>
  formula.kind === "contraction" || formula.kind === "view" || isByElement(formula) || (formula.kind === "call" && formula.sliding !== undefined);

/** The axes that a sum goes over, by letters: as they are within a number, which is told as it is. */
const axesOver = (part: Formula): readonly string[] => (part.kind === "sum" ? part.over.filter((name) => name.length === 1) : []);

/** Letters within calls of `line`, which keep them. */
function boundIn(line: Formula): string[] {
  const found: string[] = [];
  const stack = [line];
  for (let part = stack.pop(); part; part = stack.pop()) {
    if (part.along) continue;
    if (isScalar(part)) found.push(...partsIn(part).flatMap(axesOver));
    if (isOpen(part) && !isScalar(part)) stack.push(...partsOf(part));
    else found.push(...(print(part, text).match(alone) ?? []));
  }
  return found;
}
