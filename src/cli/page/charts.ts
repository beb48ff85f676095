// Charts of a page as SVG: lines over steps or epochs. Their colours are those of the page.
import { scaleLinear, scaleLog } from "d3-scale";
import { line } from "d3-shape";
import { escaped } from "../../../compiler/formula/html.ts";
import { brief } from "../../svg.ts";
import { shortNumber } from "../terminal.ts";

export type Point = readonly [x: number, y: number];

/** A line of a chart. */
export interface Curve {
  readonly label: string;
  readonly points: readonly Point[];
}

/** Of every chart. */
export const size = { width: 360, height: 200 };
export const margin = { top: 20, right: 16, bottom: 22, left: 46 };
const [right, bottom] = [size.width - margin.right, size.height - margin.bottom];
/** The classes of colours that a page has. */
const colors = ["a", "b", "c", "d"];

/** A number of an axis, short. */
export const tickText = (value: number): string => {
  const large = Math.abs(value) >= 1e5 || (value !== 0 && Math.abs(value) < 1e-3);
  return (large ? value.toExponential().replace("e+", "e") : shortNumber(value)).replaceAll("-", "−");
};

/** Of the least and the greatest of some numbers; a little around them where they are one. */
export function extentOf(values: readonly number[]): [number, number] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = least === most ? Math.abs(least) / 10 || 1 : 0;
  return [least - room, most + room];
}

/** A chart of its parts. */
export const svg = (label: string, parts: readonly string[]): string =>
  `<svg viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${escaped(label)}">\n${parts.join("\n")}\n</svg>`;

type Scale = { (value: number): number; ticks(count?: number): number[] };

const rows = 4;

function axes(x: Scale, y: Scale, ticks = y.ticks(rows)): string[] {
  const levels = ticks.filter((_, i, all) => i % Math.ceil(all.length / (rows + 1)) === 0);
  return [
    ...levels.map(
      (tick) =>
        `<path d="M${margin.left} ${brief(y(tick))}H${right}" class="line"/><text x="${margin.left - 6}" y="${brief(y(tick) + 4)}" text-anchor="end">${tickText(tick)}</text>`,
    ),
    ...x.ticks(4).map((tick) => `<text x="${brief(x(tick))}" y="${bottom + 16}" text-anchor="middle">${tickText(tick)}</text>`),
  ];
}

/** From which ratio of the greatest to the least on an axis is logarithmic. */
const logRatio = 100;

/** Lines over `below`, on a logarithmic axis where their values, all positive, are of different orders; points that are not finite are left out. */
export function curves(all: readonly Curve[], below: string): string {
  const drawn = all.map(({ label, points }) => ({ label, points: points.filter((point) => point.every(Number.isFinite)) }));
  const points = drawn.flatMap((curve) => curve.points);
  if (points.length === 0) return "";
  const [least, most] = extentOf(points.map(([, value]) => value));
  const isLog = least > 0 && most / least > logRatio;
  const x = scaleLinear(extentOf(points.map(([at]) => at)), [margin.left, right]);
  const y = (isLog ? scaleLog : scaleLinear)([least, most], [bottom, margin.top]).nice();
  const path = line<Point>(
    ([at]) => x(at),
    ([, value]) => y(value),
  ).digits(1);
  const marked = drawn.map(({ points }, i) => {
    const [only] = points;
    if (points.length === 1 && only) return `<circle cx="${brief(x(only[0]))}" cy="${brief(y(only[1]))}" r="3" class="dot ${colors[i % 4]}"/>`;
    return `<path d="${path([...points]) ?? ""}" class="curve ${colors[i % 4]}"/>`;
  });
  const names = drawn.map(({ label }, i) => `<tspan class="${colors[i % 4]}"${i > 0 ? ' dx="12"' : ""}>${escaped(label)}</tspan>`).join("");
  const legend = `<text x="${margin.left}" y="12">${names}<tspan dx="12">by ${below}${isLog ? ", logarithmic" : ""}</tspan></text>`;
  return svg(`${all.map(({ label }) => label).join(", ")} by ${below}`, [legend, ...axes(x, y), ...marked]);
}
