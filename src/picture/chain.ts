// A chain of linear layers with functions of single neurons between them: what a picture of neurons shows.
import type { Described } from "../../compiler/describe/describe.ts";
import { elementAt } from "../../compiler/ir/element.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { sameShape } from "../../compiler/ir/type.ts";
import { withoutBodies } from "../../compiler/ir/walk.ts";
import { type Affine, affineOf, leavesOf } from "../../compiler/scalars/cone.ts";
import { type Layer, layersOf } from "./layers.ts";
import { wordOf } from "./words.ts";

/** A layer of neurons: z = activation(a), a = x·W + b. */
export interface NeuronLayer extends Pick<Affine, "x" | "weight" | "bias"> {
  /** That of a, and that of z where a has a name of its own. */
  readonly members: readonly Layer[];
  /** Before its activation, one number for each neuron in the last axis. */
  readonly a: Node;
  readonly z: Node;
  /** Words for what makes z of a; none where they are one. */
  readonly activation: readonly string[];
}

export interface Chain {
  readonly input: Layer;
  /** Words for what is done to the input before the first layer. */
  readonly before: readonly string[];
  /** What the first layer is given. */
  readonly x: Node;
  readonly layers: readonly [NeuronLayer, ...NeuronLayer[]];
  /** The last layer is all that the loss is made of, beside targets. */
  readonly loss: Layer | undefined;
  readonly targets: readonly Layer[];
}

/** The chain that a network is, if it is one. */
export function chainOf(described: Described): Chain | undefined {
  const roots = [...described.values.values()];
  const root = described.values.get("loss") ?? (roots.length > 0 && described.gradients.size === 0 ? roots.at(-1) : undefined);
  if (!root || root.graph.nodes.length === 0 || withoutBodies([root]).some(({ op }) => op === "loop")) return undefined;
  const all = layersOf(described, [root]);
  const loss = described.values.has("loss") ? all.at(-1) : undefined;
  const targets = loss?.from.filter(({ kind }) => kind === "input") ?? [];
  const [input, ...rest] = all.filter((layer) => layer !== loss && !targets.includes(layer));
  const isPath = rest.every((layer, i) => layer.from.length === 1 && layer.from[0] === (rest[i - 1] ?? input));
  const isEnd = !loss || (loss.from.filter(({ kind }) => kind !== "input")[0] === rest.at(-1) && loss.from.length === targets.length + 1);
  if (input?.kind !== "input" || !isPath || !isEnd || loss?.steps.some(({ parameters }) => parameters.length > 0)) return undefined;
  const before = rest[0]?.kind === "arithmetic" && isRows(rest[0].value, input.value) ? rest[0] : undefined;
  const layers = withActivations(rest.slice(before ? 1 : 0)).map(neuronsOf);
  const x = before?.value ?? input.value;
  if (!isChained(x, layers)) return undefined;
  const [first, ...others] = layers;
  return { input, before: before ? wordsOf(before) : [], x, layers: [first, ...others], loss, targets };
}

const isRows = (value: Node, like: Node): boolean => value.shape.length === like.shape.length && value.shape.at(-1) === like.shape.at(-1);

const wordsOf = ({ steps }: Layer): string[] => steps.map((step) => wordOf(step).text);

function isChained(x: Node, layers: readonly (NeuronLayer | undefined)[]): layers is [NeuronLayer, ...NeuronLayer[]] {
  let given = x;
  for (const layer of layers) {
    if (layer?.x !== given || given.shape.length > 2) return false;
    given = layer.z;
  }
  // What is used twice would look like two.
  return layers.length > 0 && new Set(layers.map((layer) => layer?.weight)).size === layers.length;
}

/** Layers, each with the arithmetic that follows it. */
function withActivations(layers: readonly Layer[]): Layer[][] {
  const found: Layer[][] = [];
  for (const layer of layers) {
    if (layer.kind === "arithmetic" && found.length > 0) found.at(-1)?.push(layer);
    else found.push([layer]);
  }
  return found;
}

/** Layers as neurons, if they are an affine map of weights and a function of each neuron by itself. */
function neuronsOf(members: readonly Layer[]): NeuronLayer | undefined {
  const steps = members.flatMap((layer) => layer.steps);
  const z = elementAt(steps, steps.length - 1).node;
  const [leaf, ...others] = leavesOf(z);
  const affine = leaf && affineOf(leaf);
  if (!affine || others.length > 0 || !sameShape(affine.node.shape, z.shape)) return undefined;
  const { node: a, x, weight, bias } = affine;
  const activation = steps.slice(1 + steps.findIndex(({ node }) => node === a)).map((step) => wordOf(step).text);
  return { members, x, a, z, activation, weight, bias };
}

/** How many weights the chain has, biases among them. */
export const weightsOf = ({ layers }: Chain): number =>
  layers.reduce((count, { weight, bias }) => count + Number(weight.shape[0]) * Number(weight.shape[1]) + Number(bias?.shape[0] ?? 0), 0);
