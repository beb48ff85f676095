import { InternalError } from "../../runtime/error.ts";
import { operatorOn } from "../diagnostics/operators.ts";
import { describe } from "../diagnostics/places.ts";
import type { OpName, ParamsOf } from "../ops/table.ts";
import type { Node, Params } from "./node.ts";
import type { TensorType } from "./type.ts";

/** A place in the user's source, `file` relative to the definition's folder. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A name that a user gave to a value, and where. */
export interface Name {
  readonly text: string;
  readonly position?: Position | undefined;
}

/** What a parameter or state is for; `hyper` are settings such as the learning rate, `counter` the seed and step, `sum` a sum that evaluation adds up over parts. */
export type Role = "parameter" | "layer" | "optimizer" | "hyper" | "counter" | "sum";

/** A parameter or state, keyed by its source node. */
export interface Declaration {
  readonly name: string;
  readonly role: Role;
  readonly trainable: boolean;
  /** The value at the start, of the same type; undefined for the seed, which the runtime writes. */
  readonly init: Node | undefined;
  readonly position?: Position | undefined;
}

/** Infers the type of a node, or throws a GradcError: the `type` fields of the op table. */
export type TypeRules = { readonly [K in OpName]: { type(inputs: readonly TensorType[], params: never): TensorType } };

/** All values of one definition, with the side tables that describe them. */
export interface Graph {
  readonly rules: TypeRules;
  readonly nodes: Node[];
  readonly interned: Map<string, Node>;
  /** Names by node. Every rewrite carries them over with `renameTo`. */
  readonly names: Map<Node, Set<Name>>;
  /** Where a node was written in the user's source. */
  readonly positions: Map<Node, Position>;
  readonly declarations: Map<Node, Declaration>;
  /** State source -> the value that training assigned so far in this run; later reads of the state see it there. */
  readonly updates: Map<Node, Node>;
  /** Next ordinal for things that are keyed by identity: parameters, states, random streams. */
  ordinal: number;
  /** The place in the user's source that is being run. */
  here: Position | undefined;
}

export function newGraph(rules: TypeRules): Graph {
  return {
    rules,
    nodes: [],
    interned: new Map(),
    names: new Map(),
    positions: new Map(),
    declarations: new Map(),
    updates: new Map(),
    ordinal: 0,
    here: undefined,
  };
}

let current: Graph | undefined;

/** Runs `body` with `graph` as the one that sources without inputs go to. */
export function withGraph<T>(graph: Graph, body: () => T): T {
  const outer = current;
  current = graph;
  try {
    return body();
  } finally {
    current = outer;
  }
}

/** The graph being declared; undefined outside of a definition. */
export const currentGraph = (): Graph | undefined => current;

// Floats are keyed by bit pattern: -0 differs from 0, and NaN equals itself.
function keyOf(value: Params[string]): string {
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value === "object") return `[${value.map(keyOf).join(",")}]`;
  return JSON.stringify(value);
}

function internKey(op: OpName, inputs: readonly Node[], params: Params): string {
  const fields = Object.keys(params)
    .sort()
    .map((key) => `${key}=${keyOf(params[key] as Params[string])}`);
  return `${op}(${inputs.map((input) => input.id).join(",")}){${fields.join(";")}}`;
}

/** What all nodes inherit. Nothing that shows a value, such as `util.inspect`, converts it to a primitive. */
const prototype = {
  [Symbol.toPrimitive](this: Node, hint: string): never {
    throw operatorOn("tensor", describe(this), hint);
  },
};

/** Whether `value` is a node of a graph: a number or a layer is not, nor a record of nodes, whatever its names. */
export const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && Object.getPrototypeOf(value) === prototype;

/** The node `op(inputs)` with `params`, made once per graph. Type errors are GradcErrors of the op's record. */
export function make<K extends OpName>(op: K, inputs: readonly Node[], params: ParamsOf<K>, graph = inputs[0]?.graph ?? current): Node<K> {
  if (!graph) throw new InternalError(`"${op}" was made outside of a graph`);
  const key = internKey(op, inputs, params as Params);
  const known = graph.interned.get(key);
  if (known) return known as Node<K>;
  const { dtype, shape } = graph.rules[op].type(inputs, params as never);
  const node: Node<K> = Object.assign(Object.create(prototype), { graph, id: graph.nodes.length, op, inputs, params, dtype, shape });
  graph.nodes.push(node as Node);
  graph.interned.set(key, node as Node);
  if (graph.here) graph.positions.set(node as Node, graph.here);
  return node;
}

/** Gives `node` a name that the user wrote. A node may have several. */
export function nameNode(node: Node, name: Name): void {
  const names = node.graph.names.get(node) ?? new Set();
  if ([...names].some((known) => known.text === name.text)) return;
  node.graph.names.set(node, names.add(name));
}

/** Records that `to` now stands for `from`: names and position go over. */
export function renameTo(from: Node, to: Node): void {
  if (from === to) return;
  for (const name of from.graph.names.get(from) ?? []) nameNode(to, name);
  const position = from.graph.positions.get(from);
  if (position && !to.graph.positions.has(to)) to.graph.positions.set(to, position);
}

/** All nodes that `roots` depend on, inputs before users: a loop, never recursion. */
export function topological(roots: readonly Node[]): Node[] {
  const seen = new Set<Node>();
  const stack = [...roots];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    stack.push(...node.inputs);
  }
  return [...seen].sort((a, b) => a.id - b.id);
}
