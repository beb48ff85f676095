// A picture of a network as SVG: its neurons where they are few and in a chain, else its layers as boxes.
import type { Described } from "../../compiler/describe/describe.ts";
import { isPartOfLoss } from "../../compiler/describe/sites.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { words } from "../../compiler/words/words.ts";
import { boxesPicture } from "./boxes.ts";
import { type Chain, chainOf, weightsOf } from "./chain.ts";
import { type Layer, layersOf } from "./layers.ts";
import { wordingOf } from "./names.ts";
import { lossesOf, networkOf } from "./network.ts";
import { neuronsPicture } from "./neurons.ts";
import { type Evaluate, numbersOf } from "./numbers.ts";
import type { Scene } from "./scene.ts";

export type { Evaluate } from "./numbers.ts";

/** Up to so many weights, biases among them, are drawn one by one. */
export const mostWeights = 60;

/**
 * The network `name` as an SVG that needs nothing else and can stand in an HTML page. A chain of linear layers and functions of single numbers
 * that has up to 60 weights is drawn neuron by neuron, with the numbers of `evaluate` where it is given; any other layer by layer.
 */
export function pictureOf(name: string, whole: Described, evaluate?: Evaluate): string {
  const described = { ...whole, values: new Map([...whole.values].filter(([, node]) => !isPartOfLoss(node))) };
  const chain = chainOf(described);
  if (chain && weightsOf(chain) <= mostWeights) return ofNeurons(name, described, chain, evaluate);
  const layers = layersOf(described, endsOf(described));
  const boxes = networkOf(described, layers, wordingOf(described, layers));
  return boxesPicture(boxes, evaluate !== undefined).svg(name, descriptionOf(boxes.map((box) => [box.name, `${box.kind}, ${box.shape}`])));
}

/** What the user named or trains by. Parts that a norm has by its definition, which runs in another form, are none. */
function endsOf(described: Described): Node[] {
  const losses = new Set(lossesOf(described));
  const isNamed = (node: Node) => node.graph.names.has(node) || node.graph.layers.has(node);
  return [...described.values.values()].filter((node) => node.loops.length === 0 && (isNamed(node) || losses.has(node)));
}

function ofNeurons(name: string, described: Described, chain: Chain, evaluate: Evaluate | undefined): string {
  const layers = [chain.input, ...chain.layers.flatMap(({ members }) => members), ...chain.targets, ...(chain.loss ? [chain.loss] : [])];
  const wording = wordingOf(described, layers);
  const scene: Scene = neuronsPicture({ chain, wording, learnt: described.gradients, numbers: evaluate && numbersOf(chain, described, evaluate) });
  return scene.svg(name, descriptionOf(layers.map((layer: Layer) => [wording.nameOf(layer), `${wording.kindOf(layer)}, ${sizeText(layer)}`])));
}

const sizeText = ({ value }: Layer): string => (value.shape.length === 0 ? words.scalar : value.shape.join(" × "));

const descriptionOf = (parts: readonly (readonly [name: string | undefined, kind: string])[]): string =>
  words.picture.description(parts.map(([name, kind]) => (name === undefined ? kind : `${name} (${kind})`)));
