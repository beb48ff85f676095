/** What fusion and schedules know of the machine: the only numbers about it. */
export interface Target {
  /** Values of f32 or i32 that a vector holds. */
  readonly lanes: number;
  /** Vector registers that a tile may fill: 16 on x86-64, less one for temporaries. */
  readonly registers: number;
  /** The cache nearest to the core: its lines in bytes, and how many of them lie in how many sets; and the bytes of the one behind it. */
  readonly cache: { readonly line: number; readonly sets: number; readonly ways: number; readonly next: number };
  /** Rows that are far apart and read side by side without waiting for memory. */
  readonly streams: number;
  /** Vectors side by side that keep the core busy while each of them waits for a function, or for the largest so far. */
  readonly interleaved: number;
  /** Longest sum that is added up term by term, so that the error of a long sum grows with its number of parts. */
  readonly terms: number;
  /** In additions: up to how many a value that is used again is computed again instead of kept, and from how many on an expression is cut. */
  readonly expressions: { readonly repeated: number; readonly longest: number };
}

/** A core with SSE registers and 32 KiB of level-one data cache, eight ways, with 512 KiB or more behind it: most of x86-64. */
export const target: Target = {
  lanes: 4,
  registers: 15,
  cache: { line: 64, sets: 64, ways: 8, next: 2 ** 19 },
  streams: 8,
  interleaved: 4,
  terms: 512,
  expressions: { repeated: 2, longest: 64 },
};
