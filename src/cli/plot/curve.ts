// A curve of points that are joined where the function is continuous: a jump is a gap, and a value of its own there a single point.
export type Point = readonly [x: number, y: number];

/** Points that a line goes through; one of a single point is a dot. */
export type Segment = readonly Point[];

/** Points of a curve; zero and all whole numbers are among them where the ends are such. */
const intervals = 400;

/** Halvings of an interval until its ends are one for the eye. */
const halvings = 30;

/** A step of more than this share of the whole may be a jump. */
const suspicious = 0.04;

/** `f` from one end to the other; `f` is given all points at once, or one. */
export function segmentsOf(f: (points: readonly number[]) => ArrayLike<number>, from: number, to: number): Segment[] {
  const points = Array.from({ length: intervals + 1 }, (_, i) => from + ((to - from) * i) / intervals);
  const values = Array.from(f(points));
  const finite = values.filter(Number.isFinite);
  const range = finite.reduce((most, value) => Math.max(most, value), -Infinity) - finite.reduce((least, value) => Math.min(least, value), Infinity);
  const segments: Point[][] = [[]];
  for (const [i, x] of points.entries()) {
    const [previous, y] = [values[i - 1], values[i] as number];
    if (!Number.isFinite(y)) {
      segments.push([]);
      continue;
    }
    const isSteep = previous !== undefined && Math.abs(y - previous) > suspicious * range;
    const jump = isSteep ? jumpBetween((at) => f([at])[0] as number, [points[i - 1] as number, previous], [x, y]) : undefined;
    if (jump) {
      segments.at(-1)?.push(jump[0]);
      segments.push([jump[1]]);
    }
    segments.at(-1)?.push([x, y]);
  }
  return segments.map(withoutRepeats).filter((segment) => segment.length > 0);
}

/** The two sides of a jump between two points, as near to it as numbers go; undefined where the function is only steep. */
function jumpBetween(f: (x: number) => number, left: Point, right: Point): readonly [Point, Point] | undefined {
  let [a, b] = [left, right];
  for (let i = 0; i < halvings; i++) {
    const middle = (a[0] + b[0]) / 2;
    const point: Point = [middle, f(middle)];
    if (!Number.isFinite(point[1])) return [left, right];
    if (Math.abs(point[1] - a[1]) >= Math.abs(b[1] - point[1])) b = point;
    else a = point;
  }
  return Math.abs(b[1] - a[1]) > Math.abs(right[1] - left[1]) / 2 ? [a, b] : undefined;
}

/** Where a jump is at a point of the curve, that is met twice. */
const withoutRepeats = (segment: readonly Point[]): Point[] =>
  segment.filter(([x, y], i) => !(Math.abs(x - (segment[i - 1]?.[0] ?? Number.NaN)) < 1e-6 && Math.abs(y - (segment[i - 1]?.[1] ?? 0)) < 1e-6));
