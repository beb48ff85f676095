// Where the neurons of a chain stand: a column for each layer from left to right, and where the texts of its weights have room.
import { cornersOf, fontSize, type Label, overlap, type Point } from "./scene.ts";

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** How large circles are: without numbers in them, and with them. */
const sizes = { names: { input: 22, neuron: 34 }, numbers: { input: 30, neuron: 58 } };

/** Between the middles of two columns. */
export const columnWidth = { names: 230, numbers: 320 };

/** Between two neurons of a column: room for a bias above and an error below. */
const gaps = { input: 40, neuron: 76 };

/** Columns of so many neurons, which have room for `content`; the first are inputs. */
export function placesOf(counts: readonly number[], content: "names" | "numbers"): Place[][] {
  const radii = sizes[content];
  const rowHeight = { input: 2 * radii.input + gaps.input, neuron: 2 * radii.neuron + gaps.neuron };
  const tallest = Math.max(...counts.map((count, i) => (i === 0 ? 0 : count * rowHeight.neuron)));
  return counts.map((count, i) => {
    const kind = i === 0 ? "input" : "neuron";
    // Few inputs stand as far apart as the neurons that they go to.
    const height = i === 0 ? Math.min(rowHeight.neuron, Math.max(rowHeight.input, tallest / count)) : rowHeight.neuron;
    return Array.from({ length: count }, (_, at) => ({ x: i * columnWidth[content], y: (at - (count - 1) / 2) * height, radius: radii[kind] }));
  });
}

/** Corners around a circle. */
export const outlineOf = ({ x, y, radius }: Place): Point[] =>
  Array.from({ length: 12 }, (_, i) => (i * Math.PI) / 6).map((angle) => [x + 1.04 * radius * Math.cos(angle), y + 1.04 * radius * Math.sin(angle)]);

export interface Line {
  readonly from: Point;
  readonly to: Point;
}

/** From border to border. */
export function lineBetween(from: Place, to: Place): Line {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy);
  const at = (place: Place, by: number): [number, number] => [place.x + (dx / length) * by, place.y + (dy / length) * by];
  return { from: at(from, from.radius), to: at(to, -to.radius) };
}

/** The two texts of a line, one above it and one below, at a part of its way. */
export type Texts = readonly [above: string, below: string];

function labelsAt({ from, to }: Line, [above, below]: Texts, part: number): readonly [Label, Label] {
  const [x, y] = [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part];
  const turn = { degrees: (Math.atan2(to[1] - from[1], to[0] - from[0]) * 180) / Math.PI, x, y };
  return [
    { x, y: y - 6, text: above, way: "forward", size: labelSize, turn },
    { x, y: y + labelSize + 2, text: below, way: "backward", size: labelSize, turn },
  ];
}

export const labelSize = fontSize - 1;

/** Parts of the way at which texts are tried. */
const parts = Array.from({ length: 33 }, (_, i) => 0.1 + i * 0.025);

/** The part at which they are wanted: before lines to one neuron meet those to others. */
const wanted = 0.32;

/** The texts of those lines that have room for them: over no other line, none of `taken`, and none of each other. */
export function labelled(lines: readonly Line[], texts: readonly Texts[], taken: readonly (readonly Point[])[]): Label[] {
  const obstacles = [...taken];
  const placed: Label[] = [];
  for (const [i, line] of lines.entries()) {
    const others = lines.filter((other) => other !== line).map(({ from, to }) => [from, to]);
    const isFree = (labels: readonly Label[]) =>
      labels.map(cornersOf).every((corners) => ![...obstacles, ...others].some((other) => overlap(corners, other)));
    const tried = parts.map((part) => ({ labels: labelsAt(line, texts[i] as Texts, part), away: Math.abs(part - wanted) }));
    const best = tried.sort((a, b) => a.away - b.away).find(({ labels }) => isFree(labels));
    if (!best) continue;
    const labels = best.labels.filter(({ text }) => text !== "");
    obstacles.push(...labels.map(cornersOf));
    placed.push(...labels);
  }
  return placed;
}
