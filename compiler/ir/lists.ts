// Lists in the parameters of nodes, as the elements of a constant are. What is asked of a long one again and again is found once.

type List = readonly (number | string)[];

/** Longer lists have numbers as keys, and the text of a module refers to their elements; shorter ones are their own text. */
export const longestText = 64;

/** The lists of one graph, each content with a number of its own. */
export class Lists {
  private readonly numbers = new WeakMap<List, number>();
  private readonly byHash = new Map<number, List[]>();
  private count = 0;

  /** Equal for equal elements: -0 differs from 0, and NaN equals itself. */
  numberOf(list: List): number {
    const known = this.numbers.get(list);
    if (known !== undefined) return known;
    const hash = hashOf(list);
    const alike = this.byHash.get(hash) ?? [];
    const twin = alike.find((other) => isSame(list, other));
    const number = twin ? (this.numbers.get(twin) as number) : this.count++;
    this.numbers.set(list, number);
    if (!twin) this.byHash.set(hash, [...alike, list]);
    return number;
  }
}

function hashOf(list: List): number {
  let hash = 0;
  for (const word of new Int32Array(Float64Array.from(list as readonly number[]).buffer)) {
    hash = Math.imul(hash ^ word, 0x01000193);
    hash ^= hash >>> 15;
  }
  return hash;
}

const isSame = (a: List, b: List): boolean => a.length === b.length && a.every((value, i) => Object.is(value, b[i]));

const repeated = new WeakMap<readonly number[], { readonly number: number | undefined }>();

/** The number that each element of `list` is; undefined where they differ, or there is none. */
export function oneNumberOf(list: readonly number[]): number | undefined {
  const found = repeated.get(list) ?? { number: list.every((value) => Object.is(value, list[0])) ? list[0] : undefined };
  repeated.set(list, found);
  return found.number;
}
