// A program as a chain of linear layers with activations, read from the loss back to the input.

import { bare, nothing } from "../describe/form.ts";
import { placeOf } from "../diagnostics/places.ts";
import { noNeurons } from "../diagnostics/scalars.ts";
import { elementAt } from "../ir/element.ts";
import type { Program } from "../ir/entry.ts";
import type { Node } from "../ir/node.ts";
import { isOp, type OpNode } from "../ops/table.ts";
import { any, is, match } from "../rewrite/pattern.ts";
import { type Affine, affineOf, calledBy, leavesOf, notALayer } from "./cone.ts";
import { type ScalarFunction, scalarFunction } from "./function.ts";
import { lossIn, type ReadLoss } from "./loss.ts";
import { type Penalty, partedOf } from "./penalties.ts";

/** A linear layer and its activation. */
export interface Layer extends Affine {
  readonly inputs: number;
  readonly outputs: number;
  /** None where the layer has no activation. */
  readonly activation: ScalarFunction | undefined;
  /** Its result after the activation. */
  readonly activated: Node;
}

/** An input of which each column is shifted by its mean and divided by its deviation. */
export interface Standardized {
  readonly mean: OpNode<"state">;
  readonly deviation: OpNode<"state">;
}

/** A chain of layers and its loss. */
export interface Network {
  readonly input: OpNode<"input">;
  /** Set where the first layer is one of the standardised input. */
  readonly standardized: Standardized | undefined;
  /** How many examples there are: none where it is one alone, a number, or the name of a dimension. */
  readonly rows: number | string | undefined;
  /** From the input on, at least one. */
  readonly layers: readonly Layer[];
  /** None for a model without a loss. */
  readonly loss: ReadLoss["loss"] | undefined;
  /** By what number it is multiplied. */
  readonly factor: number;
  /** What is added to it, of weights alone. */
  readonly penalties: readonly Penalty[];
  /** The names by which gradients are asked for. */
  readonly shown: ReadonlySet<string>;
  /** What the user calls a value. */
  nameOf(node: Node): string | undefined;
}

/** How many axes of a layer's result are of examples: none for one alone. One neuron of a vector of weights has no axis of neurons. */
const axesOfExamples = ({ node, weight }: Affine): number => node.shape.length - (weight.shape.length - 1);

function layerAt(activated: Node): Layer {
  const leaves = leavesOf(activated);
  const odd = leaves.find((leaf) => !affineOf(leaf));
  if (odd) throw notALayer(odd);
  const affine = elementAt(leaves, 0) && affineOf(elementAt(leaves, 0));
  if (leaves.length > 1 || !affine)
    throw noNeurons(calledBy(activated), `is computed of ${leaves.length} layers at once: ${leaves.map(calledBy).join(", ")}`, placeOf(activated));
  if (axesOfExamples(affine) < 0 || axesOfExamples(affine) > 1)
    throw noNeurons(calledBy(activated), `has ${affine.node.shape.length} axes: neurons stand in one row`, placeOf(activated));
  const [inputs, outputs = 1] = affine.weight.shape as readonly [number, number?];
  const activation = activated === affine.node ? undefined : scalarFunction(activated, [affine.node], activated);
  return { ...affine, inputs, outputs, activation: activation?.isIdentity ? undefined : activation, activated };
}

/** The input that a first layer is one of, as it is or standardised. */
function inputAt(node: Node): Pick<Network, "input" | "standardized"> | undefined {
  if (isOp(node, "input")) return { input: node, standardized: undefined };
  const bound = match(is("div", is("sub", any("x"), any("mean")), any("deviation")), node, nothing);
  const [mean, deviation] = bound ? [bare(bound.mean), bare(bound.deviation)] : [node, node];
  if (!bound || !isOp(bound.x, "input") || !isOp(mean, "state") || !isOp(deviation, "state")) return undefined;
  const isByColumn = [mean, deviation].every(({ shape }) => shape.length === 1 && shape[0] === node.shape.at(-1));
  return isByColumn ? { input: bound.x, standardized: { mean, deviation } } : undefined;
}

/** The layers from the input on that `last` is the result of. */
function layersTo(last: Node): Pick<Network, "input" | "standardized" | "layers"> {
  const layers: Layer[] = [];
  for (let node = last; ; ) {
    const layer = layerAt(node);
    layers.unshift(layer);
    const input = inputAt(layer.x);
    if (input) return { ...input, layers };
    node = layer.x;
  }
}

function checkShared(layers: readonly Layer[]): void {
  const seen = new Set<Node>();
  for (const { weight, bias } of layers)
    for (const parameter of [weight, ...(bias ? [bias] : [])]) {
      if (seen.has(parameter)) throw noNeurons(calledBy(parameter), "is a parameter of several layers");
      seen.add(parameter);
    }
}

/** The loss, and the last value of the chain; without a loss the one output. */
function endOf(program: Program): Pick<Network, "loss" | "factor" | "penalties"> & { readonly prediction: Node; readonly shown: readonly string[] } {
  const resultsOf = (name: string) => program.entries.find((entry) => entry.name === name)?.results ?? [];
  const outputs = resultsOf("predict").map(({ node }) => node);
  const [loss, ...gradients] = resultsOf("gradients");
  if (loss) {
    const { loss: ofData, ...others } = partedOf(loss.node);
    const read = lossIn(ofData, outputs);
    return { ...read, ...others, factor: read.factor * others.factor, shown: gradients.map(({ name }) => name) };
  }
  if (program.entries.some(({ name }) => name.startsWith("gradients"))) throw noNeurons("a model of games", "has several losses");
  const [only, ...others] = outputs;
  if (!only || others.length > 0) throw noNeurons("a model without a loss", "has neurons where it has one output");
  return { loss: undefined, factor: 1, penalties: [], prediction: only, shown: [] };
}

/** The network that `program` is, as it is before any pass. @throws GradcError `no-neurons` where it is no chain of linear layers */
export function networkOf(program: Program): Network {
  const { loss, factor, penalties, prediction, shown } = endOf(program);
  const { input, standardized, layers } = layersTo(prediction);
  checkShared(layers);
  const first = elementAt(layers, 0);
  const known = layers.flatMap(({ weight, bias }) => [weight, ...(bias ? [bias] : [])]).map(({ params }) => params.name);
  const odd = shown.find((name) => ![...known, input.params.name].includes(name));
  if (odd !== undefined) throw noNeurons(`"${odd}"`, "is no weight, bias or input of the layers; δ stands on the page for every neuron");
  const outputs = new Map(program.entries.find(({ name }) => name === "predict")?.results.map(({ name, node }) => [node, name]));
  const outside = penalties.find(({ parameter }) => !known.includes(parameter.params.name));
  if (outside) throw notALayer(outside.parameter);
  const nameOf = (node: Node) => shortest([...(program.graph.names.get(node) ?? [])].map(({ text }) => text)) ?? outputs.get(node);
  return {
    input,
    standardized,
    rows: axesOfExamples(first) === 1 ? first.node.shape[0] : undefined,
    layers,
    loss,
    factor,
    penalties,
    shown: new Set(shown),
    nameOf,
  };
}

const shortest = (names: readonly string[]): string | undefined => [...names].sort((a, b) => a.length - b.length)[0];
