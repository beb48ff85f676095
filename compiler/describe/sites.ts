// Where errors have names: at what a layer with parameters gives, before its activation, and at what the user computes of parameters himself.
import { elementAt } from "../ir/element.ts";
import type { Graph, Node } from "../ir/node.ts";
import { sameShape } from "../ir/type.ts";
import { withoutBodies } from "../ir/walk.ts";
import { isView } from "../ops/loops.ts";
import { isOp, type OpName } from "../ops/table.ts";
import { weightsIn } from "./attention-form.ts";
import { formOf, formsOf } from "./forms.ts";

/** A value whose error has a name. */
export interface Site {
  readonly node: Node;
  /** The full name of the layer, or of the user's value, with a number where there are several. */
  readonly name: string;
  /** Whether the name is that of a parameter which is added there. */
  readonly isSum?: boolean;
}

/** The sites among `nodes`, which are in order of computation. */
export function sitesOf(graph: Graph, nodes: readonly Node[]): Site[] {
  const layers = parametric(graph);
  const isLayers = (node: Node): boolean => layers.has(graph.layers.get(node) as string);
  const computed = nodes.filter(({ dtype, inputs }) => dtype === "f32" && inputs.length > 0);
  const given = computed.filter(({ shape }) => shape.length > 0);
  const below = new Set(given.map(withoutGradientInPart).filter((node) => node !== undefined));
  const found = given.filter((node) => !below.has(node));
  const ofLayers = found.filter((node) => isLayers(node) && !isView(node)).map((node) => ({ node, name: nameInLayer(graph, node) }));
  const ofParts = found.flatMap((node): Site[] => {
    const part = graph.parts.get(node);
    return part?.hasError && !isLayers(node) && node.loops.length === 0 ? [{ node, name: part.name }] : [];
  });
  const known = [...ofLayers, ...ofParts];
  const ofAll = [...known, ...ofValues(graph, found, new Set(known.map(({ node }) => node))), ...ofNeurons(graph, computed)];
  return numbered([...ofAll, ...ofPools(graph, found, new Set(ofAll.map(({ node }) => node)))]);
}

/** The layer that gave `node`; of what it has of its steps the name of that, or which of them it is, since errors of the layer are those within steps. */
function nameInLayer({ names, layers }: Graph, node: Node): string {
  const layer = layers.get(node) as string;
  const view = unmoved(node);
  if (!isView(view)) return layer;
  const [own] = names.get(node) ?? [];
  return own?.text ?? `${layer}.${view.op === "last" ? "last" : "output"}`;
}

/** What `node` has the value of, of which it lets the gradient through in some places alone, as rows of a table but for the padding. */
function withoutGradientInPart(node: Node): Node | undefined {
  if (!isOp(node, "where")) return undefined;
  const [, x, y] = node.inputs.map((input) => (isOp(input, "stopGradient") ? input.inputs[0] : input));
  return x === y ? x : undefined;
}

/** The parts of layers among `nodes` that the user gave no name. */
export function partsOf(graph: Graph, nodes: readonly Node[]): Site[] {
  return numbered(
    nodes.flatMap((node) => {
      const part = graph.parts.get(node);
      return part && !graph.names.has(node) && node.loops.length === 0 ? [{ node, name: part.name }] : [];
    }),
  );
}

/** The values among `nodes` that the user or a layer has a name for. */
export function namedOf(graph: Graph, nodes: readonly Node[]): Site[] {
  const named = nodes.flatMap((node) => {
    const [name] = graph.names.get(node) ?? [];
    return name && node.inputs.length > 0 && node.shape.length > 0 && node.loops.length === 0 ? [{ node, name: name.text }] : [];
  });
  return [...named, ...partsOf(graph, nodes)];
}

/** What the values among `nodes` that the user named are activations of, where he gave that no name. */
export function beforeActivations({ names, parts }: Graph, nodes: readonly Node[]): Site[] {
  return nodes.flatMap((node) => {
    const [name] = names.get(node) ?? [];
    const [x, ...others] = name && node.loops.length === 0 ? operandsOf(node) : [];
    const isBefore = x && others.length === 0 && sameShape(x.shape, node.shape) && !names.has(x) && !parts.has(x);
    return name && isBefore && x.inputs.length > 0 ? [{ node: x, name: name.text }] : [];
  });
}

/** The scores of attentions among `nodes` whose weights have no name, `A.out`: of that, they are what stands before the softmax. */
export function scoresOfAttention({ names, parts }: Graph, nodes: readonly Node[]): Site[] {
  return nodes.flatMap((node) => {
    const [name] = names.get(node) ?? [];
    const found = name && weightsIn(node);
    const isKnown = found && [found.weights, found.scores].some((part) => names.has(part) || parts.has(part));
    return found && !isKnown ? [{ node: found.scores, name: weightsName(name.text) }] : [];
  });
}

/** What the weights of an attention are called where they have no name. */
const weightsName = (value: string): string => `A.${value}`;

/** The weights of attentions among `nodes` that `names` has no name for, as they are called where they need one. */
export const weightsInNeed = (nodes: readonly Node[], names: ReadonlyMap<Node, string>): [Node, string][] =>
  nodes.flatMap((node): [Node, string][] => {
    const name = names.get(node);
    const found = name === undefined ? undefined : weightsIn(node);
    return found && name && !names.has(found.weights) ? [[found.weights, weightsName(name).replaceAll(".", "_")]] : [];
  });

/** The sums among `nodes` that are no layers and have no name, by the parameters that the user adds there. */
export function sumsWithParameters({ names, layers, declarations }: Graph, nodes: readonly Node[]): Site[] {
  return nodes.flatMap((node) => {
    if (!isOp(node, "add") || names.has(node) || layers.has(node) || node.loops.length > 0) return [];
    const [parameter] = node.inputs.map(unmoved).filter((term) => isOp(term, "parameter"));
    const name = parameter && declarations.get(parameter)?.name;
    return name === undefined ? [] : [{ node, name, isSum: true }];
  });
}

const pools: ReadonlySet<string> = new Set(["max-pool", "average pool"]);
const convolutions: ReadonlySet<string> = new Set(["convolution", "transposed convolution"]);

const isOneOf = (names: ReadonlySet<string>, node: Node): boolean => names.has(formsOf(node).next().value?.name ?? "");

/** Whether it is what a convolution gives, perhaps with a bias, or a pool: what an element of it is made of is worth a line. */
export const isOfWindows = (node: Node): boolean =>
  [node, ...(isOp(node, "add") ? node.inputs : [])].some((term) => isOneOf(convolutions, term)) || isOneOf(pools, node);

/** What pools give: errors go through them element by element. */
function ofPools(graph: Graph, nodes: readonly Node[], known: ReadonlySet<Node>): Site[] {
  const found = nodes.filter((node) => (isOp(node, "max") || isOp(node, "div")) && !known.has(node) && isOneOf(pools, node));
  return found.map((node) => {
    const [named] = graph.names.get(node) ?? [];
    return { node, name: named?.text ?? graph.layers.get(node) ?? "pool" };
  });
}

/** What steps of sequences give that are no layers with parameters, `net.1`, where the user gave it no name. */
export function stepsOf(graph: Graph, nodes: readonly Node[]): Site[] {
  const layers = parametric(graph);
  const steps = nodes.flatMap((node) => {
    const name = graph.layers.get(node);
    return name === undefined || layers.has(name) || graph.names.has(node) || node.inputs.length === 0 ? [] : [{ node, name }];
  });
  return numbered(steps);
}

/** Whether a value has its name from a loss, as what it counts has: a step of a sequence has a place in it. */
export const isPartOfLoss = (node: Node): boolean => !node.graph.names.has(node) && node.graph.layers.get(node)?.includes(".") === false;

/** The layers that have parameters. */
function parametric(graph: Graph): Set<string> {
  const parameters = [...graph.declarations].filter(([node]) => isOp(node, "parameter"));
  return new Set(parameters.map(([, { name }]) => name.replace(/\.[^.]*$/, "")));
}

/** Sites of one name by what the user calls them, else by number, in order of computation. */
function numbered(sites: readonly Site[]): Site[] {
  const byName = new Map<string, Site[]>();
  for (const site of sites) byName.set(site.name, [...(byName.get(site.name) ?? []), site]);
  const ownName = ({ node }: Site): string | undefined => [...(node.graph.names.get(node) ?? [])].find(({ text }) => !byName.has(text))?.text;
  return [...byName.values()]
    .flatMap((same) => (same.length === 1 ? same : same.map((site, at) => ({ ...site, name: ownName(site) ?? `${site.name}.${at + 1}` }))))
    .sort((a, b) => a.node.id - b.node.id);
}

/** Values that the user named and computed of parameters himself, or the affine maps below them. */
function ofValues(graph: Graph, nodes: readonly Node[], known: ReadonlySet<Node>): Site[] {
  const sites = new Map<Node, string>();
  for (const node of nodes) {
    const [name] = graph.names.get(node) ?? [];
    if (name === undefined || known.has(node) || node.loops.length > 0 || !isOfParameter(node, known)) continue;
    const below = preactivationOf(node, (inner) => graph.names.has(inner));
    const site = below && !known.has(below) && sameShape(below.shape, node.shape) ? below : node;
    if (!sites.has(site)) sites.set(site, name.text);
  }
  return [...sites].map(([node, name]) => ({ node, name }));
}

/** Neurons of one example, which are numbers: what the user named, but for the loss, and computed of inputs and of weights. */
function ofNeurons({ names }: Graph, nodes: readonly Node[]): Site[] {
  const sites = new Map<Node, string>();
  for (const node of nodes.slice(0, -1)) {
    const [name] = node.shape.length > 0 || node.loops.length > 0 ? [] : (names.get(node) ?? []);
    const site = name && (isNeuron(node) ? node : preactivationOf(node, (inner) => names.has(inner), isNeuron));
    if (name && site && !sites.has(site)) sites.set(site, name.text);
  }
  return [...sites].map(([node, name]) => ({ node, name }));
}

/** x·w, Σ x ⊙ w or a product of numbers, of one parameter each, alone or added up: a number. */
function isNeuron(node: Node): boolean {
  if (node.shape.length > 0) return false;
  const products = termsOf(node).flatMap((term) => productIn(term) ?? []);
  return products.some((product) => product.inputs.filter((input) => isOp(unmoved(input), "parameter")).length === 1 && seesInput(product));
}

const seesInput = (node: Node): boolean => withoutBodies([node]).some((each) => isOp(each, "input"));

/** What is added up without a name in between. */
const termsOf = (node: Node): Node[] =>
  isOp(node, "add") ? node.inputs.map(unmoved).flatMap((term) => (term.graph.names.has(term) ? [term] : termsOf(term))) : [node];

/** The product whose elements `term` sums, or that it is. */
function productIn(term: Node): Node | undefined {
  if (isOp(term, "contract") || isOp(term, "mul")) return term;
  const [summed] = isOp(term, "sum") ? term.inputs : [];
  return summed && isOp(summed, "mul") ? summed : undefined;
}

/** Whether a parameter stands below `value` with no other name or site between them. */
function isOfParameter(value: Node, known: ReadonlySet<Node>): boolean {
  const seen = new Set<Node>();
  const stack = [...value.inputs];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (isOp(node, "parameter")) return true;
    if (seen.has(node) || known.has(node) || node.graph.names.has(node)) continue;
    seen.add(node);
    stack.push(...node.inputs);
  }
  return false;
}

const movement: ReadonlySet<string> = new Set<OpName>(["reshape", "permute", "broadcast", "stopGradient"]);

/** `node` below what only moves its elements. */
export function unmoved(node: Node): Node {
  let inner = node;
  while (movement.has(inner.op)) inner = elementAt(inner.inputs, 0);
  return inner;
}

/** x·W, or x·W + b. */
export const isAffine = (node: Node): boolean =>
  isOp(node, "contract") || (isOp(node, "add") && node.inputs.some((term) => isOp(unmoved(term), "contract")));

/** The values that `node` is a formula of. */
const operandsOf = (node: Node): readonly Node[] => formOf(node)?.inputs ?? node.inputs;

/** The one affine map that `node` is a function of, below unnamed values: `x·W + b` below `relu(x·W + b)`. */
function preactivationOf(node: Node, isNamed: (node: Node) => boolean, isMap = isAffine): Node | undefined {
  if (isMap(node)) return undefined;
  const found = new Set<Node>();
  const seen = new Set<Node>();
  const stack = [...operandsOf(node)];
  for (let inner = stack.pop(); inner; inner = stack.pop()) {
    if (isNamed(inner) || seen.has(inner)) continue;
    seen.add(inner);
    if (isMap(inner)) found.add(inner);
    else stack.push(...operandsOf(inner));
  }
  return found.size === 1 ? [...found][0] : undefined;
}
