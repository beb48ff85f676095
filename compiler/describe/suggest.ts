// The errors in the steps of a loop, whose layers are applied where no site is, and those that lie side by side.
import { elementAt } from "../ir/element.ts";
import type { Graph, Node } from "../ir/node.ts";
import { isOp } from "../ops/table.ts";
import { sideBySide } from "./beside-form.ts";
import { layerOf } from "./names.ts";
import { unmoved } from "./sites.ts";

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

/** Whether `node` is a value of the forward pass, or is that of a step at all steps. */
const isOfForward = (node: Node, forward: ReadonlySet<Node>): boolean =>
  forward.has(node) || (isOp(node, "stack") && forward.has(elementAt(node.body, 0)));

/** The operand of a weight's gradient that is no value of the forward pass: the error at the layer's output. */
function errorOf(term: Node, forward: ReadonlySet<Node>): Node | undefined {
  if (!isOp(term, "contract") && !isOp(term, "sum") && !isOp(term, "scatterAdd")) return undefined;
  const errors = term.inputs.map(unmoved).filter((operand) => operand.dtype === "f32" && !isOfForward(operand, forward));
  return errors.length === 1 ? errors[0] : undefined;
}

/** A sum is the error of a bias; the gradient of a scale (as in a layer norm) is a sum too, but of something else. */
const isErrorTerm = (parameter: string, term: Node): boolean => (isOp(term, "sum") ? parameter.endsWith(".bias") : !parameter.endsWith(".bias"));

/**
 * `δ_a` for the error of layer `a` in the steps of a loop, read off the gradients of its parameters (by full name), behind which stands what the layer
 * calls it where it has several, numbered where the layer is used several times. `forward` are the values that the loss is computed from.
 */
export function errorsInLoops(graph: Graph, gradients: ReadonlyMap<string, Node>, forward: ReadonlySet<Node>): Map<Node, string> {
  const names = new Map<Node, string>();
  const named = new Set<string>();
  const declared = new Map([...graph.declarations.values()].map(({ name, error }) => [name, error]));
  const byParameters = [...gradients].filter(([name]) => declared.has(name));
  const weightsFirst = byParameters.sort(([a], [b]) => Number(a.endsWith(".bias")) - Number(b.endsWith(".bias")));
  for (const [parameter, gradient] of weightsFirst) {
    const base = ["δ", layerOf(parameter), declared.get(parameter) ?? []].flat().join("_");
    const errors = termsOf(gradient)
      .filter((term) => isErrorTerm(parameter, term))
      .flatMap((term) => errorOf(term, forward) ?? [])
      .filter((error) => isInLoop(error) && !names.has(error));
    if (errors.length === 0 || named.has(base)) continue;
    named.add(base);
    for (const [at, error] of errors.entries()) names.set(error, errors.length > 1 ? `${base}_${at + 1}` : base);
  }
  return names;
}

/**
 * Names for the parts of what gradients of `parameters` are made of, where these lie side by side: `called` says what the parts of one are called.
 * The same error has one name, whatever gradients it is in.
 */
export function errorsAtParts(
  gradients: ReadonlyMap<Node, Node>,
  called: ReadonlyMap<Node, readonly (string | undefined)[]>,
  forward: ReadonlySet<Node>,
): Map<Node, string> {
  const names = new Map<Node, string>();
  for (const [parameter, parts] of called) {
    const gradient = gradients.get(parameter);
    for (const side of gradient ? sidesIn(gradient, forward) : [])
      for (const [at, part] of parts.entries())
        if (side.length === parts.length && part !== undefined && !names.has(side[at] as Node)) names.set(side[at] as Node, `δ_${part}`);
  }
  return names;
}

/** What lies side by side in the errors that a gradient is made of. */
function sidesIn(gradient: Node, forward: ReadonlySet<Node>): (readonly Node[])[] {
  if (sidesOf(gradient)) return [];
  return termsOf(gradient).flatMap((term) => {
    const error = errorOf(term, forward);
    const sides = error && sidesOf(isOp(error, "stack") ? elementAt(error.body, 0) : error);
    return sides ? [sides] : [];
  });
}

/** The parts of `node` along its last axis. */
export function sidesOf(node: Node): readonly Node[] | undefined {
  const parts = isOp(node, "concat") ? node.inputs : sideBySide(node)?.inputs;
  return parts?.some((part) => part.shape.at(-1) === node.shape.at(-1)) ? undefined : parts;
}

/** Whether `error` is of a step, or of all steps. */
const isInLoop = ({ loops, op }: Node): boolean => loops.length > 0 || op === "stack";
