// Charts of the examples as SVG: lines and dots over two axes, linear or logarithmic.
import { scaleLinear, scaleLog } from "d3-scale";
import { line } from "d3-shape";

export type Point = readonly [x: number, y: number];

/** What is drawn in one colour; without a label it is not in the legend. */
export interface Drawn {
  readonly label?: string;
  readonly color: string;
  /** Lines, each through its points. */
  readonly lines?: readonly (readonly Point[])[];
  readonly dots?: readonly Point[];
  /** Width of the lines, 2 unless stated. */
  readonly width?: number;
  /** Whether dots are crosses. */
  readonly crosses?: boolean;
}

/** What an axis shows. */
export interface Axis {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly log?: boolean;
}

const margin = { top: 32, right: 165, bottom: 44, left: 64 };

const scaleOf = ({ from, to, log }: Axis, start: number, end: number) => (log ? scaleLog : scaleLinear)([from, to], [start, end]);

type Scale = ReturnType<typeof scaleOf>;

/** A number of pixels; more digits are seen by nobody. */
const brief = (value: number): string => String(Math.round(value * 10) / 10);

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** Ticks and their names: of a logarithmic axis the powers of ten, at most eight of them. */
function ticksOf(scale: Scale, { from, to, log }: Axis): [number, string][] {
  if (!log) return scale.ticks(6).map((tick) => [tick, String(tick).replace("-", "−")]);
  const [first, last] = [Math.ceil(Math.log10(from) - 1e-9), Math.floor(Math.log10(to) + 1e-9)];
  const step = Math.ceil((last - first + 1) / 8);
  const powers = Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, i) => last - i * step);
  return powers.map((power) => [10 ** power, `10<tspan dy="-5" font-size="9">${String(power).replace("-", "−")}</tspan>`]);
}

function drawnText({ color, lines = [], dots = [], width = 2, crosses = false }: Drawn, x: Scale, y: Scale): string[] {
  const path = line<Point>(
    ([at]) => x(at),
    ([, value]) => y(value),
  ).digits(1);
  const paths = lines.map((points) => path(points) ?? "").join("");
  const drawn = paths ? [`<path d="${paths}" fill="none" stroke="${color}" stroke-width="${width}"/>`] : [];
  const marks = dots.map(([at, value]) => {
    const [px, py] = [brief(x(at)), brief(y(value))];
    return crosses
      ? `<path d="M${px} ${py}m-5-5l10 10m0-10l-10 10" fill="none" stroke="${color}" stroke-width="2"/>`
      : `<circle cx="${px}" cy="${py}" r="${Math.max(3, width + 1)}" fill="${color}"/>`;
  });
  return [...drawn, ...marks];
}

/** An SVG chart; the legend stands to the right of it. */
export function chart(title: string, xAxis: Axis, yAxis: Axis, all: readonly Drawn[], size = { width: 640, height: 400 }): string {
  const { width, height } = size;
  const [right, bottom] = [width - margin.right, height - margin.bottom];
  const [x, y] = [scaleOf(xAxis, margin.left, right), scaleOf(yAxis, bottom, margin.top)];
  const rows = ticksOf(y, yAxis).map(
    ([tick, name]) => `<path d="M${margin.left} ${brief(y(tick))}H${right}" stroke="#ddd"/>
  <text x="${margin.left - 8}" y="${brief(y(tick) + 4)}" text-anchor="end">${name}</text>`,
  );
  const columns = ticksOf(x, xAxis).map(([tick, name]) => `<text x="${brief(x(tick))}" y="${bottom + 18}" text-anchor="middle">${name}</text>`);
  const legend = all
    .filter(({ label }) => label !== undefined)
    .map(({ label = "", color }, i) => `<text x="${right + 10}" y="${margin.top + 12 + 17 * i}" fill="${color}">${escaped(label)}</text>`);
  const [boxWidth, boxHeight] = [right - margin.left, bottom - margin.top];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
  <rect width="${width}" height="${height}" fill="white"/>
  <text x="${margin.left}" y="18" font-size="14">${escaped(title)}</text>
  ${rows.join("\n  ")}
  ${columns.join("\n  ")}
  <text x="${(margin.left + right) / 2}" y="${height - 8}" text-anchor="middle">${escaped(xAxis.label)}</text>
  <text x="14" y="${(margin.top + bottom) / 2}" text-anchor="middle" transform="rotate(-90 14 ${(margin.top + bottom) / 2})">${escaped(yAxis.label)}</text>
  <svg x="${margin.left}" y="${margin.top}" width="${boxWidth}" height="${boxHeight}" viewBox="${margin.left} ${margin.top} ${boxWidth} ${boxHeight}">
  ${all.flatMap((each) => drawnText(each, x, y)).join("\n  ")}
  </svg>
  <rect x="${margin.left}" y="${margin.top}" width="${boxWidth}" height="${boxHeight}" fill="none" stroke="#999"/>
  ${legend.join("\n  ")}
</svg>
`;
}
