// Where an element lies in windows that slide over an axis: i = o·stride + k·dilation at place k of window o.
import { divideIndex, plus, scale } from "../kernel/affine.ts";
import type { Affine, Bound } from "../kernel/kernel.ts";

interface Windows {
  /** How many there are, and places in each. */
  readonly windows: number;
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
}

interface Place {
  readonly k: Affine;
  readonly o: Affine;
  /** Without which there is no such place; none on o. */
  readonly bounds: readonly Bound[];
}

type OpenLoop = (name: string, extent: number) => Affine;

/** `index` / `divisor`, where it comes out whole. */
function whole(index: Affine, divisor: number): { readonly quotient: Affine; readonly bounds: readonly Bound[] } {
  if (divisor === 1) return { quotient: index, bounds: [] };
  const { quotient, remainder } = divideIndex(index, divisor);
  return {
    quotient,
    bounds: [
      { index, lower: 0, upper: Number.MAX_SAFE_INTEGER },
      { index: remainder, lower: 0, upper: 1 },
    ],
  };
}

/** k = (i - o·stride) / dilation, for each window. */
function byWindow(i: Affine, { windows, size, stride, dilation }: Windows, open: OpenLoop): Place {
  const o = open("o", windows);
  const { quotient: k, bounds } = whole(plus(i, scale(o, -stride)), dilation);
  return { k, o, bounds: [...bounds, { index: k, lower: 0, upper: size }] };
}

/** k = stride·u + (i mod stride) and o = floor(i / stride) - u. */
function byStride(i: Affine, { size, stride }: Windows, open: OpenLoop): Place {
  const { quotient, remainder } = divideIndex(i, stride);
  const u = open("u", Math.ceil(size / stride));
  const k = plus(scale(u, stride), remainder);
  return { k, o: plus(quotient, scale(u, -1)), bounds: size % stride === 0 ? [] : [{ index: k, lower: 0, upper: size }] };
}

/** o = (i - k·dilation) / stride, for each place. */
function byPlace(i: Affine, { size, stride, dilation }: Windows, open: OpenLoop): Place {
  const k = open("u", size);
  const { quotient: o, bounds } = whole(plus(i, scale(k, -dilation)), stride);
  return { k, o, bounds };
}

/** The place of element i at each point of one loop: over the windows where they are fewer than the places at which one can hold the element. */
export function placeIn(i: Affine, windows: Windows, open: OpenLoop): Place {
  const isDense = windows.dilation === 1;
  const places = isDense ? Math.ceil(windows.size / windows.stride) : windows.size;
  if (windows.windows < places) return byWindow(i, windows, open);
  return isDense ? byStride(i, windows, open) : byPlace(i, windows, open);
}
