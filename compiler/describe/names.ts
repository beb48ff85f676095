import * as counters from "../../runtime/counters.ts";
import { circle, hasPi } from "../formula/exact.ts";
import { greekNames } from "../formula/letters.ts";
import type { Formula } from "../formula/tree.ts";
import type { Graph, Node } from "../ir/node.ts";
import { isOp, type OpNode } from "../ops/table.ts";
import { fillOf } from "../rewrite/fill.ts";

/** A line below a formula that uses a name: what a carry is at a step or before the first one, what a part is a part of. */
export interface NameLine {
  /** How formulas write what the line is about. */
  readonly used: Formula;
  readonly left: Formula;
  readonly value: Node;
  /** Whether the line says the name of the value where it has one. */
  readonly byName?: boolean;
}

export interface Names {
  /** The names of the user's values. */
  readonly names: ReadonlyMap<Node, string>;
  /** Names for the errors of layers. */
  readonly suggested: ReadonlyMap<Node, string>;
  readonly taken: Set<string>;
}

/** Layers' parameters as in a textbook, where their declaration says nothing else: `hidden.weight` is W_hidden. */
const usualLetters: ReadonlyMap<string, string> = new Map([
  ["weight", "W"],
  ["bias", "b"],
]);

/** What a counter is called that every module has: t counts the steps, `t_maker` those of the game `maker`. */
function counterName([name, ...game]: readonly string[]): string | undefined {
  if (name === counters.step) return ["t", ...game].join("_");
  return name === counters.seed ? "seed" : undefined;
}

/** Whether `node` counts the steps done. */
export const isStepCounter = (node: Node): boolean => isOp(node, "state") && node.params.name.split(".")[0] === counters.step;

/** The letters that declarations of `graph` state, by the names of what they declare. */
function statedLetters(graph: Graph): Map<string, string> {
  return new Map([...graph.declarations.values()].flatMap(({ name, letter }) => (letter === undefined ? [] : [[name, letter]])));
}

/**
 * Gives a value of `graph` its mathematical name: `hidden.weight` gives `W_hidden`, `hidden.bias` gives `b_hidden`, an optimizer's state
 * `hidden.weight.m` gives `m_W_hidden`, the step counter is `t`, any other name is itself with `_` for `.` (`rnn.h0` gives `rnn_h0`).
 * Where the declaration of `norm.weight` states the letter γ, it gives `γ_norm`, and its state `m_γ_norm`.
 */
export function mathNames(graph: Graph): (name: string) => string {
  const stated = statedLetters(graph);
  return (name) => {
    const parts = name.split(".");
    const letterAt = (at: number) => stated.get(parts.slice(0, at + 1).join(".")) ?? usualLetters.get(parts[at] as string);
    const at = [parts.length - 1, parts.length - 2].find((each) => each >= 1 && letterAt(each) !== undefined);
    if (at === undefined) return counterName(parts) ?? parts.join("_");
    return [...parts.slice(at + 1), letterAt(at), ...parts.slice(0, at)].join("_");
  };
}

/** The layer that a parameter belongs to: `hidden` for `hidden.weight`, the name itself where it has no dot. */
export const layerOf = (name: string): string => name.split(".").slice(0, -1).join("_") || name;

/** Values that read better written out than by a name that happens to be theirs: numbers, extents, indices. */
const isLiteral = (node: Node): boolean => isOp(node, "size") || isOp(node, "iota") || fillOf(node) !== undefined;

const isTable = (node: Node): boolean => isOp(node, "constant") && !isLiteral(node);

/** The shortest of the names that the user gave to `node` and that `values` do not give to another; of equal ones the first. */
function shortestName(graph: Graph, node: Node, values: ReadonlyMap<string, Node>): string | undefined {
  const texts = [...(graph.names.get(node) ?? [])].map((name) => name.text).filter((text) => (values.get(text) ?? node) === node);
  return texts.reduce<string | undefined>((best, text) => (best === undefined || text.length < best.length ? text : best), undefined);
}

const hasLoops = (nodes: Iterable<Node>): boolean => [...nodes].some(({ op }) => op === "loop");

/**
 * Names that no value has: what a formula calls the number of rows, the step where `nodes` have loops, π where one of their numbers is told
 * with it, and `functions`.
 */
export function reservedNames(nodes: Iterable<Node>, functions: Iterable<string>): Set<string> {
  const isOfCircle = [...nodes].some((node) => hasPi(fillOf(node) ?? 0));
  return new Set([
    "batch",
    ...(hasLoops(nodes) ? ["t"] : []),
    ...(isOfCircle ? [circle, greekNames.get(circle) as string] : []),
    ...[...functions].map(asFunction),
  ]);
}

/**
 * The name by which formulas call each node that has one: sources by their own, values by the shortest that the user gave, tables of
 * constants c1, c2 ... where they have none. `values` says whose a name is where several nodes have it; where two nodes would still read
 * alike, the later one is primed, and one that would read like one of `functions` is numbered. The nodes of `same` are called like those that
 * they are another form of.
 */
export function namesOfNodes(
  graph: Graph,
  nodes: Iterable<Node>,
  values: ReadonlyMap<string, Node>,
  { same = new Map(), functions = [] }: { readonly same?: ReadonlyMap<Node, Node>; readonly functions?: Iterable<string> } = {},
): Map<Node, string> {
  const names = new Map<Node, string>();
  const taken = reservedNames(nodes, functions);
  const mathName = mathNames(graph);
  const hasSteps = hasLoops(nodes);
  const byValue = new Map([...values].map(([name, node]) => [node, name]));
  let tables = 0;
  const [sources, others] = [true, false].map((wanted) => [...nodes].filter((node) => isSource(node) === wanted)) as [Node[], Node[]];
  for (const node of [...sources, ...others]) {
    const given = isSource(node) ? node.params.name : isLiteral(node) ? undefined : (shortestName(graph, node, values) ?? byValue.get(node));
    const name = given ?? (isTable(node) ? `c${++tables}` : undefined);
    // The counter keeps the letter of steps: it stands in updates alone.
    if (name !== undefined && !same.has(node)) names.set(node, hasSteps && isStepCounter(node) ? mathName(name) : distinct(mathName(name), taken));
  }
  for (const [node, other] of same) {
    const name = names.get(other);
    if (name !== undefined) names.set(node, name);
  }
  return names;
}

/** What a graph is given: by a call, or as it is kept. */
export const isSource = (node: Node): node is OpNode<"input" | "parameter" | "state"> =>
  isOp(node, "input") || isOp(node, "parameter") || isOp(node, "state");

/** What stands among names in use for a function that a page calls by `name`. */
export const asFunction = (name: string): string => `${name}(`;

/** Whether `printed` is `name`, primed where that was taken, or numbered where it is that of a function. */
export function isNamed(printed: string | undefined, name: string, taken: ReadonlySet<string>): printed is string {
  if (printed === undefined) return false;
  return printed.replace(/′+$/, "") === name || (taken.has(asFunction(name)) && printed.replace(/_\d+$/, "") === name);
}

/** How a name is set: digits stand below with or without a stroke before them. */
const look = (name: string): string => name.replace(/_(?=\d)/g, "");

/** `name`, primed until none of `taken`, to which it is added, looks like it: x1 and x_1 are set alike. A prime at a function would be its derivative: it is numbered. */
export function distinct(name: string, taken: Set<string>): string {
  const isTaken = (one: string) => [one, look(one), asFunction(one)].some((each) => taken.has(each));
  let unique = name;
  if (taken.has(asFunction(name))) for (let at = 1; isTaken(unique); at++) unique = `${name}_${at}`;
  while (isTaken(unique)) unique += "′";
  taken.add(unique).add(look(unique));
  return unique;
}
