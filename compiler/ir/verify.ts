// Checks what every pass may rely on:
//   - inputs and what is in a body belong to the node's graph and were made before it, so that there is no cycle;
//   - the type of a node is the one that its op infers from its inputs, params and body, and its shape is legal;
//   - equal nodes are one object;
//   - an update's target is a declared parameter or state and has the type of its value;
//   - results have distinct names, save for the loss before its gradients, and so have the entry points;
//   - no result and no user name of a result's value was lost since `before`, where that is given.
import { InternalError } from "../../runtime/error.ts";
import { coefficientOf } from "./dim.ts";
import { type Entry, type Program, rootsOf } from "./entry.ts";
import { typeOf } from "./graph.ts";
import type { Node } from "./node.ts";
import { print } from "./print.ts";
import { formatType } from "./type.ts";
import { withBodies } from "./walk.ts";

/** Throws an InternalError with the graph's text where `program` breaks a rule of this file's header. */
export function verify(program: Program, before?: Program): void {
  verifyNodes(program.entries.flatMap(rootsOf));
  const names = program.entries.map((entry) => entry.name);
  if (new Set(names).size < names.length) throw new InternalError(`Two entry points have one name: ${names.join(", ")}`);
  for (const entry of program.entries) verifyEntry(entry);
  if (before) verifyNames(program, before);
}

/** The same for the nodes that `roots` depend on. */
export function verifyNodes(roots: readonly Node[]): void {
  for (const node of withBodies(roots)) {
    const problem = problemOf(node);
    if (problem) throw new InternalError(`"${node.op}" ${problem}\n${print([node])}`);
  }
}

function problemOf(node: Node): string | undefined {
  const { graph, inputs, body } = node;
  if (graph.nodes[node.id] !== node) return "is not a node of its graph";
  if (inputs.some((input) => input.graph !== graph)) return "has an input of another graph";
  if (inputs.some((input) => input.id >= node.id)) return "was made before one of its inputs";
  if (body.some((root) => root.graph !== graph || root.id >= node.id)) return "has a body of another graph, or one that was made later";
  if (node.shape.some((dim) => !Number.isInteger(coefficientOf(dim)) || coefficientOf(dim) < 0)) return `has no legal shape: ${formatType(node)}`;
  const inferred = typeOf(graph, node);
  return formatType(inferred) === formatType(node) ? undefined : `is ${formatType(node)}, but its op infers ${formatType(inferred)}`;
}

function verifyEntry({ name, results, updates }: Entry): void {
  // The loss stands first among gradients, of which one may be with respect to a parameter of that name.
  const names = results.slice(name === "gradients" ? 1 : 0).map((result) => result.name);
  if (new Set(names).size < names.length) throw new InternalError(`Two results of "${name}" have one name: ${names.join(", ")}`);
  for (const { target, value } of updates) {
    const known = target.graph.declarations.has(target);
    if (!known) throw new InternalError(`"${name}" updates what is no parameter or state\n${print([target])}`);
    if (formatType(target) !== formatType(value)) throw new InternalError(`"${name}" updates ${formatType(target)} with ${formatType(value)}`);
  }
}

function verifyNames(program: Program, before: Program): void {
  const kept = new Set(program.entries.flatMap(namesOfResults));
  const lost = before.entries.flatMap(namesOfResults).find((name) => !kept.has(name));
  if (lost !== undefined) throw new InternalError(`The name of ${lost} was lost`);
}

/** The results of an entry point, and the names that the user gave to their values. */
const namesOfResults = ({ name: entry, results }: Entry): string[] =>
  results.flatMap(({ name, node }) => {
    const names = [...(node.graph.names.get(node) ?? [])].map(({ text }) => `"${entry}.${name}" = "${text}"`);
    return [`"${entry}.${name}"`, ...names];
  });
