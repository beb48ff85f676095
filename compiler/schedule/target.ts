/** What schedules know of the machine: the only numbers about it. */
export interface Target {
  /** Vector registers that a tile may fill: 16 on x86-64, less one for temporaries. */
  readonly registers: number;
  /** The cache nearest to the core: its lines in bytes, and how many of them lie in how many sets; and the bytes of the one behind it. */
  readonly cache: { readonly line: number; readonly sets: number; readonly ways: number; readonly next: number };
}

/** A core with SSE registers and 32 KiB of level-one data cache, eight ways, and 512 KiB or more behind it: most of x86-64. */
export const target: Target = { registers: 15, cache: { line: 64, sets: 64, ways: 8, next: 2 ** 19 } };
