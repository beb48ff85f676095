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
  readonly costs: CostFigures;
  readonly tiles: TileLimits;
  readonly panels: PanelLimits;
  /** Blocks of rows that are packed once for all columns: from so many rows, columns and terms on they pay, and up to so many rows they stay in the cache behind. */
  readonly blocks: { readonly rows: number; readonly columns: number; readonly terms: number; readonly mostRows: number };
  /** Parts of rows that stay in the cache behind while all columns go over them: from so many rows of a part and columns on they pay. */
  readonly parts: { readonly rows: number; readonly columns: number };
  /** Whole entry points go over blocks of so many rows, where what is kept of all rows is more than so many bytes. */
  readonly blockedRows: { readonly rows: number; readonly bytes: number };
  /** Panels of images that all rows of weights share: so many rows must read one, of so few terms that it stays near. */
  readonly sharedPanels: { readonly rows: number; readonly mostTerms: number };
  readonly triangles: TriangleBlocks;
  readonly sums: SumLimits;
  /** Points of a loop over the taps of a window, which is short, and from how many on a loop is worth going inside it. */
  readonly taps: { readonly most: number; readonly inside: number };
}

/** In additions: moving a value between a lane and a scalar, a step of a loop, combining the lanes of a vector. */
interface CostFigures {
  readonly laneMove: number;
  readonly loopStep: number;
  readonly horizontal: number;
  /**
   * What the core could do until a sum that it adds a product to can be added to again: one accumulator takes a step no faster, twelve fill the wait.
   * Measured on gradients of depthwise weights, in tiles of one to six accumulators: times follow the cost within a tenth.
   */
  readonly chained: number;
  /**
   * What a row waits from one sum or maximum along vectors to the next that needs it: through the lanes, and through the function between them.
   * Measured on the loss of classification, 64 rows of 4 to 129 classes: rows side by side are faster up to about 30.
   */
  readonly rowWait: number;
  /** How much slower sums along vectors are, and products whose columns are one vector, so that each factor is read for that vector alone. */
  readonly sumSlowdown: number;
  readonly narrowSlowdown: number;
  /** How much slower products are whose factors lie in lines that push each other out of the cache. */
  readonly crowdedSlowdown: number;
}

/**
 * Blocks of triangles, of which those that do nothing are left out. Measured on steps of attention over 64 to 256 places: blocks of 8 and 16 take as long,
 * those of 32 up to a tenth longer, and of 16 places 2 % is won.
 */
interface TriangleBlocks {
  /** Points of a side from which on they are worth their code. */
  readonly sides: number;
  /** Points of a block: the first number that divides both sides. Whole tiles and vectors, so that they are multiples of four. */
  readonly points: readonly number[];
}

/** What may stand side by side in registers. */
interface TileLimits {
  /** Vectors of a row. */
  readonly vectors: number;
  /** Rows, and those where the code behind a sum is long, which each of them repeats; sums along vectors both ways. */
  readonly rows: number;
  readonly longRows: number;
  readonly sums: number;
  /** Terms from which on rows that add up something, of what they read together, are worth the code of a tile. */
  readonly terms: number;
  /** Rows of a number that is known at run time only may be fewer than a tile: others are preferred, unless they cost so much more. */
  readonly openRows: number;
}

/** From when on operands are copied in the order in which they are read. */
interface PanelLimits {
  /** How often one must be read: where its points lie side by side, and where they lie apart and would be gathered. */
  readonly reads: { readonly contiguous: number; readonly strided: number };
  /** Terms of a sum from which on a panel is longer than a few lines. */
  readonly terms: number;
  /** Points of the innermost loop of a sum from which on it runs along them as fast, in vectors, as along columns that were gathered. */
  readonly longRow: number;
}

/** From when on sums lie in memory. */
interface SumLimits {
  /** Terms of one image that are worth a read and a write. */
  readonly terms: number;
  /** Rows and columns that read operands often enough. */
  readonly sides: number;
  /** Rows up to which what they are multiplied by takes longer to fetch than to multiply. */
  readonly streamedRows: number;
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
  costs: { laneMove: 1, loopStep: 1, horizontal: 7, chained: 12, rowWait: 150, sumSlowdown: 1.5, narrowSlowdown: 1.25, crowdedSlowdown: 1.5 },
  tiles: { vectors: 2, rows: 8, longRows: 4, sums: 4, terms: 64, openRows: 1.1 },
  panels: { reads: { contiguous: 96, strided: 16 }, terms: 64, longRow: 128 },
  blocks: { rows: 32, columns: 128, terms: 32, mostRows: 128 },
  parts: { rows: 64, columns: 32 },
  blockedRows: { rows: 512, bytes: 2 ** 22 },
  sharedPanels: { rows: 32, mostTerms: 4096 },
  triangles: { sides: 32, points: [16, 20, 12, 24, 28, 8] },
  sums: { terms: 8, sides: 32, streamedRows: 32 },
  taps: { most: 7, inside: 16 },
};

/** Bytes of the cache nearest to the core. */
export const nearestBytes = target.cache.line * target.cache.sets * target.cache.ways;
