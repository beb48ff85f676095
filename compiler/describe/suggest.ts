// Names that a textbook would give: δ for the error that reaches a layer, z for what goes into its activation.

import { elementAt } from "../ir/element.ts";
import type { Graph, Node } from "../ir/node.ts";
import { withBodies } from "../ir/walk.ts";
import { isOp, type OpName } from "../ops/table.ts";
import { formOf } from "./forms.ts";
import { layerOf } from "./names.ts";

const movement: ReadonlySet<string> = new Set<OpName>(["reshape", "permute", "broadcast", "stopGradient"]);

function unmoved(node: Node): Node {
  let inner = node;
  while (movement.has(inner.op)) inner = elementAt(inner.inputs, 0);
  return inner;
}

/** The terms of a gradient that is a sum over several paths. */
function termsOf(gradient: Node): Node[] {
  const terms: Node[] = [];
  const stack = [gradient];
  for (let node = stack.pop(); node; node = stack.pop()) {
    const term = unmoved(node);
    if (isOp(term, "add")) stack.push(...[...term.inputs].reverse());
    else terms.push(term);
  }
  return terms;
}

/** The operand of a weight's gradient that is no value of the forward pass: the error at the layer's output. */
function errorOf(term: Node, forward: ReadonlySet<Node>): Node | undefined {
  if (!isOp(term, "contract") && !isOp(term, "sum") && !isOp(term, "scatterAdd")) return undefined;
  const errors = term.inputs.map(unmoved).filter((operand) => operand.dtype === "f32" && !forward.has(operand));
  return errors.length === 1 ? errors[0] : undefined;
}

/** A sum is the error of a bias; the gradient of a scale (as in a layer norm) is a sum too, but of something else. */
const isErrorTerm = (parameter: string, term: Node): boolean => (isOp(term, "sum") ? parameter.endsWith(".bias") : !parameter.endsWith(".bias"));

/** The one error that is multiplied by the weight of a layer, as in `δ·Wᵀ`, by that layer; undefined where there are several. */
function errorsHandedOn(gradients: Iterable<Node>, forward: ReadonlySet<Node>): Map<string, Node | undefined> {
  const errors = new Map<string, Node | undefined>();
  for (const node of withBodies([...gradients])) {
    if (!isOp(node, "contract") || forward.has(node)) continue;
    const weight = node.inputs.find((operand) => isOp(operand, "parameter"));
    const error = node.inputs.find((operand) => operand !== weight && !forward.has(operand));
    if (!weight || !error || weight.shape.length !== 2 || error.shape.at(-1) !== weight.shape[1]) continue;
    const layer = layerOf(weight.params.name);
    errors.set(layer, errors.has(layer) && errors.get(layer) !== error ? undefined : error);
  }
  return errors;
}

/**
 * `δ_a` for the error at the output of layer `a`, read off the gradients of its parameters (by full name), and off what it hands on where those are
 * not asked for; numbered where the layer is used several times. `forward` are the values that the loss is computed from.
 */
export function errorNames(graph: Graph, gradients: ReadonlyMap<string, Node>, forward: ReadonlySet<Node>): Map<Node, string> {
  const names = new Map<Node, string>();
  const named = new Set<string>();
  const parameters = new Set([...graph.declarations.values()].map(({ name }) => name));
  const byParameters = [...gradients].filter(([name]) => parameters.has(name));
  const weightsFirst = byParameters.sort(([a], [b]) => Number(a.endsWith(".bias")) - Number(b.endsWith(".bias")));
  for (const [parameter, gradient] of weightsFirst) {
    const layer = layerOf(parameter);
    const errors = termsOf(gradient)
      .filter((term) => isErrorTerm(parameter, term))
      .flatMap((term) => errorOf(term, forward) ?? [])
      .filter((error) => !names.has(error));
    if (errors.length === 0 || named.has(layer)) continue;
    named.add(layer);
    for (const [at, error] of errors.entries()) names.set(error, errors.length > 1 ? `δ_${layer}_${at + 1}` : `δ_${layer}`);
  }
  for (const [layer, error] of errorsHandedOn(gradients.values(), forward))
    if (error && !named.has(layer) && !names.has(error)) names.set(error, `δ_${layer}`);
  return names;
}

/** The values that `node` is a formula of. */
const operandsOf = (node: Node): readonly Node[] => formOf(node)?.inputs ?? node.inputs;

/** x·W, or x·W + b. */
const isAffine = (node: Node): boolean =>
  isOp(node, "contract") || (isOp(node, "add") && node.inputs.some((term) => isOp(unmoved(term), "contract")));

/** The one affine map that `node` is a function of, below unnamed values: `x·W + b` below `relu(x·W + b)`. */
function preactivationOf(node: Node, names: ReadonlyMap<Node, string>): Node | undefined {
  if (isAffine(node) || node.shape.length === 0) return undefined;
  const found = new Set<Node>();
  const seen = new Set<Node>();
  const stack = [...operandsOf(node)];
  for (let inner = stack.pop(); inner; inner = stack.pop()) {
    if (names.has(inner) || seen.has(inner)) continue;
    seen.add(inner);
    if (isAffine(inner)) found.add(inner);
    else stack.push(...operandsOf(inner));
  }
  return found.size === 1 ? [...found][0] : undefined;
}

/** `z_a` for the unnamed affine map that the value `a` is a function of. `names` are the mathematical names of forward values. */
export function preactivationNames(names: ReadonlyMap<Node, string>): Map<Node, string> {
  const found = new Map<Node, string>();
  for (const [node, name] of names) {
    const z = preactivationOf(node, names);
    if (z && !found.has(z)) found.set(z, `z_${name}`);
  }
  return found;
}
