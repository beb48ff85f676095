// Letters for the axes in a line: by what they are, none of them a name on the page or bound within the line.
import { print } from "./notation.ts";
import { text } from "./text.ts";
import type { Formula } from "./tree.ts";

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
  summed: ["t", "s", "k", "l", "m"],
} as const;

const alphabet = [..."ghjkmrstyzabcdefilnopquvwx"];

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

/** Letters within calls and powers of `line`, which keep them. */
function boundIn(line: Formula): string[] {
  const found: string[] = [];
  const stack = [line];
  for (let part = stack.pop(); part; part = stack.pop()) {
    if (part.kind === "call" && part.sliding) stack.push(...part.args);
    else if (part.kind === "operator" || part.kind === "contraction") stack.push(...part.args);
    else if (part.kind === "sum" || part.kind === "group" || part.kind === "view" || part.kind === "indicator") stack.push(part.body);
    else found.push(...(print(part, text).match(alone) ?? []));
  }
  return found;
}
