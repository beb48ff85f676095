// Windows that slide along the last axes of a table, and the places at which their cells lie.

/** A number and multiples of letters, or of whole parts of them: `2·⌊o/4⌋+u−1`. */
export interface Place {
  readonly terms: readonly { readonly times: number; readonly letter: string; readonly over?: number }[];
  readonly plus: number;
}

/** A letter that stands for numbers from 0: as many as an axis has that it is written at, or those below `below`. */
export interface Letter {
  readonly letter: string;
  readonly below?: number;
}

/** How windows lie: their cells, and by axis how far apart these and the windows are, and how many cells are before the first of the table. */
export interface Windows {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly low: readonly number[];
}

/** What a function makes of windows; `ofKernel` is how a convolution changes with its kernel, ᵀ how what is below changes with the table. */
export interface Sliding extends Windows {
  readonly makes: "conv" | "convTranspose" | "ofKernel" | "max" | "maxᵀ" | "mean" | "meanᵀ" | "sumᵀ";
  /** Of convolutions the channels of the kernel and of its result in each group; all where there is one. */
  readonly group?: { readonly inner: number; readonly outer: number };
}

export const letter = (name: string): Place => ({ terms: [{ times: 1, letter: name }], plus: 0 });
export const first: Place = { terms: [], plus: 0 };

/** The letter that `place` is by itself. */
export const letterIn = ({ terms, plus }: Place): string | undefined =>
  terms.length === 1 && terms[0]?.times === 1 && terms[0].over === undefined && plus === 0 ? terms[0].letter : undefined;

const scaled = ({ terms, plus }: Place, times: number): Place => ({
  terms: terms.map((term) => ({ ...term, times: term.times * times })),
  plus: plus * times,
});

export const added = (...places: readonly Place[]): Place => ({
  terms: places.flatMap(({ terms }) => terms),
  plus: places.reduce((total, { plus }) => total + plus, 0),
});

/** Where the cell `within` of the window `at` lies: `2·p+u−1`. */
export const cellAt = ({ stride, dilation, low }: Windows, axis: number, at: Place, within: Place): Place =>
  added(scaled(at, stride[axis] ?? 1), scaled(within, dilation[axis] ?? 1), { terms: [], plus: -(low[axis] ?? 0) });

/** The window that has its cell `within` at `cell`, where windows are one apart: `a−u+1`. */
export const windowAt = ({ dilation, low }: Windows, axis: number, cell: Place, within: Place): Place =>
  added(cell, scaled(within, -(dilation[axis] ?? 1)), { terms: [], plus: low[axis] ?? 0 });

/** The channel of the group that `outer` of a result belongs to. */
export function channelAt({ inner, outer }: NonNullable<Sliding["group"]>, outerLetter: string, within: Place): Place {
  const whole = { times: inner, letter: outerLetter, ...(outer > 1 && { over: outer }) };
  return added({ terms: [whole], plus: 0 }, inner > 1 ? within : first);
}

/** `2·p+u−1` */
export function placeText({ terms, plus }: Place): string {
  const parts = terms.map(({ times, letter: name, over }) => {
    const base = over === undefined ? name : `⌊${name}/${over}⌋`;
    return { isBelow: times < 0, text: Math.abs(times) === 1 ? base : `${Math.abs(times)}·${base}` };
  });
  const all = plus === 0 && parts.length > 0 ? parts : [...parts, { isBelow: plus < 0, text: String(Math.abs(plus)) }];
  return all.map(({ isBelow, text }, i) => `${isBelow ? "−" : i > 0 ? "+" : ""}${text}`).join("");
}
