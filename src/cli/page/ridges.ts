// How values are distributed at several times: a hill for each, one behind the other.
import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import { escaped } from "../../../compiler/formula/html.ts";
import { brief } from "../../svg.ts";
import { extentOf, margin, size, svg, tickText } from "./charts.ts";

/** How many values lie in each of some equal intervals between two numbers. */
export interface Histogram {
  readonly from: number;
  readonly to: number;
  readonly counts: readonly number[];
}

/** A histogram under the name of its time. */
export interface Hill {
  readonly name: string;
  readonly histogram: Histogram;
}

/** More intervals than are drawn: all hills of a chart have the same axis in the end. */
const kept = 240;
const drawn = 40;

/** The histogram of those that are finite; undefined where there are none. */
export function histogramOf(values: ArrayLike<number>): Histogram | undefined {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number;
    if (Number.isFinite(value)) [least, most] = [Math.min(least, value), Math.max(most, value)];
  }
  if (least > most) return undefined;
  const [from, to] = extentOf([least, most]);
  const counts = new Array<number>(kept).fill(0);
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number;
    if (Number.isFinite(value)) add(counts, (value - from) / (to - from), 1);
  }
  return { from, to, counts };
}

/** Adds to the interval of a place between 0 and 1. */
function add(counts: number[], place: number, count: number): void {
  const at = Math.min(counts.length - 1, Math.floor(place * counts.length));
  counts[at] = (counts[at] as number) + count;
}

/** The same over another range. */
function over({ from, to, counts }: Histogram, least: number, most: number): number[] {
  const moved = new Array<number>(drawn).fill(0);
  for (const [i, count] of counts.entries()) {
    const value = from + ((i + 0.5) * (to - from)) / counts.length;
    if (count > 0) add(moved, (value - least) / (most - least), count);
  }
  return moved;
}

/** Hills over one axis, the first behind; each is as high as there is room for, so that heights say something within one alone. */
export function ridges(label: string, hills: readonly Hill[]): string {
  if (hills.length === 0) return "";
  const least = hills.reduce((value, { histogram }) => Math.min(value, histogram.from), Number.POSITIVE_INFINITY);
  const most = hills.reduce((value, { histogram }) => Math.max(value, histogram.to), Number.NEGATIVE_INFINITY);
  const x = scaleLinear([least, most], [margin.left, size.width - margin.right]);
  const [top, bottom] = [margin.top + (hills.length === 1 ? 0 : 34), size.height - margin.bottom];
  const baseOf = (i: number) => (hills.length === 1 ? bottom : top + (i * (bottom - top)) / (hills.length - 1));
  const height = hills.length === 1 ? bottom - margin.top : 30;
  const every = Math.ceil(hills.length / 6);
  const shapes = hills.map(({ name, histogram }, i) => {
    const counts = over(histogram, least, most);
    const highest = Math.max(...counts);
    const base = baseOf(i);
    // From the interval before the first that holds some to the one behind the last.
    const held = counts.flatMap((count, at) => (count > 0 ? [at] : []));
    const from = Math.max(0, (held[0] ?? 0) - 1);
    const outline = counts.slice(from, (held.at(-1) ?? 0) + 2);
    const placeOf = (at: number) => x(least + ((from + at + 0.5) * (most - least)) / drawn);
    const shape = line<number>(
      (_, at) => placeOf(at),
      (count) => base - (height * count) / highest,
    ).digits(1);
    const isNamed = (hills.length - 1 - i) % every === 0;
    const text = isNamed ? `<text x="${margin.left - 6}" y="${brief(base + 3)}" text-anchor="end">${escaped(name)}</text>` : "";
    return `<path d="M${brief(placeOf(0))},${brief(base)}L${shape(outline)?.slice(1)}V${brief(base)}Z" class="hill"/>${text}`;
  });
  const ticks = x.ticks(4).map((tick) => `<text x="${brief(x(tick))}" y="${bottom + 16}" text-anchor="middle">${tickText(tick)}</text>`);
  return svg(`${label} by epoch`, [`<text x="${margin.left}" y="12">${escaped(label)} by epoch</text>`, ...shapes, ...ticks]);
}
