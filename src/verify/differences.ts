// Derivatives by central differences in f64.

/** Values that are moved, row-major. */
export interface Point {
  readonly data: ArrayLike<number>;
}

/** Parameters of at most so many elements are moved element by element, larger ones along directions that move all elements. */
const mostElements = 8;
const directions = 4;

// Central differences err by h² times the third derivative, and by 2^-53 / h. A shorter step is taken where a longer one may cross a kink.
const steps = [1e-4, 1e-5, 1e-6] as const;
export const derivativeTolerance = 1e-5;

/** Numbers in [0, 1) that are spread evenly: multiples of the golden ratio without their whole part. */
export const spread = (k: number): number => (k * 0.6180339887498949) % 1;

/** The largest error of `gradient` along some directions, for a loss of the given size; `lossAt` other data of the parameter. */
export function derivativeError({ data }: Point, gradient: ArrayLike<number>, size: number, lossAt: (data: number[]) => number): number {
  const values = Array.from(data);
  const slope = Math.sqrt(Array.from(gradient).reduce((sum, g) => sum + g * g, 0) / Math.max(1, values.length));
  const scale = Math.max(slope, 1e-6 * size);
  const errors = directionsOf(values.length).map((direction) => {
    const derived = direction.reduce((sum, d, at) => sum + d * (gradient[at] as number), 0);
    const along = (h: number) => lossAt(values.map((value, at) => value + h * (direction[at] as number)));
    let least = Number.POSITIVE_INFINITY;
    for (const h of steps) {
      least = Math.min(least, difference((along(h) - along(-h)) / (2 * h), derived) / scale);
      if (least <= derivativeTolerance) break;
    }
    return least;
  });
  return Math.max(0, ...errors);
}

/** Unit vectors of an axis each, or of all axes with signs that look random. */
function directionsOf(length: number): number[][] {
  const unit = (axis: number) => Array.from({ length }, (_, at) => Number(at === axis));
  const signs = (seed: number) => Array.from({ length }, (_, at) => (spread((at + 1) * (at + 3 + seed)) < 0.5 ? -1 : 1) / Math.sqrt(length));
  return Array.from({ length: length <= mostElements ? length : directions }, (_, i) => (length <= mostElements ? unit(i) : signs(i)));
}

/** 0 for equal values, NaN for NaN included; infinite where only one is NaN. */
export function difference(a: number, b: number): number {
  if (Object.is(a, b)) return 0;
  const gap = Math.abs(a - b);
  return Number.isNaN(gap) ? Number.POSITIVE_INFINITY : gap;
}
