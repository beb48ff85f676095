// Curves as SVG, with axes through zero.
import { scaleLinear } from "d3-scale";
import { escaped } from "../../../compiler/formula/html.ts";
import { brief } from "../../svg.ts";
import { shortNumber } from "../terminal.ts";
import type { Segment } from "./curve.ts";
import type { Box } from "./text.ts";

const width = 560;
const height = 400;
const margin = 36;
/** Where the box begins, below the equations. */
const top = 56;
/** Letters of an equation that fit in the width. */
const mostLetters = 76;

export interface Line {
  readonly label: string;
  readonly color: string;
  readonly isDashed?: boolean;
  readonly segments: readonly Segment[];
}

/** Round numbers in an interval, some six of them, without 0. */
const ticks = (from: number, to: number): number[] =>
  scaleLinear([from, to], [0, 1])
    .ticks(6)
    .filter((tick) => tick !== 0);

/** A picture of the lines, the first above the others. */
export function svgPlot(title: string, { from, to, least, most }: Box, lines: readonly Line[]): string {
  const x = (value: number) => margin + ((value - from) / (to - from)) * (width - 2 * margin);
  const y = (value: number) => top + ((most - value) / (most - least)) * (height - top - margin);
  const name = (tick: number) => shortNumber(tick).replace("-", "−");
  const marks = [
    ...ticks(from, to).map(
      (tick) => `<path d="M${brief(x(tick))} ${brief(y(0) - 3)}v6" stroke="#888"/>
  <text x="${brief(x(tick))}" y="${brief(y(0) + 17)}" text-anchor="middle">${name(tick)}</text>`,
    ),
    ...ticks(least, most).map(
      (tick) => `<path d="M${brief(x(0) - 3)} ${brief(y(tick))}h6" stroke="#888"/>
  <text x="${brief(x(0) - 7)}" y="${brief(y(tick) + 4)}" text-anchor="end">${name(tick)}</text>`,
    ),
  ];
  const drawn = [...lines].reverse().flatMap(({ color, isDashed, segments }) => {
    const path = segments
      .filter((segment) => segment.length > 1)
      .map((segment) => `M${segment.map(([a, b]) => `${brief(x(a))} ${brief(y(b))}`).join("L")}`);
    const dots = segments.flatMap(([only, ...others]) => (only && others.length === 0 ? [only] : []));
    const dash = isDashed ? ' stroke-dasharray="6 4"' : "";
    return [
      `<path d="${path.join("")}" fill="none" stroke="${color}" stroke-width="2"${dash}/>`,
      ...dots.map(([a, b]) => `<circle cx="${brief(x(a))}" cy="${brief(y(b))}" r="3.5" fill="${color}"/>`),
    ];
  });
  const legend = lines.map(
    ({ label, color }, i) => `<text x="12" y="${20 + 18 * i}" fill="${color}" font-size="14">${escaped(shortened(label))}</text>`,
  );
  // Lines at its edge are as thick as others.
  const edge = 4;
  const place = [margin - edge, top - edge] as const;
  const size = [width - 2 * place[0], height - top - margin + 2 * edge];
  const box = `x="${place[0]}" y="${place[1]}" width="${size[0]}" height="${size[1]}" viewBox="${[...place, ...size].join(" ")}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
  <title>${escaped(title)}</title>
  <rect width="${width}" height="${height}" fill="white"/>
  <path d="M${margin} ${brief(y(0))}H${width - margin}M${brief(x(0))} ${top}V${height - margin}" stroke="#888"/>
  ${[...marks, ...legend].join("\n  ")}
  <svg ${box}>
  ${drawn.join("\n  ")}
  </svg>
</svg>
`;
}

/** An equation without its right side, where that is long. */
const shortened = (label: string): string => (label.length > mostLetters ? label.replace(/ = .*/, "") : label);
