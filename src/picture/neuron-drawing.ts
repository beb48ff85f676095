// Circles of neurons, with their biases above and their errors below, and the lines of weights between them.
import { escaped } from "../../compiler/formula/html.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { words } from "../../compiler/words/words.ts";
import { brief } from "../svg.ts";
import type { NeuronLayer } from "./chain.ts";
import { type At, equation, lowered, type NeuronNames, weightName } from "./neuron-names.ts";
import { type Line, labelled, labelSize, lineBetween, type Place, type Texts } from "./neuron-places.ts";
import { briefDigits } from "./numbers.ts";
import { type Box, boxAround, cornersOf, type Point, type Scene, type Way } from "./scene.ts";

const inside = ({ x, y, radius }: Place): Box => ({ left: x - radius, top: y - radius, right: x + radius, bottom: y + radius });

export function drawInput(scene: Scene, place: Place, names: NeuronNames, i: number): void {
  const [name, value] = names.input(i);
  drawCircle(scene, place);
  if (value !== undefined) scene.label({ x: place.x, y: place.y + 13, text: briefDigits(value), way: "forward", size: insideSize });
  scene.label({ x: place.x, y: place.y + (value === undefined ? 4 : -3), text: name, way: "forward" });
}

const insideSize = 10;

function drawCircle(scene: Scene, place: Place): void {
  scene.shape(`<circle class="gradc-shape" cx="${brief(place.x)}" cy="${brief(place.y)}" r="${place.radius}"/>`, inside(place));
}

/** The circle of a neuron with its bias above and its error below; the room of these. */
export function drawNeuron(scene: Scene, place: Place, names: NeuronNames, at: At): Point[][] {
  const { layer, k, j } = at;
  const { x, y, radius } = place;
  drawCircle(scene, place);
  const own = lowered(names.ordinal({ k, j }));
  const number = (node: Node) => names.value(node, j);
  if (layer.activation.length === 0) drawPart(scene, x, y, `z${own} = a${own}`, number(layer.z));
  else {
    scene.shape(`<path class="gradc-rule" d="M${brief(x)} ${brief(y - radius)}v${2 * radius}"/>`, inside(place));
    drawPart(scene, x - radius / 2 + 0.5, y, `a${own}`, number(layer.a));
    drawPart(scene, x + radius / 2 - 0.5, y, `z${own}`, number(layer.z));
  }
  const error = { x, y: y + radius + 15, text: names.error(at), way: "backward" as const, isClear: true };
  if (error.text !== "") scene.label(error);
  return [...(error.text === "" ? [] : [cornersOf(error)]), ...drawBias(scene, place, names, at)];
}

function drawPart(scene: Scene, x: number, y: number, name: string, value: number | undefined): void {
  scene.label({ x, y: y + (value === undefined ? 4 : -4), text: name, way: "forward" });
  if (value !== undefined) scene.label({ x, y: y + 13, text: briefDigits(value), way: "forward", size: insideSize });
}

function drawBias(scene: Scene, { x, y, radius }: Place, names: NeuronNames, { layer, k, j }: At): Point[][] {
  if (!layer.bias) return [];
  const top = y - radius;
  const name = weightName(k + 1, 0, j + 1);
  const ordinal = lowered(names.ordinal({ k, j }));
  const mark = `<path class="gradc-bias" d="M${brief(x)} ${brief(top)}v-9m-3.5 0h7v-7h-7z"><title>${escaped(words.picture.neurons.bias(equation(name, names.value(layer.bias, j))))}</title></path>`;
  scene.shape(mark, { left: x - 3.5, top: top - 16, right: x + 3.5, bottom: top });
  const texts: [string, Way][] = [
    [names.gradient(layer.bias, j, `δ${ordinal}`), "backward"],
    [equation(name, names.value(layer.bias, j)), "forward"],
  ];
  const labels = texts
    .filter(([text]) => text !== "")
    .map(([text, way], i) => ({ x, y: top - 21 - 14 * i, text, way, size: labelSize, isClear: true }));
  for (const label of labels) scene.label(label);
  return labels.map(cornersOf);
}

export interface Weights {
  readonly layer: NeuronLayer;
  readonly k: number;
  readonly places: readonly (readonly Place[])[];
  readonly names: NeuronNames;
  /** The corners of what is drawn. */
  readonly taken: Point[][];
}

/** The lines of the weights of a layer, with texts where there is room; whether there is for all. */
export function drawWeights(scene: Scene, { layer, k, places, names, taken }: Weights): boolean {
  const [left, right] = [places[k] as readonly Place[], places[k + 1] as readonly Place[]];
  const weights = left.flatMap((from, i) => right.map((to, j) => ({ line: lineBetween(from, to), i, j, at: i * right.length + j })));
  const values = weights.map(({ at }) => names.value(layer.weight, at));
  const largest = Math.max(...values.map((value) => Math.abs(value ?? 0)).filter(Number.isFinite)) || 1;
  const texts = weights.map(({ i, j, at }): Texts => {
    const terms = `δ${lowered(names.ordinal({ k, j }))}·${names.source(k, i)}`;
    return [equation(weightName(k + 1, i + 1, j + 1), names.value(layer.weight, at)), names.gradient(layer.weight, at, terms)];
  });
  for (const [n, { line }] of weights.entries()) scene.line(weightLine(line, texts[n] as Texts, values[n], largest), boxAround([line.from, line.to]));
  const labels = labelled(
    weights.map(({ line }) => line),
    texts,
    taken,
  );
  for (const label of labels) scene.label(label);
  return labels.length === texts.flat().filter((text) => text !== "").length;
}

/** As wide as the weight is large; what it is shows where one points at it. */
function weightLine({ from, to }: Line, texts: Texts, value: number | undefined, largest: number): string {
  const sign = value === undefined ? "" : value < 0 ? " gradc-negative" : " gradc-positive";
  const width = value === undefined || !Number.isFinite(value) ? "" : ` style="stroke-width:${brief(1 + (3.5 * Math.abs(value)) / largest)}px"`;
  const path = `M${from.map(brief).join(" ")}L${to.map(brief).join(" ")}`;
  return `<path class="gradc-weight${sign}" d="${path}"${width}><title>${escaped(texts.filter((text) => text !== "").join(", "))}</title></path>`;
}
