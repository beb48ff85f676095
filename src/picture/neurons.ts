// A chain of layers as neurons: a circle for each with a | z in it, a line for each weight, inputs to the left and the loss to the right.
import { escaped } from "../../compiler/formula/html.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { brief } from "../svg.ts";
import type { Chain, NeuronLayer } from "./chain.ts";
import { legendOf } from "./legend.ts";
import type { Wording } from "./names.ts";
import { type Line, labelled, labelSize, lineBetween, type Place, placesOf, type Texts } from "./neuron-places.ts";
import { type Numbers, shortDigits } from "./numbers.ts";
import { type Box, boxOf, Scene, type Way, widthOf } from "./scene.ts";

/** What is known of a chain. */
export interface Known {
  readonly chain: Chain;
  readonly wording: Wording;
  /** Without them names alone are drawn. */
  readonly numbers: Numbers | undefined;
}

const lowered = (value: number | string): string => [...String(value)].map((digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)] ?? digit).join("");
const raised = (value: number): string => `⁽${[...String(value)].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join("")}⁾`;

/** w₁₂⁽³⁾: of layer 3, from its input 1, or from the bias as 0, to its neuron 2. */
const weightName = (layer: number, from: number, to: number): string =>
  `w${lowered(from)}${from > 9 || to > 9 ? "," : ""}${lowered(to)}${raised(layer)}`;

const equation = (name: string, value: number | undefined): string => (value === undefined ? name : `${name} = ${shortDigits(value)}`);

const inside = ({ x, y, radius }: Place): Box => ({ left: x - radius, top: y - radius, right: x + radius, bottom: y + radius });

const lineBox = ({ from, to }: Line): Box => ({
  left: Math.min(from[0], to[0]),
  top: Math.min(from[1], to[1]),
  right: Math.max(from[0], to[0]),
  bottom: Math.max(from[1], to[1]),
});

/** The picture of a chain of neurons. */
export function neuronsPicture(known: Known): Scene {
  const { chain } = known;
  const scene = new Scene();
  const counts = [Number(chain.x.shape.at(-1)), ...chain.layers.map(({ weight }) => Number(weight.shape[1]))];
  const places = placesOf(counts, known.numbers ? "numbers" : "names");
  const numbers = new NeuronNames(known, counts);
  for (const [i, place] of (places[0] as Place[]).entries()) drawInput(scene, place, numbers, i);
  const taken: Box[] = places.flat().map(inside);
  for (const [k, layer] of chain.layers.entries())
    for (const [j, place] of (places[k + 1] as Place[]).entries()) taken.push(...drawNeuron(scene, place, numbers, { layer, k, j }));
  for (const [k, layer] of chain.layers.entries()) drawWeights(scene, { layer, k, places, names: numbers, taken });
  drawHeads(scene, known, places);
  if (chain.loss) drawLoss(scene, known, places.at(-1) as Place[]);
  legendOf(scene, legendTexts(known));
  return scene;
}

/** A neuron by its layer and its place in it. */
interface At {
  readonly layer: NeuronLayer;
  readonly k: number;
  readonly j: number;
}

/** Names and numbers of neurons, which are numbered through the network. */
class NeuronNames {
  readonly #known: Known;
  readonly #before: readonly number[];

  constructor(known: Known, counts: readonly number[]) {
    this.#known = known;
    this.#before = counts.map((_, k) => counts.slice(1, k + 1).reduce((all, count) => all + count, 0));
  }

  ordinal = ({ k, j }: Pick<At, "k" | "j">): number => (this.#before[k] as number) + j + 1;

  value = (node: Node, at: number): number | undefined => this.#known.numbers?.value(node, at);

  slope = (node: Node | undefined, at: number): number | undefined => this.#known.numbers?.slope(node, at);

  input = (i: number): readonly [string, number | undefined] => [`x${lowered(i + 1)}`, this.value(this.#known.chain.x, i)];

  /** What goes into the layer k from its input i. */
  source = (k: number, i: number): string => (k === 0 ? `x${lowered(i + 1)}` : `z${lowered(this.ordinal({ k: k - 1, j: i }))}`);

  get hasErrors(): boolean {
    const { chain, numbers } = this.#known;
    return chain.loss !== undefined && (numbers === undefined || numbers.slope(chain.layers[0].a, 0) !== undefined);
  }

  get hasNumbers(): boolean {
    return this.#known.numbers !== undefined;
  }

  error = ({ layer, k, j }: At): string => (this.hasErrors ? equation(`δ${lowered(this.ordinal({ k, j }))}`, this.slope(layer.a, j)) : "");

  /** What stands below the line of a weight: its gradient as a number, else what that is made of. */
  gradient(parameter: Node | undefined, at: number, terms: string): string {
    const slope = this.slope(parameter, at);
    if (slope !== undefined) return `∂ = ${shortDigits(slope)}`;
    return this.hasNumbers || !this.hasErrors ? "" : terms;
  }
}

function drawInput(scene: Scene, place: Place, names: NeuronNames, i: number): void {
  const [name, value] = names.input(i);
  drawCircle(scene, place);
  if (value !== undefined) scene.label({ x: place.x, y: place.y + 13, text: shortDigits(value), way: "forward", size: insideSize });
  scene.label({ x: place.x, y: place.y + (value === undefined ? 4 : -3), text: name, way: "forward" });
}

const insideSize = 10;

function drawCircle(scene: Scene, place: Place): void {
  scene.shape(`<circle class="gradc-shape" cx="${brief(place.x)}" cy="${brief(place.y)}" r="${place.radius}"/>`, inside(place));
}

/** The circle of a neuron with its bias above and its error below; the room of these. */
function drawNeuron(scene: Scene, place: Place, names: NeuronNames, at: At): Box[] {
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
  const error = { x, y: y + radius + 15, text: names.error(at), way: "backward" as const };
  if (error.text !== "") scene.label(error);
  return [...(error.text === "" ? [] : [boxOf(error)]), ...drawBias(scene, place, names, at)];
}

function drawPart(scene: Scene, x: number, y: number, name: string, value: number | undefined): void {
  scene.label({ x, y: y + (value === undefined ? 4 : -4), text: name, way: "forward" });
  if (value !== undefined) scene.label({ x, y: y + 13, text: shortDigits(value), way: "forward", size: insideSize });
}

function drawBias(scene: Scene, { x, y, radius }: Place, names: NeuronNames, { layer, k, j }: At): Box[] {
  if (!layer.bias) return [];
  const top = y - radius;
  const name = weightName(k + 1, 0, j + 1);
  const ordinal = lowered(names.ordinal({ k, j }));
  const mark = `<path class="gradc-bias" d="M${brief(x)} ${brief(top)}v-9m-3.5 0h7v-7h-7z"><title>${escaped(`bias ${equation(name, names.value(layer.bias, j))}`)}</title></path>`;
  scene.shape(mark, { left: x - 3.5, top: top - 16, right: x + 3.5, bottom: top });
  const texts: [string, Way][] = [
    [names.gradient(layer.bias, j, `δ${ordinal}`), "backward"],
    [equation(name, names.value(layer.bias, j)), "forward"],
  ];
  const labels = texts.filter(([text]) => text !== "").map(([text, way], i) => ({ x, y: top - 21 - 14 * i, text, way, size: labelSize }));
  for (const label of labels) scene.label(label);
  return labels.map(boxOf);
}

interface Weights {
  readonly layer: NeuronLayer;
  readonly k: number;
  readonly places: readonly (readonly Place[])[];
  readonly names: NeuronNames;
  /** The room that is taken; that of texts is added. */
  readonly taken: Box[];
}

function drawWeights(scene: Scene, { layer, k, places, names, taken }: Weights): void {
  const [left, right] = [places[k] as readonly Place[], places[k + 1] as readonly Place[]];
  const weights = left.flatMap((from, i) => right.map((to, j) => ({ line: lineBetween(from, to), i, j, at: i * right.length + j })));
  const values = weights.map(({ at }) => names.value(layer.weight, at));
  const largest = Math.max(...values.map((value) => Math.abs(value ?? 0))) || 1;
  const texts = weights.map(({ i, j, at }): Texts => {
    const terms = `δ${lowered(names.ordinal({ k, j }))}·${names.source(k, i)}`;
    return [equation(weightName(k + 1, i + 1, j + 1), names.value(layer.weight, at)), names.gradient(layer.weight, at, terms)];
  });
  for (const [n, { line }] of weights.entries()) scene.line(weightLine(line, texts[n] as Texts, values[n], largest), lineBox(line));
  const labels = labelled(
    weights.map(({ line }) => line),
    texts,
    taken,
  );
  for (const label of labels) {
    if (label.text !== "") scene.label(label);
    taken.push(boxOf(label));
  }
}

/** As wide as the weight is large; what it is shows where one points at it. */
function weightLine({ from, to }: Line, texts: Texts, value: number | undefined, largest: number): string {
  const sign = value === undefined ? "" : value < 0 ? " gradc-negative" : " gradc-positive";
  const width = value === undefined ? "" : ` style="stroke-width:${brief(1 + (3.5 * Math.abs(value)) / largest)}px"`;
  const path = `M${from.map(brief).join(" ")}L${to.map(brief).join(" ")}`;
  return `<path class="gradc-weight${sign}" d="${path}"${width}><title>${escaped(texts.filter((text) => text !== "").join(", "))}</title></path>`;
}

/** Names of layers above their columns. */
function drawHeads(scene: Scene, { chain, wording }: Known, places: readonly (readonly Place[])[]): void {
  const top = scene.bounds().top - 34;
  const heads = [
    [chain.before.reduce((x, word) => `${word}(${x})`, wording.nameOf(chain.input)), "input"],
    ...chain.layers.map(({ layer, activation }) => [wording.nameOf(layer), ["linear", ...activation].join(" → ")]),
  ];
  for (const [i, [name = "", kind = ""]] of heads.entries()) {
    const [{ x }] = places[i] as [Place];
    scene.label({ x, y: top, text: name, way: "plain", size: 14, isBold: true });
    scene.label({ x, y: top + 17, text: kind, way: "quiet" });
  }
}

/** The loss as a box, with what it is and the targets. */
function drawLoss(scene: Scene, { chain, wording, numbers }: Known, outputs: readonly Place[]): void {
  const loss = chain.loss as NonNullable<Chain["loss"]>;
  const targets = chain.targets.map((target) => `${wording.nameOf(target)}${targetText(target.value, numbers)}`);
  const value = numbers?.value(loss.value, 0);
  const lines: readonly (readonly [string, Way])[] = [
    [wording.kindOf(loss), "plain"],
    [targets.join(", "), "forward"],
    [value === undefined ? "" : `L = ${shortDigits(value)}`, "forward"],
  ];
  const shown = lines.filter(([text]) => text !== "");
  const width = Math.max(widthOf("loss L", 14), ...shown.map(([text]) => widthOf(text))) + 24;
  const height = 34 + 18 * shown.length;
  const left = (outputs[0] as Place).x + (outputs[0] as Place).radius + 70;
  const box: Box = { left, top: -height / 2, right: left + width, bottom: height / 2 };
  for (const { x, y, radius } of outputs) {
    const line: Line = { from: [x + radius, y], to: [left, Math.max(box.top + 8, Math.min(box.bottom - 8, y))] };
    scene.line(`<path class="gradc-rule" d="M${line.from.map(brief).join(" ")}L${line.to.map(brief).join(" ")}"/>`, lineBox(line));
  }
  scene.shape(`<rect class="gradc-shape" x="${brief(left)}" y="${brief(box.top)}" width="${brief(width)}" height="${height}" rx="8"/>`, box);
  const x = left + width / 2;
  scene.label({ x, y: box.top + 21, text: "loss L", way: "plain", size: 14, isBold: true });
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

function legendTexts({ chain, numbers }: Known): [Way, string][] {
  const rows = numbers && numbers.rows > 1 ? `a, z, δ: of the first of ${numbers.rows} examples, L and ∂: of all of them` : "";
  const gradient = numbers ? "∂ = ∂L/∂w, for the line or bias it stands at" : "below a line: ∂L/∂w of one example";
  const all: [Way, string][] = [
    ["forward", "forward, above a line: w, the weight; in a circle: a | z, before | after the activation"],
    ["backward", chain.loss ? `backward, below, in italics: δ = ∂L/∂a; ${gradient}` : ""],
    [
      "quiet",
      numbers ? "a line is as wide as its weight is large: solid where it is positive, dashed where it is negative; ■ is a bias" : "■ is a bias",
    ],
    ["quiet", rows],
  ];
  return all.filter(([, text]) => text !== "");
}
