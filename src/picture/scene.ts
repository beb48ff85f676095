// What is drawn, with the room that it takes: lines and shapes below, texts above them, all in one SVG that needs nothing else.
import { escaped } from "../../compiler/formula/html.ts";
import { brief } from "../svg.ts";

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Which of the two ways through the network something belongs to; `plain` to neither. */
export type Way = "forward" | "backward" | "plain" | "quiet";

export interface Label {
  readonly x: number;
  /** Of the line that letters stand on. */
  readonly y: number;
  readonly text: string;
  readonly way: Way;
  readonly anchor?: "start" | "middle" | "end";
  readonly size?: number;
  readonly isBold?: boolean;
  /** Where it stands along a line: turned about a point of that. */
  readonly turn?: { readonly degrees: number; readonly x: number; readonly y: number };
  /** Whether lines that come by end around it. */
  readonly isClear?: boolean;
}

export const fontSize = 12;

/** Of a letter in a font without serifs, in parts of its size; a little more than most have. */
const letterWidth = 0.62;

/** Signs that are put over or under the letter before them. */
const combining = /\p{M}/gu;

export const widthOf = (text: string, size = fontSize): number => [...text.replace(combining, "")].length * letterWidth * size;

/** As much of the text as has room. */
export function clipped(text: string, room: number, size = fontSize): string {
  if (widthOf(text, size) <= room) return text;
  return `${text.slice(0, Math.max(1, Math.floor(room / (letterWidth * size)) - 1)).trimEnd()}…`;
}

/** A text as lines that are no wider than `width`, where there are enough places at which it may be broken: behind each `end`. */
export function broken(text: string, width: number, end: string, size = fontSize): string[] {
  const lines: string[] = [];
  for (const part of text.split(end)) {
    const longer = lines.length === 0 ? part : `${lines.at(-1)}${end}${part}`;
    if (lines.length > 0 && widthOf(longer, size) <= width) lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  return lines.map((line, i) => (i < lines.length - 1 ? `${line}${end}`.trimEnd() : line));
}

export type Point = readonly [x: number, y: number];

/** The four corners of a label, or of a box. */
export function cornersOf({ x, y, text, anchor = "middle", size = fontSize, turn }: Label): Point[] {
  const width = widthOf(text, size);
  const left = anchor === "start" ? x : anchor === "end" ? x - width : x - width / 2;
  const corners = cornersOfBox({ left, top: y - 0.85 * size, right: left + width, bottom: y + 0.25 * size });
  return turn ? corners.map((corner) => turned(corner, turn)) : corners;
}

export const cornersOfBox = ({ left, top, right, bottom }: Box): Point[] => [
  [left, top],
  [right, top],
  [right, bottom],
  [left, bottom],
];

function turned([x, y]: Point, { degrees, x: cx, y: cy }: NonNullable<Label["turn"]>): Point {
  const [sine, cosine] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
  return [cx + (x - cx) * cosine - (y - cy) * sine, cy + (x - cx) * sine + (y - cy) * cosine];
}

/** The room that points take. */
export function boxAround(points: readonly Point[]): Box {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}

/** Whether two convex shapes, each by its corners in order, have more than a border in common; a line is one of two corners. */
export const overlap = (a: readonly Point[], b: readonly Point[]): boolean => !isApart(a, b) && !isApart(b, a);

/** Whether all of `b` is on the outer side of one of the sides of `a`. */
function isApart(a: readonly Point[], b: readonly Point[]): boolean {
  return a.some(([x, y], i) => {
    const [nextX, nextY] = a[(i + 1) % a.length] as Point;
    const across = ([px, py]: Point) => (px - x) * (nextY - y) - (py - y) * (nextX - x);
    const [own, other] = [a.map(across), b.map(across)];
    return Math.max(...own) <= Math.min(...other) || Math.max(...other) <= Math.min(...own);
  });
}

const margin = 16;

/** Colours by classes of their own, so that the picture can stand in any page; those of the dark where that is asked for. */
const style = `
.gradc-picture{--paper:#fff;--ink:#1b1f24;--quiet:#5f6873;--line:#8a939e;--fill:#f3f5f8;--forward:#0b57a4;--backward:#b03a00;--positive:#1a7a55;--negative:#9c2f74}
@media screen and (prefers-color-scheme:dark){.gradc-picture{--paper:#14171b;--ink:#e9ecf0;--quiet:#a5aeb9;--line:#7c8692;--fill:#20252b;--forward:#83bdff;--backward:#ffab75;--positive:#63d2a4;--negative:#f08fc8}}
.gradc-picture text{font-family:system-ui,sans-serif;font-size:${fontSize}px;fill:var(--ink)}
.gradc-picture .gradc-clear{paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round}
.gradc-picture .gradc-forward{fill:var(--forward)}
.gradc-picture .gradc-backward{fill:var(--backward);font-style:italic}
.gradc-picture .gradc-quiet{fill:var(--quiet)}
.gradc-picture .gradc-paper{fill:var(--paper)}
.gradc-picture .gradc-shape{fill:var(--fill);stroke:var(--line);stroke-width:1.25px}
.gradc-picture .gradc-rule{fill:none;stroke:var(--line);stroke-width:1px}
.gradc-picture .gradc-line-forward{fill:none;stroke:var(--forward);stroke-width:1.75px}
.gradc-picture .gradc-line-backward{fill:none;stroke:var(--backward);stroke-width:1.75px;stroke-dasharray:5 4}
.gradc-picture .gradc-head-forward{fill:var(--forward)}
.gradc-picture .gradc-head-backward{fill:var(--backward)}
.gradc-picture .gradc-weight{fill:none;stroke:var(--line);stroke-width:1.5px}
.gradc-picture .gradc-positive{stroke:var(--positive)}
.gradc-picture .gradc-negative{stroke:var(--negative);stroke-dasharray:7 4}
.gradc-picture .gradc-bias{fill:var(--ink);stroke:var(--ink)}
`.trim();

const classes: Readonly<Record<Way, string>> = { forward: "gradc-forward", backward: "gradc-backward", plain: "gradc-plain", quiet: "gradc-quiet" };

function written(label: Label): string {
  const { x, y, text, way, anchor = "middle", size = fontSize, isBold = false, turn, isClear = false } = label;
  const own = [...(size === fontSize ? [] : [`font-size:${size}px`]), ...(isBold ? ["font-weight:600"] : [])].join(";");
  const style = own === "" ? "" : ` style="${own}"`;
  const transform = turn ? ` transform="rotate(${[turn.degrees, turn.x, turn.y].map(brief).join(" ")})"` : "";
  return `<text class="${classes[way]}${isClear ? " gradc-clear" : ""}" x="${brief(x)}" y="${brief(y)}" text-anchor="${anchor}"${style}${transform}>${escaped(text)}</text>`;
}

export class Scene {
  readonly #lines: string[] = [];
  readonly #shapes: string[] = [];
  readonly #texts: string[] = [];
  readonly #boxes: Box[] = [];

  /** A line or a mark below all shapes, written as SVG. */
  line(svg: string, box: Box): void {
    this.#lines.push(svg);
    this.#boxes.push(box);
  }

  /** A shape above lines, written as SVG. */
  shape(svg: string, box: Box): void {
    this.#shapes.push(svg);
    this.#boxes.push(box);
  }

  label(label: Label): void {
    this.#texts.push(written(label));
    this.#boxes.push(boxAround(cornersOf(label)));
  }

  /** The room that all of it takes. */
  bounds(): Box {
    const least = (side: (box: Box) => number) => this.#boxes.reduce((known, box) => Math.min(known, side(box)), Infinity);
    const most = (side: (box: Box) => number) => this.#boxes.reduce((known, box) => Math.max(known, side(box)), -Infinity);
    return { left: least(({ left }) => left), top: least(({ top }) => top), right: most(({ right }) => right), bottom: most(({ bottom }) => bottom) };
  }

  /** The picture, as wide as it is where there is room, else as wide as there is; a page that knows better finds how wide it is. */
  svg(title: string, description: string): string {
    const { left, top, right, bottom } = this.bounds();
    const [x, y, width, height] = [left - margin, top - margin, right - left + 2 * margin, bottom - top + 2 * margin].map(brief) as [
      string,
      string,
      string,
      string,
    ];
    return `<svg xmlns="http://www.w3.org/2000/svg" class="gradc-picture" role="img" viewBox="${x} ${y} ${width} ${height}" width="${width}" style="--gradc-width:${width}px;max-width:100%;height:auto">
<title>${escaped(title)}</title>
<desc>${escaped(description)}</desc>
<style>
${style}
</style>
<rect class="gradc-paper" x="${x}" y="${y}" width="${width}" height="${height}"/>
${[...this.#lines, ...this.#shapes, ...this.#texts].join("\n")}
</svg>
`;
  }
}
