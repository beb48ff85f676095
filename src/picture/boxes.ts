// A network as boxes from top to bottom: forward lines go down, backward lines up beside them.
import { curveBumpY, line } from "d3-shape";
import { words } from "../../compiler/words/words.ts";
import { brief } from "../svg.ts";
import { laidOut, type Point, type Size } from "./layout.ts";
import { legendOf } from "./legend.ts";
import type { LayerBox } from "./network.ts";
import { clipped, Scene, type Way, widthOf } from "./scene.ts";

interface BoxLine {
  readonly text: string;
  readonly way: Way;
  readonly isBold?: boolean;
}

/** What is written in a box: forward above, backward below. */
interface Content {
  readonly forward: readonly BoxLine[];
  readonly backward: readonly BoxLine[];
}

/** Of a line in a box. */
const widest = 330;
const lineHeight = 17;
const padding = 12;
/** Of the arrow of a loop, at the right of its box. */
const loopWidth = 74;
/** Between the middle of a box and the lines that come and go. */
const side = 9;
const said = words.picture.boxes;

/** Gradients that are written out. */
const mostGradients = 2;

function contentOf({ name, kind, shape, weights, isShared, error }: LayerBox): Content {
  const count = weights === 0 ? "" : `, ${said.weights(weights, isShared)}`;
  const forward: BoxLine[] = [
    ...(name === undefined ? [] : [{ text: name, way: "plain" as const, isBold: true }]),
    { text: kind, way: name === undefined ? "plain" : "quiet", ...(name === undefined && { isBold: true }) },
    { text: `${shape}${count}`, way: "forward" },
  ];
  const backward = error ? [error.text, ...gradientLines(error.gradients)].map((text): BoxLine => ({ text, way: "backward" })) : [];
  const fitting = (each: BoxLine): BoxLine => ({ ...each, text: clipped(each.text, widest, each.isBold ? 14 : undefined) });
  return { forward: forward.map(fitting), backward: backward.map(fitting) };
}

function gradientLines(gradients: readonly string[]): string[] {
  if (gradients.length === 0) return [];
  return [`→ ${gradients.slice(0, mostGradients).join(", ")}${gradients.length > mostGradients ? `, … ${words.inAll(gradients.length)}` : ""}`];
}

/** The picture of the boxes of a network; that of an example says that it has no numbers. */
export function boxesPicture(boxes: readonly LayerBox[], isAtExample: boolean): Scene {
  const contents = boxes.map(contentOf);
  const sizes = boxes.map((box, i) => sizeOf(contents[i] as Content, box.loop !== undefined));
  const edges = boxes.flatMap(({ from }, to) => from.map((source) => [source, to] as const));
  const laid = laidOut(sizes, edges);
  const scene = new Scene();
  for (const [i, [from, to]] of edges.entries()) {
    const way = laid.lines[i] as readonly Point[];
    const comesBack = boxes[from]?.error !== undefined && boxes[to]?.error !== undefined;
    drawLine(scene, moved(way, comesBack ? -side : 0), "forward");
    if (comesBack) drawLine(scene, moved(way, side).reverse(), "backward");
  }
  for (const [i, box] of boxes.entries()) drawBox(scene, laid.boxes[i] as Point, contents[i] as Content, box);
  legendOf(scene, [...legendLines(boxes), ...(isAtExample ? [["quiet", said.legend.withoutNumbers] as const] : [])]);
  return scene;
}

function legendLines(boxes: readonly LayerBox[]): (readonly [Way, string])[] {
  const { forward, backward } = said.legend;
  const learns = boxes.some(({ error }) => error !== undefined);
  return [["forward", forward], ...(learns ? [["backward", backward] as const] : [])];
}

function sizeOf({ forward, backward }: Content, isLoop: boolean): Size {
  const widths = [...forward, ...backward].map(({ text, isBold }) => widthOf(text, isBold ? 14 : 12));
  const lines = forward.length + backward.length;
  const width = Math.max(90, ...widths) + 2 * padding + (isLoop ? 2 * loopWidth : 0);
  return { width, height: lines * lineHeight + 2 * padding + (backward.length > 0 ? 8 : 0) - 4 };
}

const moved = (points: readonly Point[], by: number): Point[] => points.map(([x, y]) => [x + by, y]);

const curve = line<Point>(
  ([x]) => x,
  ([, y]) => y,
)
  .curve(curveBumpY)
  .digits(1);

const headLength = 8;

/** A line with a head at its end, which it comes to from above or from below. */
function drawLine(scene: Scene, points: readonly Point[], way: "forward" | "backward"): void {
  const [x, y] = points.at(-1) as Point;
  const back = way === "forward" ? -headLength : headLength;
  const [xs, ys] = [points.map(([each]) => each), points.map(([, each]) => each)];
  const box = { left: Math.min(...xs) - 4, top: Math.min(...ys), right: Math.max(...xs) + 4, bottom: Math.max(...ys) };
  const path = curve([...points.slice(0, -1), [x, y + back]]) ?? "";
  scene.line(`<path class="gradc-line-${way}" d="${path}"/>`, box);
  scene.line(`<path class="gradc-head-${way}" d="M${brief(x)} ${brief(y)}l-4 ${back}h8z"/>`, box);
}

function drawBox(scene: Scene, [x, y]: Point, content: Content, { loop }: LayerBox): void {
  const { height, width } = sizeOf(content, false);
  const [left, top] = [x - width / 2, y - height / 2];
  const box = { left, top, right: left + width, bottom: top + height };
  scene.shape(`<rect class="gradc-shape" x="${brief(left)}" y="${brief(top)}" width="${brief(width)}" height="${brief(height)}" rx="8"/>`, box);
  const { forward, backward } = content;
  let at = top + padding + 12;
  for (const { text, way, isBold } of forward) {
    scene.label({ x, y: at, text, way, ...(isBold && { isBold, size: 14 }) });
    at += lineHeight;
  }
  if (backward.length > 0) {
    scene.shape(`<path class="gradc-rule" d="M${brief(left)} ${brief(at - 9)}h${brief(width)}"/>`, box);
    at += 8;
  }
  for (const { text, way } of backward) {
    scene.label({ x, y: at, text, way });
    at += lineHeight;
  }
  if (loop !== undefined) drawLoop(scene, [box.right, y], loop);
}

/** An arrow from a box to itself, with the number of steps. */
function drawLoop(scene: Scene, [x, y]: Point, steps: number): void {
  const box = { left: x, top: y - 18, right: x + loopWidth, bottom: y + 18 };
  scene.line(`<path class="gradc-line-forward" d="M${brief(x)} ${brief(y - 14)}c26 0 26 28 ${headLength} 28"/>`, box);
  scene.line(`<path class="gradc-head-forward" d="M${brief(x)} ${brief(y + 14)}l${headLength} -4v8z"/>`, box);
  scene.label({ x: x + 24, y: y + 4, text: said.steps(steps), way: "forward", anchor: "start", size: 11 });
}
