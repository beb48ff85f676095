// What each number of a network is called: neurons numbered through the network, modules, or values of a batch by the user's names.
import { mathNames } from "../describe/names.ts";
import { type Element, element } from "../formula/tree.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import type { Layer, Network } from "./network.ts";

/** How a page of scalars calls things. */
export type Notation = "neurons" | "modules" | "index";

/** The numbers of one example. Layers are counted from 1, `j` is an index among the neurons of the layer: a number or a letter. */
export interface Signs {
  /** Before the activation. */
  before(layer: number, j: string): Element;
  /** An input as it is given. */
  input(i: string): Element;
  /** Its mean and deviation, where it is standardised. */
  mean(i: string): Element;
  deviation(i: string): Element;
  /** After it; of layer 0 the inputs, standardised where they are, of a layer without activation what stands before. */
  after(layer: number, j: string): Element;
  /** The derivative of the loss by what stands before the activation. */
  error(layer: number, j: string): Element;
  /** The derivative of the loss by what stands after it, where the notation has a sign for that. */
  errorAfter(layer: number, j: string): Element;
  weight(layer: number, i: string, j: string): Element;
  bias(layer: number, j: string): Element;
  target(j: string): Element;
  /** The share of a class in the softmax. */
  share(k: string): Element;
  /** 1 for the class of the example, else 0; of a distribution its share. */
  truth(k: string): Element;
  /** The weight of a class, and that of the example by its class. */
  classWeight(k: string): Element;
  ownWeight: Element;
  /** What a class counts in the cross-entropy of the example, where that is more than its truth. */
  counts(k: string): Element;
}

/** What the signs of a page mean that are not the user's. */
export interface Renamed {
  readonly sign: string;
  readonly name: string;
}

/** The signs of a notation. */
export interface Signing {
  readonly notation: Notation;
  /** The signs of example `n`; of the only one without. */
  of(n: string | undefined): Signs;
  /** How many neurons stand before those of the layer in their numbering. */
  offset(layer: number): number;
  /** The number in parentheses: of the layer, or of the module. */
  label(layer: number): string | undefined;
  readonly renamed: readonly Renamed[];
  /** Whether what stands after the last activation has a name of its own. */
  readonly isLastNamed: boolean;
}

/** Signs that mean something else on such a page. */
const reserved: ReadonlySet<string> = new Set([
  "a",
  "z",
  "w",
  "g",
  "L",
  "delta",
  "p",
  "t",
  "i",
  "j",
  "k",
  "l",
  "n",
  "N",
  "R",
  "c",
  "r",
  "q",
  "s",
  "mu",
  "sigma",
  "epsilon",
]);

/** Whether the last neurons are told of by a function of the loss: its shares, or a sigmoid. */
const isReadOut = ({ loss }: Network): boolean => loss?.kind === "elements" && loss.probability !== undefined;

/** Whether something stands between before and after. */
export const isActive = (network: Network, layer: number): boolean =>
  elementAt(network.layers, layer - 1).activation !== undefined || (layer === network.layers.length && isReadOut(network));

export const widthOf = ({ layers }: Network, layer: number): number =>
  layer === 0 ? elementAt(layers, 0).inputs : elementAt(layers, layer - 1).outputs;

const indexed = (name: string, width: number, n: readonly string[], j: string): Element => element(name, width === 1 ? n : [...n, j]);

/** The names of input and target, and what becomes of those that mean something else on the page. */
function sourceNames(network: Network): { readonly x: string; readonly y: string; readonly renamed: readonly Renamed[] } {
  const mathName = mathNames(network.input.graph);
  const [input, target] = [network.input.params.name, network.loss?.target?.params.name];
  const free = (name: string, taken: string | undefined, other: string) => (reserved.has(name) || name === taken ? other : name);
  const x = free(mathName(input), undefined, "x");
  const y = target === undefined ? "y" : free(mathName(target), x, x === "y" ? "u" : "y");
  const renamed = [
    { sign: x, name: input },
    { sign: y, name: target ?? y },
  ];
  return { x, y, renamed: renamed.filter(({ sign, name }) => sign !== mathName(name)) };
}

/** The user's name for a value, where that means nothing else. */
function ownName(network: Network, node: Node, taken: ReadonlySet<string>): string | undefined {
  const name = network.nameOf(node);
  const sign = name === undefined ? undefined : mathNames(node.graph)(name);
  return sign === undefined || reserved.has(sign) || taken.has(sign) ? undefined : sign;
}

/** What is predicted: the last value, or the sigmoid of it that the loss is of. */
function lastNode({ layers, loss }: Network): Node {
  const { activated } = layers.at(-1) as Layer;
  return loss?.kind === "elements" && loss.probability ? loss.probability.node : activated;
}

/** The signs of the input of example `n`. */
function inputSigns(
  network: Network,
  x: string,
  n: readonly string[],
): Pick<Signs, "input" | "mean" | "deviation"> & { readonly first: Signs["input"] } {
  const width = widthOf(network, 0);
  const named = (name: string, front: readonly string[]) => (i: string) => indexed(name, width, front, i);
  const input = named(x, n);
  return { input, mean: named("mu", []), deviation: named("sigma", []), first: network.standardized ? named("s", n) : input };
}

/** The signs of the weights of classes, of example `n`. */
const weighing = (n: readonly string[]): Pick<Signs, "classWeight" | "ownWeight" | "counts"> => ({
  classWeight: (k) => element("c", [k]),
  ownWeight: element("r", n),
  counts: (k) => element("q", [...n, k]),
});

function neurons(network: Network): Signing {
  const { x, y, renamed } = sourceNames(network);
  const depth = network.layers.length;
  const offset = (layer: number): number => (layer <= 1 ? 0 : offset(layer - 1) + widthOf(network, layer - 1));
  const numbered = (layer: number, j: string): string => {
    const before = offset(layer);
    if (before === 0) return j;
    return /^\d+$/.test(j) ? String(before + Number(j)) : `${before}+${j}`;
  };
  const last = network.loss?.kind === "classes" ? undefined : ownName(network, lastNode(network), new Set([x, y]));
  const { first, ...inputs } = inputSigns(network, x, []);
  const signs: Signs = {
    ...inputs,
    before: (layer, j) => element("a", [numbered(layer, j)]),
    after(layer, j) {
      if (layer === 0) return first(j);
      if (layer === depth && last !== undefined) return indexed(last, widthOf(network, layer), [], j);
      return element(isActive(network, layer) ? "z" : "a", [numbered(layer, j)]);
    },
    error: (layer, j) => element("delta", [numbered(layer, j)]),
    errorAfter: (layer, j) => element("delta", [numbered(layer, j)]),
    weight: (layer, i, j) => element("w", [i, j], String(layer)),
    bias: (layer, j) => element("w", ["0", j], String(layer)),
    target: (j) => indexed(y, widthOf(network, depth), [], j),
    share: (k) => element("p", [k]),
    truth: (k) => (network.loss?.kind === "classes" && network.loss.ignored === undefined ? element(y, [k]) : element("t", [k])),
    ...weighing([]),
  };
  return { notation: "neurons", of: () => signs, offset, label: String, renamed, isLastNamed: last !== undefined };
}

function modules(network: Network): Signing {
  const { y, renamed } = sourceNames(network);
  const depth = network.layers.length;
  const numbers: number[] = [];
  for (const layer of network.layers.keys()) numbers.push((numbers[layer - 1] ?? 0) + (layer > 0 && isActive(network, layer) ? 2 : 1));
  const linear = (layer: number): string => String(numbers[layer - 1]);
  const last = (layer: number): string => String((numbers[layer - 1] as number) + (isActive(network, layer) ? 1 : 0));
  const own = neurons(network).of(undefined);
  const signs: Signs = {
    ...own,
    before: (layer, j) => element("z", [j], linear(layer)),
    after: (layer, j) => (layer === 0 ? own.after(0, j) : element("z", [j], last(layer))),
    error: (layer, j) => element("delta", [j], linear(layer)),
    errorAfter: (layer, j) => element("delta", [j], last(layer)),
    weight: (layer, i, j) => element("w", [i, j], linear(layer)),
    bias: (layer, j) => element("w", ["0", j], linear(layer)),
    target: (j) => indexed(y, widthOf(network, depth), [], j),
  };
  return { notation: "modules", of: () => signs, offset: () => 0, label: linear, renamed, isLastNamed: false };
}

/** What each layer is called in index form: before and after its activation. */
function layerNames(
  network: Network,
  taken: Set<string>,
): { readonly before: readonly (string | undefined)[]; readonly after: readonly (string | undefined)[] } {
  const own = (node: Node): string | undefined => {
    const name = ownName(network, node, taken);
    if (name !== undefined) taken.add(name);
    return name;
  };
  const depth = network.layers.length;
  const after = network.layers.map(({ activated }, at) => {
    if (at < depth - 1) return own(activated);
    return network.loss?.kind === "classes" ? undefined : own(lastNode(network));
  });
  const before = network.layers.map(({ node }, at) => (isActive(network, at + 1) ? own(node) : after[at]));
  return { before, after };
}

function index(network: Network): Signing {
  const { x, y, renamed } = sourceNames(network);
  const depth = network.layers.length;
  const { before, after } = layerNames(network, new Set([x, y]));
  const label = (layer: number) => (depth > 1 ? String(layer) : undefined);
  const width = (layer: number) => widthOf(network, layer);
  const of = (n: string | undefined): Signs => {
    const front = n === undefined ? [] : [n];
    const named = (name: string | undefined, other: string, layer: number, j: string) =>
      name === undefined ? element(other, [...front, j], label(layer)) : indexed(name, width(layer), front, j);
    const error = (layer: number, j: string) => element("delta", [...front, j], label(layer));
    const { first, ...inputs } = inputSigns(network, x, front);
    return {
      ...inputs,
      before: (layer, j) => named(before[layer - 1], isActive(network, layer) ? "a" : "z", layer, j),
      after: (layer, j) => (layer === 0 ? first(j) : named(after[layer - 1], "z", layer, j)),
      error,
      errorAfter: error,
      weight: (layer, i, j) => element("w", [i, j], label(layer)),
      bias: (layer, j) => element("w", ["0", j], label(layer)),
      target: (j) => indexed(y, width(depth), front, j),
      share: (k) => element("p", [...front, k]),
      truth: (k) => element(network.loss?.kind === "classes" && network.loss.ignored === undefined ? y : "t", [...front, k]),
      ...weighing(front),
    };
  };
  return { notation: "index", of, offset: () => 0, label, renamed, isLastNamed: true };
}

/** The signs of `notation` for a network. */
export const signing = (network: Network, notation: Notation): Signing => ({ neurons, modules, index })[notation](network);
