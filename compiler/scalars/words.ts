// What a page of scalars says in words: its titles, and its line of conventions.
import { english } from "../formula/english.ts";
import { print } from "../formula/notation.ts";
import { text } from "../formula/text.ts";
import { element, type Formula, number } from "../formula/tree.ts";
import type { Network } from "./network.ts";
import { isActive, type Signing, widthOf } from "./signs.ts";

const { forward, errors, gradients, conventions } = english.titles;

export const titles = { forward, errors, gradients, conventions, ...english.scalars } as const;

const sign = (formula: Formula): string => print(formula, text);

const upTo = (letter: string, last: number): string => (last === 1 ? `${letter} = 1` : `${letter} = 1 … ${last}`);

/** How the neurons of each layer are numbered: `1 to 2, 3`. */
function numbering(network: Network, signs: Signing): string {
  const parts = network.layers.map((_, at) => {
    const [first, last] = [signs.offset(at + 1) + 1, signs.offset(at + 1) + widthOf(network, at + 1)];
    return first === last ? String(first) : `${first} to ${last}`;
  });
  return parts.join(", then ");
}

/** Which parameter each weight is. */
function weightsOf(network: Network, signing: Signing): string[] {
  const signs = signing.of(undefined);
  return network.layers.map(({ weight, bias }, at) => {
    const layer = at + 1;
    const j = signing.notation === "index" && layer === network.layers.length ? "k" : "j";
    const ranges = `${upTo("i", widthOf(network, at))}; ${upTo(j, widthOf(network, layer))}`;
    const own = `${sign(signs.weight(layer, "i", j))} is ${weight.params.name}[i, ${j}], from i to ${j} (${ranges})`;
    return bias ? `${own}; ${sign(signs.bias(layer, j))} is ${bias.params.name}[${j}]` : own;
  });
}

function numberingOf(network: Network, signing: Signing): string[] {
  const signs = signing.of(signing.notation === "index" && network.rows !== undefined ? "n" : undefined);
  const j = signing.notation === "index" && network.layers.length === 1 ? "k" : "j";
  const error = network.loss ? [`${sign(signs.error(1, j))} = ∂L/∂${sign(signs.before(1, j))}`] : [];
  if (signing.notation === "modules") {
    const modules = network.layers.map(
      (_, at) => `M${signing.label(at + 1)} linear${isActive(network, at + 1) ? `, M${Number(signing.label(at + 1)) + 1} activation` : ""}`,
    );
    return [`modules: ${modules.join(", ")}; z⁽ᵐ⁾ is the output of module m${network.loss ? ", δ⁽ᵐ⁾ = ∂L/∂z⁽ᵐ⁾" : ""}`];
  }
  if (signing.notation === "index") return error;
  const active = network.layers.some((_, at) => isActive(network, at + 1)) ? ", z after it" : "";
  const offsets = network.layers.some((_, at) => signing.offset(at + 1) > 0 && widthOf(network, at + 1) > 1);
  return [
    `neurons are numbered through the network: ${numbering(network, signing)}; a stands before the activation${active}${error.map((each) => `; ${each}`).join("")}`,
    ...(offsets ? ["the indices of w count in each layer from 1"] : []),
  ];
}

/** What the input is where it is standardised. */
function inputOf({ standardized }: Network, signing: Signing): string[] {
  if (!standardized) return [];
  const { after, mean, deviation } = signing.of(undefined);
  const states = [`${sign(mean("i"))} is ${standardized.mean.params.name}[i]`, `${sign(deviation("i"))} is ${standardized.deviation.params.name}[i]`];
  return [`${sign(after(0, "i"))} is the standardised input, ${states.join(", ")}`];
}

/** What stands for the examples. */
function examplesOf(network: Network, signing: Signing): string[] {
  const { loss, rows, penalties } = network;
  const ignored =
    loss?.kind === "classes" && loss.ignored !== undefined && rows !== undefined
      ? `, those of class ${String(loss.ignored).replace("-", "−")} left out`
      : "";
  if (signing.notation === "index") {
    if (rows === undefined) return [];
    const mean = loss?.reduction === "mean" && !isWeighed(loss) ? "; N is how many examples there are" : "";
    return [`n is the example${ignored}${mean}`];
  }
  if (rows === undefined) return [];
  return [
    loss
      ? `the page is of one example: of a batch, ${penalties.length > 0 ? "what is made of data in L and in the gradients is" : "L and the gradients are"} the ${loss.reduction} over its examples${isWeighed(loss) && loss.reduction === "mean" ? ", each with the weight of its class," : ""}${ignored}`
      : "the page is of one example",
  ];
}

/** Whether the examples of a mean have the weights of their classes. */
const isWeighed = (loss: NonNullable<Network["loss"]>): boolean =>
  loss.kind === "classes" && loss.weights !== undefined && loss.ignored !== undefined;

/** The weights of classes. */
function classWeightsOf({ loss, rows }: Network, signing: Signing): string[] {
  if (loss?.kind !== "classes" || !loss.weights) return [];
  const isOfOne = rows === undefined && isWeighed(loss) && loss.reduction === "mean" && !loss.smoothing;
  const weights = loss.weights.map((weight) => sign(number(weight))).join(", ");
  return isOfOne ? [] : [`${sign(signing.of(undefined).classWeight("k"))} is the weight of class k: ${weights}`];
}

function lossOf(network: Network, signing: Signing): string[] {
  const { loss } = network;
  if (loss?.kind !== "classes" || loss.ignored === undefined) return [];
  const n = signing.notation === "index" && network.rows !== undefined ? "n" : undefined;
  return [`${sign(signing.of(n).truth("k"))} is 1 where k is the class${n ? " of n" : ""}, else 0; classes are counted from 1, in the data from 0`];
}

/** The letters that the lines of a page stand for all values of. */
const letters = "a line with i, j, k or l stands for every number that these can be, and Σ runs over them";

/** All that the signs of the page mean. */
export function conventionsOf(network: Network, signing: Signing): string[] {
  return [
    ...numberingOf(network, signing),
    ...weightsOf(network, signing),
    ...inputOf(network, signing),
    ...signing.renamed.map(({ sign: own, name }) => `${sign(element(own, []))} is ${name}`),
    ...examplesOf(network, signing),
    ...lossOf(network, signing),
    ...classWeightsOf(network, signing),
    letters,
  ];
}
