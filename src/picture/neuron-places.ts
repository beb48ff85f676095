// Where the neurons of a chain stand: a column for each layer from left to right, and where the texts of its weights have room.
import { type Box, boxOf, fontSize, type Label, overlap } from "./scene.ts";

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** How large circles are: without numbers in them, and with them. */
const sizes = { names: { input: 22, neuron: 34 }, numbers: { input: 28, neuron: 50 } };

/** Between the middles of two columns. */
const columnWidth = { names: 230, numbers: 300 };

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

export interface Line {
  readonly from: readonly [x: number, y: number];
  readonly to: readonly [x: number, y: number];
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

export function labelsAt({ from, to }: Line, [above, below]: Texts, part: number): readonly [Label, Label] {
  const [x, y] = [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part];
  return [
    { x, y: y - 5, text: above, way: "forward", size: labelSize, isClear: true },
    { x, y: y + labelSize + 2, text: below, way: "backward", size: labelSize, isClear: true },
  ];
}

export const labelSize = fontSize - 1;

export const union = (a: Box, b: Box): Box => ({
  left: Math.min(a.left, b.left),
  top: Math.min(a.top, b.top),
  right: Math.max(a.right, b.right),
  bottom: Math.max(a.bottom, b.bottom),
});

/** Parts of the way at which texts are tried, those nearest to the left first: there lines of one neuron are apart from those of others. */
const parts = Array.from({ length: 29 }, (_, i) => 0.15 + i * 0.025);

/** How often a line goes through a box, at points along it. */
const crossings = ({ from, to }: Line, box: Box): number =>
  parts.filter((part) => {
    const [x, y] = [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part];
    return x > box.left && x < box.right && y > box.top && y < box.bottom;
  }).length;

/** The texts of those lines that have room for them: over no other line, none of `taken`, and none of each other. */
export function labelled(lines: readonly Line[], texts: readonly Texts[], taken: readonly Box[]): Label[] {
  const boxes = [...taken];
  const placed: Label[] = [];
  for (const [i, line] of lines.entries()) {
    const tried = parts.map((part) => {
      const labels = labelsAt(line, texts[i] as Texts, part);
      const box = union(boxOf(labels[0]), boxOf(labels[1]));
      const others = lines.reduce((count, other) => count + (other === line ? 0 : crossings(other, box)), 0);
      return { labels, box, others, away: Math.abs(part - 0.35) };
    });
    const free = tried.filter(({ box, others }) => others === 0 && !boxes.some((other) => overlap(box, other)));
    const [best] = free.sort((a, b) => a.away - b.away);
    if (!best) continue;
    boxes.push(best.box);
    placed.push(...best.labels);
  }
  return placed;
}
