// A chain of linear layers with functions of single neurons between them: what a picture of neurons shows.
import type { Described } from "../../compiler/describe/describe.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { withoutBodies } from "../../compiler/ir/walk.ts";
import { parseLabels } from "../../compiler/ops/contraction.ts";
import { elementwise } from "../../compiler/ops/elementwise.ts";
import { isOp, type OpNode } from "../../compiler/ops/table.ts";
import { type Layer, layersOf } from "./layers.ts";
import { wordOf } from "./words.ts";

/** A layer of neurons: z = activation(a), a = x·W + b. */
export interface NeuronLayer {
  /** That of a, and that of z where a has a name of its own. */
  readonly members: readonly Layer[];
  /** Before its activation, one number for each neuron in the last axis. */
  readonly a: Node;
  readonly z: Node;
  /** Words for what makes z of a; none where they are one. */
  readonly activation: readonly string[];
  /** A row for each of its inputs, a column for each neuron. */
  readonly weight: OpNode<"parameter">;
  readonly bias: OpNode<"parameter"> | undefined;
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
  let given = x.shape;
  for (const layer of layers) {
    if (!layer || given.length > 2 || layer.weight.shape[0] !== given.at(-1)) return false;
    given = layer.z.shape;
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

/** Layers as neurons, if the first step is a product with a matrix of weights, then a bias, and what follows goes neuron by neuron. */
function neuronsOf(members: readonly Layer[]): NeuronLayer | undefined {
  const [product, ...after] = members.flatMap(({ steps }) => steps);
  if (!product || !isOp(product.node, "contract")) return undefined;
  const [weight, ...others] = product.parameters;
  if (!weight || others.length > 0 || weight.shape.length !== 2 || !isPlainProduct(product.node, weight)) return undefined;
  const [added] = after;
  const [bias] = added && isOp(added.node, "add") && added.from[0] === product.node ? added.parameters : [];
  if (bias && bias.shape.length !== 1) return undefined;
  const activation = after.slice(bias ? 1 : 0);
  const a = bias && added ? added.node : product.node;
  const z = after.at(-1)?.node ?? product.node;
  if (activation.some(({ parameters, isRandom }) => parameters.length > 0 || isRandom) || !isNeuronwise(z, a)) return undefined;
  const words = activation.map((step) => wordOf(step).text);
  return { members, a, z, activation: words, weight, bias };
}

function isPlainProduct(node: OpNode<"contract">, weight: Node): boolean {
  const { x, y, result } = parseLabels(node.params.spec);
  const [rows, matrix] = node.inputs[1] === weight ? [x, y] : [y, x];
  return node.inputs.includes(weight) && matrix[0] === rows.at(-1) && matrix[1] === result.at(-1) && result.length === rows.length;
}

/** Whether each element of z is a function of the element of a at its place, whose derivative is nothing else's. */
function isNeuronwise(z: Node, a: Node): boolean {
  const dependent = new Set([a]);
  for (const node of withoutBodies([z])) {
    if (node === a || !node.inputs.some((input) => dependent.has(input))) continue;
    if (!Object.hasOwn(elementwise, node.op)) return false;
    dependent.add(node);
  }
  return dependent.has(z);
}

/** How many weights the chain has, biases among them. */
export const weightsOf = ({ layers }: Chain): number =>
  layers.reduce((count, { weight, bias }) => count + Number(weight.shape[0]) * Number(weight.shape[1]) + Number(bias?.shape[0] ?? 0), 0);
