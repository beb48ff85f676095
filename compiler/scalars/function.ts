// Functions of one or two numbers, read off the graph that computes them for each element, and their derivatives, which the calculus finds.
import { gradientsOf } from "../calculus/differentiate.ts";
import type { Composition } from "../describe/form.ts";
import { compositionOf, opStep } from "../describe/outline.ts";
import { tidy } from "../formula/tidy.ts";
import { type Formula, number, partsOf, variable } from "../formula/tree.ts";
import { elementAt } from "../ir/element.ts";
import { make, withGraph } from "../ir/graph.ts";
import type { Graph, Node } from "../ir/node.ts";
import { upTo } from "../ir/walk.ts";
import * as build from "../ops/build.ts";
import { elementwise } from "../ops/elementwise.ts";
import { createGraph, isOp } from "../ops/table.ts";
import { simplify } from "../passes/simplify.ts";
import { fillOf } from "../rewrite/fill.ts";
import { isFunction, product, replaced } from "./trees.ts";

/** What stands in a formula: the arguments of a function, and its value, of which the derivative may be made. */
export interface Places {
  readonly first: Formula;
  readonly second?: Formula | undefined;
  readonly value?: Formula | undefined;
}

/** A formula of some arguments: with functions by their names, or by nothing but ops. */
export interface Written {
  /** `gelu(a)`, where that has a name. */
  readonly named: (places: Places) => Formula;
  /** The same by ops, whose values are known: `0.5·a·(1 + erf(0.70710678·a))`. */
  readonly steps: (places: Places) => Formula;
}

/** A function of one or two numbers and its derivative by the first of them. */
export interface ScalarFunction {
  readonly value: Written;
  readonly slope: Written;
  /** Whether the value is the first argument itself. */
  readonly isIdentity: boolean;
}

/** Whether `node` is computed element by element of what stands before it. What a definition holds constant itself is not. */
export const isElementwise = (node: Node): boolean => Object.hasOwn(elementwise, node.op) || (isOp(node, "stopGradient") && !node.params.stated);

/** Whether `node` is the same element under another shape. */
export const isMoved = (node: Node): boolean => isOp(node, "broadcast") || isOp(node, "reshape");

/** `root` as a value of scalars, `places` for `leaves`. */
function scalarImage(root: Node, leaves: readonly Node[], places: readonly Node[], graph: Graph): Node {
  const images = new Map(leaves.map((leaf, at) => [leaf, elementAt(places, at)]));
  const isKnown = (node: Node) => images.has(node) || fillOf(node) !== undefined;
  const imageOf = (node: Node): Node => {
    const filling = fillOf(node);
    if (filling !== undefined) return build.constant(graph, [filling], [], node.dtype);
    const inner = node.inputs.map((input) => images.get(input) as Node);
    return isMoved(node) ? elementAt(inner, 0) : make(node.op, inner, node.params, graph);
  };
  for (const node of upTo([root], isKnown)) if (!images.has(node)) images.set(node, imageOf(node));
  return images.get(root) as Node;
}

/** The formula of `root` down to `stops`. */
function formulaAt(root: Node, stops: ReadonlyMap<Node, Formula>, compose: (node: Node) => Composition): Formula {
  const known = new Map(stops);
  const go = (node: Node): Formula => {
    const found = known.get(node);
    if (found) return found;
    const step = compose(node);
    const formula: Formula = { ...tidy(step.build(step.inputs.map(go))), scalar: true };
    known.set(node, formula);
    return formula;
  };
  return go(root);
}

const argumentNames = ["first", "second"] as const;

/** A formula of the places as a function of what stands there. */
const ofPlaces =
  (formula: Formula) =>
  (places: Places): Formula =>
    replaced(formula, (part) => (part.kind === "variable" ? places[part.name as keyof Places] : undefined));

/** Whether `formula` calls nothing but ops. */
const isOfOps = (formula: Formula): boolean => (formula.kind !== "call" || isFunction(formula)) && partsOf(formula).every(isOfOps);

/** By names that are ops, so that a page says what each function is; `isWhole` lets the name of the function itself stand. */
function written(root: Node, stops: ReadonlyMap<Node, Formula>, isWhole: boolean): Written {
  const [named, steps] = [formulaAt(root, stops, compositionOf), formulaAt(root, stops, opStep)];
  const isOwn = isWhole && named.kind === "call" && named.args.every(({ kind }) => kind === "variable");
  return { named: ofPlaces(isOwn || isOfOps(named) ? named : steps), steps: ofPlaces(steps) };
}

/** What `root` is as a function of `leaves`, computed of them element by element; `through` is a value that its slope is made of where that is shorter. */
export function scalarFunction(root: Node, leaves: readonly Node[], through?: Node): ScalarFunction {
  const graph = createGraph();
  return withGraph(graph, () => {
    const places = leaves.map((_, at): Node => build.input(graph, elementAt(argumentNames, at), "f32", []));
    const first = elementAt(places, 0);
    const y = scalarImage(root, leaves, places, graph);
    const slope = gradientsOf(y, [first]).get(first) ?? build.constant(graph, [0]);
    const value = through && scalarImage(through, leaves, places, graph);
    const { image } = simplify([y, slope, ...(value ? [value] : [])]);
    const named = (name: string): Formula => ({ ...variable(name), scalar: true });
    const stops = new Map(places.map((place, at) => [image(place), named(elementAt(argumentNames, at))] as const));
    const ofValue = new Map([...(value ? [[image(value), named("value")] as const] : []), ...stops]);
    return { value: written(image(y), stops, leaves.length === 1), slope: written(image(slope), ofValue, false), isIdentity: image(y) === first };
  });
}

/** The number among the factors of a formula, and the others. */
export function withoutNumber(formula: Formula): { readonly factor: number; readonly rest: Formula } {
  if (formula.kind === "number") return { factor: formula.value, rest: number(1) };
  if (formula.kind !== "operator") return { factor: 1, rest: formula };
  const { op, args } = formula;
  if (op === "neg") {
    const { factor, rest } = withoutNumber(elementAt(args, 0));
    return { factor: -factor, rest };
  }
  if (op !== "*") return { factor: 1, rest: formula };
  const parts = args.map(withoutNumber);
  return { factor: parts.reduce((all, { factor }) => all * factor, 1), rest: product(...parts.map(({ rest }) => rest)) };
}
