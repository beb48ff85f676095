// A chain of layers as neurons: a circle for each with a | z in it, a line for each weight, inputs to the left and the loss to the right.
import { words } from "../../compiler/words/words.ts";
import { drawLoss } from "./chain-loss.ts";
import type { Layer } from "./layers.ts";
import { legendOf } from "./legend.ts";
import { drawInput, drawNeuron, drawWeights } from "./neuron-drawing.ts";
import { type Known, NeuronNames } from "./neuron-names.ts";
import { columnWidth, outlineOf, type Place, placesOf } from "./neuron-places.ts";
import { clipped, Scene, type Way } from "./scene.ts";

/** The picture of a chain of neurons. */
export function neuronsPicture(known: Known): Scene {
  const { chain } = known;
  const scene = new Scene();
  const counts = [Number(chain.x.shape.at(-1)), ...chain.layers.map(({ weight }) => Number(weight.shape[1]))];
  const places = placesOf(counts, known.numbers ? "numbers" : "names");
  const names = new NeuronNames(known, counts);
  for (const [i, place] of (places[0] as Place[]).entries()) drawInput(scene, place, names, i);
  const taken = places.flat().map(outlineOf);
  for (const [k, layer] of chain.layers.entries())
    for (const [j, place] of (places[k + 1] as Place[]).entries()) taken.push(...drawNeuron(scene, place, names, { layer, k, j }));
  const isFull = chain.layers.map((layer, k) => drawWeights(scene, { layer, k, places, names, taken })).every((each) => each);
  drawHeads(scene, known, places);
  if (chain.loss) drawLoss(scene, known, places.at(-1) as Place[]);
  legendOf(scene, legendTexts(known, isFull));
  return scene;
}

/** Names of layers above their columns. */
function drawHeads(scene: Scene, { chain, wording, numbers }: Known, places: readonly (readonly Place[])[]): void {
  const room = columnWidth[numbers ? "numbers" : "names"] - 12;
  const top = scene.bounds().top - 34;
  const nameOf = (members: readonly Layer[]) => members.flatMap((member) => wording.nameOf(member) ?? []).join(" | ");
  const heads = [
    [chain.before.reduce((x, word) => `${word}(${x})`, wording.nameOf(chain.input)), words.picture.steps.input],
    ...chain.layers.map(({ members, activation }) => [nameOf(members), [words.picture.steps.linear, ...activation].join(" → ")]),
  ];
  for (const [i, [name = "", kind = ""]] of heads.entries()) {
    const [{ x }] = places[i] as [Place];
    scene.label({ x, y: top, text: clipped(name, room, 14), way: "plain", size: 14, isBold: true });
    scene.label({ x, y: top + 17, text: clipped(kind, room), way: "quiet" });
  }
}

function legendTexts({ chain, numbers }: Known, isFull: boolean): [Way, string][] {
  const said = words.picture.neurons.legend;
  const all: [Way, string][] = [
    ["forward", said.forward],
    ["backward", chain.loss ? said.backward(numbers ? said.numbers : said.gradient) : ""],
    ["quiet", numbers ? `${said.widths}; ${said.bias}` : said.bias],
    ["quiet", isFull ? "" : said.others],
    ["quiet", numbers && numbers.rows > 1 ? said.rows(numbers.rows) : ""],
  ];
  return all.filter(([, text]) => text !== "");
}
