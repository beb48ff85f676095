// `gradc inspect --plot`: a function and its derivative, in the terminal or as SVG.
import { settingOutOfRange } from "../../../compiler/diagnostics/settings.ts";
import { escaped } from "../../../compiler/formula/html.ts";
import { writeWhole } from "../../../files/whole.ts";
import type { Format } from "../../compile.ts";
import { formatBytes, type Terminal } from "../terminal.ts";
import { type Segment, segmentsOf } from "./curve.ts";
import type { Plotted } from "./function.ts";
import { svgPlot } from "./svg.ts";
import { type Box, textPlot } from "./text.ts";

interface PlotOptions {
  readonly format: Format | "svg";
  /** A file for the picture. */
  readonly out?: string;
}

/** Draws a function in the format, or writes its picture to a file. @throws GradcError `setting-out-of-range` for a format without pictures */
export async function plot(plotted: Plotted, { format, out }: PlotOptions, terminal: Terminal): Promise<void> {
  const picture = pictureOf(plotted);
  if (out === undefined) return terminal.out(writers(picture)[format]());
  await writeWhole(out, picture.svg());
  terminal.out(`${out}  ${formatBytes(picture.svg().length)}`);
}

/** How high a picture is: as the function, and as its derivative up to three times that, which near a pole is without end. */
function heightsOf([values, slopes]: readonly [readonly Segment[], readonly Segment[]]): Pick<Box, "least" | "most"> {
  const own = [0, ...values.flat().map(([, y]) => y)];
  const [low, high] = [Math.min(...own), Math.max(...own)];
  // A function that is 0 has a height too.
  const extent = high - low || 1;
  const heights = slopes.flat().map(([, y]) => Math.max(low - extent, Math.min(high + extent, y)));
  const [least, most] = [Math.min(low, ...heights), Math.max(high, ...heights)];
  return { least, most: most === least ? 1 : most };
}

function pictureOf(plotted: Plotted) {
  const { name, from, to, equations, at } = plotted;
  const curves = [segmentsOf((points) => at(points).values, from, to), segmentsOf((points) => at(points).slopes, from, to)] as const;
  const box: Box = { from, to, ...heightsOf(curves) };
  return {
    name,
    equations,
    curves,
    box,
    svg: () =>
      svgPlot(name, box, [
        { label: equations[0], color: "#1f77b4", segments: curves[0] },
        { label: equations[1], color: "#d62728", isDashed: true, segments: curves[1] },
      ]),
  };
}

function writers({ name, equations, curves, box, svg }: ReturnType<typeof pictureOf>): Readonly<Record<Format | "svg", () => string>> {
  return {
    text: () => {
      const marks = ["●", "·"] as const;
      const drawn = marks.map((mark, i) => ({ mark, segments: curves[i] ?? [] }));
      return `${textPlot(box, drawn)}\n\n${marks.map((mark, i) => `  ${mark} ${equations[i]}`).join("\n")}`;
    },
    html: () => `<!doctype html>\n<meta charset="utf-8">\n<title>${escaped(name)}</title>\n${svg()}`,
    svg: () => svg().trimEnd(),
    json: () => JSON.stringify({ name, function: equations[0], derivative: equations[1], values: curves[0], slopes: curves[1] }, null, 2),
    latex: () => {
      throw settingOutOfRange("Cannot plot", "--format", "latex", "one of text, html, json, svg", "--out FILE writes SVG, which LaTeX packages read");
    },
  };
}
