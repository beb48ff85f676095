// Boxes laid out from top to bottom by dagre, and the ways of the lines between them.
import { Graph, layout } from "@dagrejs/dagre";
import { elementAt } from "../../compiler/ir/element.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

export type Point = readonly [x: number, y: number];

export interface Laid {
  /** The middle of each box. */
  readonly boxes: readonly Point[];
  /** Where each line goes, from the lower border of its first box to the upper border of its last. */
  readonly lines: readonly (readonly Point[])[];
}

/** A line by its boxes: from which to which. */
export type Edge = readonly [from: number, to: number];

/** Between two lines at the border of a box. */
const portDistance = 34;

const settings = { rankdir: "TB", nodesep: 40, edgesep: 34, ranksep: 60 };

/** Lays out boxes and lines between them. */
export function laidOut(sizes: readonly Size[], edges: readonly Edge[]): Laid {
  const graph = new Graph();
  graph.setGraph({ ...settings });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const [i, size] of sizes.entries()) graph.setNode(String(i), { ...size });
  for (const [from, to] of edges) graph.setEdge(String(from), String(to), {});
  layout(graph);
  const placed = sizes.map((_, i) => graph.node(String(i)) as { x: number; y: number });
  const side = isMirrored(placed, edges) ? -1 : 1;
  const boxes = placed.map(({ x, y }): Point => [side * x, y]);
  const inner = edges.map(([from, to]) => {
    const { points } = graph.edge(String(from), String(to)) as { points: readonly { x: number; y: number }[] };
    // A line to the next row needs no point between.
    return points.length > 3 ? points.slice(1, -1).map(({ x, y }): Point => [side * x, y]) : [];
  });
  const lines = edges.map(([from, to], i): Point[] => {
    const [start, end] = [elementAt(boxes, from), elementAt(boxes, to)];
    const ways = inner[i] as Point[];
    const leaving = portOf(edges, i, 0, (other) => (inner[other]?.[0] ?? elementAt(boxes, elementAt(edges, other)[1]))[0], elementAt(sizes, from));
    const coming = portOf(edges, i, 1, (other) => (inner[other]?.at(-1) ?? elementAt(boxes, elementAt(edges, other)[0]))[0], elementAt(sizes, to));
    return [[start[0] + leaving, start[1] + elementAt(sizes, from).height / 2], ...ways, [end[0] + coming, end[1] - elementAt(sizes, to).height / 2]];
  });
  return { boxes, lines };
}

/** Whether more boxes that lead to the same one stand right of those that come after them than left. */
function isMirrored(boxes: readonly { x: number }[], edges: readonly Edge[]): boolean {
  const x = (box: number) => elementAt(boxes, box).x;
  const signs = edges.flatMap(([first, to], i) =>
    edges.slice(i + 1).map(([other, end]) => (end === to && first !== other ? Math.sign((x(other) - x(first)) * (other - first)) : 0)),
  );
  return signs.reduce((sum, sign) => sum + sign, 0) < 0;
}

/** How far from the middle of its box a line begins (`end` 0) or ends (1), so that lines of a box are beside each other in the order in which they go on. */
function portOf(edges: readonly Edge[], own: number, end: 0 | 1, towards: (edge: number) => number, { width }: Size): number {
  const box = edges[own]?.[end];
  const beside = edges.flatMap((edge, i) => (edge[end] === box ? [i] : [])).sort((a, b) => towards(a) - towards(b));
  const distance = Math.min(portDistance, (width - 2 * portDistance) / beside.length);
  return (beside.indexOf(own) - (beside.length - 1) / 2) * distance;
}
