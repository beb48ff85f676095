// A network as boxes from top to bottom: forward lines go down, backward lines up beside them.
import { words } from "../../compiler/words/words.ts";
import { brief } from "../svg.ts";
import { laidOut, type Point, type Size } from "./layout.ts";
import { legendOf } from "./legend.ts";
import type { LayerBox } from "./network.ts";
import { broken, clipped, fontSize, Scene, type Way, widthOf } from "./scene.ts";

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
const widest = 360;
const nameSize = 14;
const lineHeight = 17;
const padding = 12;
/** Of the arrow of a loop, at the right of its box. */
const loopWidth = 28;
/** Between the middle of a box and the lines that come and go. */
const side = 9;
const said = words.picture.boxes;

/** Gradients that are written out. */
const mostGradients = 2;

function contentOf({ name, kind: own, loop, shape, weights, isShared, error }: LayerBox): Content {
  const kind = loop === undefined ? own : `${own}, ${said.steps(loop)}`;
  const count = weights === 0 ? "" : `, ${said.weights(weights, isShared)}`;
  const forward: BoxLine[] = [
    ...(name === undefined ? [] : [{ text: name, way: "plain" as const, isBold: true }]),
    { text: kind, way: name === undefined ? "plain" : "quiet", ...(name === undefined && { isBold: true }) },
    { text: `${shape}${count}`, way: "forward" },
  ];
  const backward = error ? [error.text, ...gradientLines(error.gradients)].map((text): BoxLine => ({ text, way: "backward" })) : [];
  return { forward: forward.flatMap(fitting), backward: backward.flatMap(fitting) };
}

/** A line as lines that have room, lists broken behind commas. */
function fitting({ text, ...line }: BoxLine): BoxLine[] {
  const size = line.isBold ? nameSize : fontSize;
  return broken(text, widest, ", ", size).map((part) => ({ ...line, text: clipped(part, widest, size) }));
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
    drawLine(scene, way, "forward", comesBack ? -side : 0);
    if (comesBack) drawLine(scene, [...way].reverse(), "backward", side);
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
  const widths = [...forward, ...backward].map(({ text, isBold }) => widthOf(text, isBold ? nameSize : fontSize));
  const lines = forward.length + backward.length;
  const width = Math.max(90, ...widths) + 2 * padding + (isLoop ? 2 * loopWidth : 0);
  return { width, height: lines * lineHeight + 2 * padding + (backward.length > 0 ? 8 : 0) - 4 };
}

const headLength = 8;

/** A line beside the way of `points`, upright at both ends, with a head at the last, which it comes to from above or from below. */
function drawLine(scene: Scene, points: readonly Point[], way: "forward" | "backward", beside: number): void {
  const back = way === "forward" ? -headLength : headLength;
  const moved = points.map(([x, y]): Point => [x + beside, y]);
  const [[startX, startY], [x, y]] = [moved[0] as Point, moved.at(-1) as Point];
  const [xs, ys] = [moved.map(([each]) => each), moved.map(([, each]) => each)];
  const box = { left: Math.min(...xs) - 4, top: Math.min(...ys), right: Math.max(...xs) + 4, bottom: Math.max(...ys) };
  const path = curve([[startX, startY], [startX, startY - back], ...moved.slice(1, -1), [x, y + back]], beside);
  scene.line(`<path class="gradc-line-${way}" d="${path}"/>`, box);
  scene.line(`<path class="gradc-head-${way}" d="M${brief(x)} ${brief(y)}l-4 ${back}h8z"/>`, box);
}

/** A curve that leaves and comes to each of the points upright. One that is moved to a side stays beside the other where both are level too. */
function curve(points: readonly Point[], beside: number): string {
  const parts = points.slice(1).map(([nextX, nextY], i) => {
    const [x, y] = points[i] as Point;
    const lean = Math.sign((nextX - x) * (nextY - y)) * Math.min(0.8, Math.abs(nextX - x) / 60);
    const middle = (y + nextY) / 2 - lean * beside;
    return `C${[x, middle, nextX, middle, nextX, nextY].map(brief).join(" ")}`;
  });
  return `M${(points[0] as Point).map(brief).join(" ")}${parts.join("")}`;
}

function drawBox(scene: Scene, [x, y]: Point, content: Content, { loop }: LayerBox): void {
  const { height, width } = sizeOf(content, false);
  const [left, top] = [x - width / 2, y - height / 2];
  const box = { left, top, right: left + width, bottom: top + height };
  scene.shape(`<rect class="gradc-shape" x="${brief(left)}" y="${brief(top)}" width="${brief(width)}" height="${brief(height)}" rx="8"/>`, box);
  const { forward, backward } = content;
  let at = top + padding + 12;
  for (const { text, way, isBold } of forward) {
    scene.label({ x, y: at, text, way, ...(isBold && { isBold, size: nameSize }) });
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
  if (loop !== undefined) drawLoop(scene, [box.right, y]);
}

/** An arrow from a box to itself. */
function drawLoop(scene: Scene, [x, y]: Point): void {
  const box = { left: x, top: y - 18, right: x + loopWidth, bottom: y + 18 };
  scene.line(`<path class="gradc-line-forward" d="M${brief(x)} ${brief(y - 14)}c26 0 26 28 ${headLength} 28"/>`, box);
  scene.line(`<path class="gradc-head-forward" d="M${brief(x)} ${brief(y + 14)}l${headLength} -4v8z"/>`, box);
}
