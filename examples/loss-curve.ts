import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";

/** One line of the chart. */
export interface Curve {
  readonly label: string;
  readonly color: string;
  /** Values from epoch 1 on. */
  readonly values: readonly number[];
}

const width = 640;
const height = 360;
const margin = { top: 32, right: 24, bottom: 40, left: 56 };

/** An SVG chart of curves over epochs, from zero, with labelled axes; `every` epochs lie between two values. */
export function lossCurve(title: string, unit: string, curves: readonly Curve[], every = 1): string {
  const epochs = 1 + every * (Math.max(...curves.map(({ values }) => values.length)) - 1);
  const most = Math.max(...curves.flatMap(({ values }) => values));
  const x = scaleLinear([1, epochs], [margin.left, width - margin.right]);
  const y = scaleLinear([0, most], [height - margin.bottom, margin.top]).nice();
  const path = line<number>(
    (_, i) => x(1 + every * i),
    (value) => y(value),
  );
  const rows = y.ticks(5).map(
    (tick) => `<line x1="${margin.left}" x2="${width - margin.right}" y1="${y(tick)}" y2="${y(tick)}" stroke="#ddd"/>
  <text x="${margin.left - 8}" y="${y(tick) + 4}" text-anchor="end">${tick}</text>`,
  );
  const columns = x.ticks(8).map((tick) => `<text x="${x(tick)}" y="${height - margin.bottom + 18}" text-anchor="middle">${tick}</text>`);
  const drawn = curves.map(
    ({ label, color, values }, i) => `<path d="${path(values)}" fill="none" stroke="${color}" stroke-width="2"/>
  <text x="${width - margin.right}" y="${margin.top + 16 * i}" text-anchor="end" fill="${color}">${label}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
  <rect width="${width}" height="${height}" fill="white"/>
  <text x="${margin.left}" y="18" font-size="14">${title}</text>
  ${rows.join("\n  ")}
  ${columns.join("\n  ")}
  <text x="${width / 2}" y="${height - 6}" text-anchor="middle">epoch</text>
  <text x="14" y="${height / 2}" text-anchor="middle" transform="rotate(-90 14 ${height / 2})">${unit}</text>
  ${drawn.join("\n  ")}
</svg>
`;
}
