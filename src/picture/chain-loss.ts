// The loss of a chain as a box at its right: what it is, the targets, and its number.
import type { Node } from "../../compiler/ir/node.ts";
import { words } from "../../compiler/words/words.ts";
import { brief } from "../svg.ts";
import type { Chain } from "./chain.ts";
import type { Known } from "./neuron-names.ts";
import type { Line, Place } from "./neuron-places.ts";
import { type Numbers, shortDigits } from "./numbers.ts";
import { type Box, boxAround, type Scene, type Way, widthOf } from "./scene.ts";

/** Draws the loss right of the neurons that it is made of. */
export function drawLoss(scene: Scene, { chain, wording, numbers }: Known, outputs: readonly Place[]): void {
  const loss = chain.loss as NonNullable<Chain["loss"]>;
  const targets = chain.targets.map((target) => `${wording.nameOf(target)}${targetText(target.value, numbers)}`);
  const value = numbers?.value(loss.value, 0);
  const lines: readonly (readonly [string, Way])[] = [
    [wording.kindOf(loss), "plain"],
    [targets.join(", "), "forward"],
    [value === undefined ? "" : `L = ${shortDigits(value)}`, "forward"],
  ];
  const title = words.picture.neurons.loss("L");
  const shown = lines.filter(([text]) => text !== "");
  const width = Math.max(widthOf(title, 14), ...shown.map(([text]) => widthOf(text))) + 24;
  const height = 34 + 18 * shown.length;
  const left = (outputs[0] as Place).x + (outputs[0] as Place).radius + 70;
  const box: Box = { left, top: -height / 2, right: left + width, bottom: height / 2 };
  for (const { x, y, radius } of outputs) {
    const line: Line = { from: [x + radius, y], to: [left, Math.max(box.top + 8, Math.min(box.bottom - 8, y))] };
    scene.line(`<path class="gradc-rule" d="M${line.from.map(brief).join(" ")}L${line.to.map(brief).join(" ")}"/>`, boxAround([line.from, line.to]));
  }
  scene.shape(`<rect class="gradc-shape" x="${brief(left)}" y="${brief(box.top)}" width="${brief(width)}" height="${height}" rx="8"/>`, box);
  const x = left + width / 2;
  scene.label({ x, y: box.top + 21, text: title, way: "plain", size: 14, isBold: true });
  for (const [i, [text, way]] of shown.entries()) scene.label({ x, y: box.top + 41 + 18 * i, text, way });
}

const mostTargets = 3;

function targetText(target: Node, numbers: Numbers | undefined): string {
  const count = Number(target.shape.length > 1 || target.shape[0] !== "batch" ? (target.shape.at(-1) ?? 1) : 1);
  const values = Array.from({ length: count }, (_, i) => numbers?.value(target, i));
  if (values.some((value) => value === undefined) || count > mostTargets) return "";
  const texts = values.map((value) => shortDigits(value as number));
  return ` = ${count === 1 ? texts[0] : `(${texts.join(", ")})`}`;
}
