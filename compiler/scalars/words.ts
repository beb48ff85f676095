// What a page of scalars says in words: its titles, and its line of conventions.
import { print } from "../formula/notation.ts";
import { text } from "../formula/text.ts";
import { element, type Formula, number } from "../formula/tree.ts";
import type { OpNode } from "../ops/table.ts";
import { words } from "../words/words.ts";
import type { Network } from "./network.ts";
import { isActive, type Signing, widthOf } from "./signs.ts";

const { forward, errors, gradients, conventions } = words.titles;
const said = words.scalars;

export const titles = { forward, errors, gradients, conventions, ...said.titles } as const;

const sign = (formula: Formula): string => print(formula, text);

const upTo = (letter: string, last: number): string => (last === 1 ? `${letter} = 1` : `${letter} = 1 … ${last}`);

/** The numbers of the neurons of each layer. */
const numbers = (network: Network, signs: Signing) =>
  network.layers.map((_, at) => [signs.offset(at + 1) + 1, signs.offset(at + 1) + widthOf(network, at + 1)] as const);

/** An element of a parameter, that of one neuron without the number of this. */
const elementOf = ({ params, shape }: OpNode<"parameter">, indices: readonly string[]): string =>
  shape.length === 0 ? params.name : `${params.name}[${indices.slice(0, shape.length).join(", ")}]`;

/** Which parameter each weight is. */
function weightsOf(network: Network, signing: Signing): string[] {
  const signs = signing.of(undefined);
  return network.layers.map(({ weight, bias }, at) => {
    const layer = at + 1;
    const j = signing.notation === "index" && layer === network.layers.length ? "k" : "j";
    const ranges = `${upTo("i", widthOf(network, at))}; ${upTo(j, widthOf(network, layer))}`;
    const own = said.isWeight(sign(signs.weight(layer, "i", j)), elementOf(weight, ["i", j]), ["i", j], ranges);
    return bias ? `${own}; ${said.is(sign(signs.bias(layer, j)), elementOf(bias, [j]))}` : own;
  });
}

function numberingOf(network: Network, signing: Signing): string[] {
  const signs = signing.of(signing.notation === "index" && network.rows !== undefined ? "n" : undefined);
  const j = signing.notation === "index" && network.layers.length === 1 ? "k" : "j";
  const error = network.loss ? [`${sign(signs.error(1, j))} = ∂L/∂${sign(signs.before(1, j))}`] : [];
  if (signing.notation === "modules") {
    const modules = network.layers.map((_, at) => {
      const label = signing.label(at + 1) as string;
      return [label, isActive(network, at + 1) ? String(Number(label) + 1) : undefined] as const;
    });
    return [said.modules(modules, network.loss && "δ⁽ᵐ⁾ = ∂L/∂z⁽ᵐ⁾")];
  }
  if (signing.notation === "index") return error;
  const hasActivations = network.layers.some((_, at) => isActive(network, at + 1));
  const offsets = network.layers.some((_, at) => signing.offset(at + 1) > 0 && widthOf(network, at + 1) > 1);
  return [[said.neurons(numbers(network, signing), hasActivations), ...error].join("; "), ...(offsets ? [said.indices] : [])];
}

/** What the input is where it is standardised. */
function inputOf({ standardized }: Network, signing: Signing): string[] {
  if (!standardized) return [];
  const { after, mean, deviation } = signing.of(undefined);
  const states = [
    said.is(sign(mean("i")), `${standardized.mean.params.name}[i]`),
    said.is(sign(deviation("i")), `${standardized.deviation.params.name}[i]`),
  ];
  return [said.standardized(sign(after(0, "i")), states)];
}

/** What stands for the examples. */
function examplesOf({ loss, rows, penalties }: Network, signing: Signing): string[] {
  if (rows === undefined) return [];
  const isIgnoring = loss?.kind === "classes" && loss.ignored !== undefined;
  const ignored = isIgnoring ? said.ignored(String(loss.ignored).replace("-", "−")) : "";
  const weighs = loss !== undefined && loss.reduction === "mean" && isWeighed(loss);
  if (signing.notation === "index") return [said.example(ignored, loss?.reduction === "mean" && !weighs)];
  return [loss ? said.oneOfBatch(loss.reduction, ignored, { isOfData: penalties.length > 0, isWeighed: weighs }) : said.oneExample];
}

/** Whether the examples of a mean have the weights of their classes. */
const isWeighed = (loss: NonNullable<Network["loss"]>): boolean =>
  loss.kind === "classes" && loss.weights !== undefined && loss.ignored !== undefined;

/** The weights of classes. */
function classWeightsOf({ loss, rows }: Network, signing: Signing): string[] {
  if (loss?.kind !== "classes" || !loss.weights) return [];
  const isOfOne = rows === undefined && isWeighed(loss) && loss.reduction === "mean" && !loss.smoothing;
  const weights = loss.weights.map((weight) => sign(number(weight))).join(", ");
  return isOfOne ? [] : [said.classWeights(sign(signing.of(undefined).classWeight("k")), weights)];
}

function lossOf(network: Network, signing: Signing): string[] {
  const { loss } = network;
  if (loss?.kind !== "classes" || loss.ignored === undefined) return [];
  const n = signing.notation === "index" && network.rows !== undefined ? "n" : undefined;
  return [said.truth(sign(signing.of(n).truth("k")), n !== undefined)];
}

/** All that the signs of the page mean. */
export function conventionsOf(network: Network, signing: Signing): string[] {
  return [
    ...numberingOf(network, signing),
    ...weightsOf(network, signing),
    ...inputOf(network, signing),
    ...signing.renamed.map(({ sign: own, name }) => said.is(sign(element(own, [])), name)),
    ...examplesOf(network, signing),
    ...lossOf(network, signing),
    ...classWeightsOf(network, signing),
    said.letters,
  ];
}
