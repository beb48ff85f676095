import { InternalError } from "../../runtime/error.ts";
import { Lists, longestText } from "./lists.ts";
import type { Graph, Name, Node, OpRule, Param, Params, Part, Passage, Rules } from "./node.ts";
import { sameShape, type TensorType } from "./type.ts";

/** An empty graph over `rules`. */
export function newGraph(rules: Rules): Graph {
  return {
    rules,
    nodes: [],
    interned: new Map(),
    lists: new Lists(),
    names: new Map(),
    layers: new Map(),
    parts: new Map(),
    errors: new Map(),
    forms: new Map(),
    passages: new Map(),
    order: [],
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
function keyOf(value: Param, lists: Lists): string {
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value === "string" || typeof value === "boolean") return JSON.stringify(value);
  return value.length > longestText ? `list ${lists.numberOf(value)}` : `[${value.map((part) => keyOf(part, lists)).join(",")}]`;
}

/** Equal for equal parameters of nodes of one graph. */
export function keyOfParams({ lists }: Graph, params: Params): string {
  const keys = Object.keys(params);
  if (keys.length === 0) return "";
  return keys
    .sort()
    .map((key) => `${key}=${keyOf(params[key] as Param, lists)}`)
    .join(";");
}

const idsOf = (nodes: readonly Node[]): string => nodes.map(({ id }) => id).join(",");

const internKey = (graph: Graph, op: string, inputs: readonly Node[], params: Params, body: readonly Node[]): string =>
  `${op}(${idsOf(inputs)}){${keyOfParams(graph, params)}}${body.length > 0 ? `{${idsOf(body)}}` : ""}`;

/** What all nodes inherit. Nothing that shows a value, such as `util.inspect`, converts it to a primitive. */
const prototype = {
  [Symbol.toPrimitive](this: Node, hint: string): never {
    throw this.graph.rules.operatorOn(this, hint);
  },
};

/** Whether `value` is a node of a graph: a number or a layer is not, nor a record of nodes, whatever its names. */
export const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && Object.getPrototypeOf(value) === prototype;

function ruleOf({ rules }: Graph, op: string): OpRule {
  const rule = rules.ops[op];
  if (!rule) throw new InternalError(`There is no op "${op}"`);
  return rule;
}

/** The type that the rule of `op` infers. */
export const typeOf = (graph: Graph, { op, inputs, params, body }: Pick<Node, "op" | "inputs" | "params" | "body">): TensorType =>
  ruleOf(graph, op).type(inputs, params as never, body);

const none: readonly never[] = [];

/** The inputs of an op with a body: its own, and in order of creation the values outside of the loop that the body is made of. */
function withCaptured(rule: OpRule, inputs: readonly Node[], params: Params, body: readonly Node[]): readonly Node[] {
  const bound = body.length > 0 && rule.binds?.(params as never);
  return bound ? [...inputs.slice(0, bound.own), ...capturedBy(body, bound.loop)] : inputs;
}

function capturedBy(body: readonly Node[], loop: string): Node[] {
  const seen = new Set(body);
  for (const node of seen) if (node.loops.includes(loop)) for (const input of node.inputs) seen.add(input);
  return [...seen].filter((node) => !node.loops.includes(loop)).sort((a, b) => a.id - b.id);
}

/** The loops that a node varies in: those of its inputs, and of a slot its own. A body is closed: what it takes from outside is an input. */
function loopsOf(rule: OpRule, inputs: readonly Node[], params: Params): readonly string[] {
  const own = rule.varies?.(params as never);
  if (own === undefined && inputs.every(({ loops }) => loops.length === 0)) return none;
  return [...new Set([...inputs.flatMap(({ loops }) => loops), ...(own === undefined ? [] : [own])])].sort();
}

/** The node `op(inputs){body}` with `params`, made once per graph. Type errors are GradcErrors of the op's record. */
export function make(op: string, given: readonly Node[], params: Params, graph = given[0]?.graph ?? current, body: readonly Node[] = none): Node {
  if (!graph) throw new InternalError(`"${op}" was made outside of a graph`);
  const rule = ruleOf(graph, op);
  const inputs = withCaptured(rule, given, params, body);
  const key = internKey(graph, op, inputs, params, body);
  const known = graph.interned.get(key);
  if (known) return known;
  const { dtype, shape } = rule.type(inputs, params as never, body);
  const loops = loopsOf(rule, inputs, params);
  const node: Node = Object.assign(Object.create(prototype), { graph, id: graph.nodes.length, op, inputs, params, body, loops, dtype, shape });
  graph.nodes.push(node);
  graph.interned.set(key, node);
  if (graph.here) graph.positions.set(node, graph.here);
  return node;
}

/** Gives `node` a name that the user wrote. A node may have several. */
export function nameNode(node: Node, name: Name): void {
  const names = node.graph.names.get(node) ?? new Set();
  if ([...names].some((known) => known.text === name.text)) return;
  node.graph.names.set(node, names.add(name));
}

/** Records that a page shows `value` as the equal `form`. */
export function giveForm(value: Node, form: Node): Node {
  value.graph.forms.set(value, form);
  return value;
}

/** Records through what `loss` goes by its definition. */
export function givePassages(loss: Node, passages: readonly Passage[]): Node {
  loss.graph.passages.set(loss, passages);
  return loss;
}

/** Records in `to` the passages of `from` as those of the images of its nodes, as far as they have one. */
export function movePassages(from: Graph, to: Graph, imageOf: (node: Node) => Node | undefined): void {
  const passages = [...from.passages];
  to.passages.clear();
  for (const [loss, own] of passages) {
    const image = imageOf(loss);
    // What a loss is made of has an image where it has one.
    if (image)
      to.passages.set(
        image,
        own.map((passage) => ({ ...passage, inputs: passage.inputs.map((input) => imageOf(input) as Node) })),
      );
  }
}

/** Records that the layer of that name gave `node`, unless another one gave it before. */
export function giveLayer(node: Node, layer: string): void {
  const { layers } = node.graph;
  if (!layers.has(node)) layers.set(node, layer);
}

/** Records that `node` is that part of a layer, unless it is one already. */
export function givePart(node: Node, part: Part): void {
  const { parts } = node.graph;
  if (!parts.has(node)) parts.set(node, part);
}

/** Records that `node` is the error at what steps of a loop hand on under that name, unless it is one already. */
export function giveError(node: Node, name: string): void {
  const { errors } = node.graph;
  if (!errors.has(node)) errors.set(node, name);
}

/** What is below reshapes that only add axes of extent 1: rules look through them to where it is repeated. */
export function withoutUnits(node: Node): Node {
  const x = node.op === "reshape" ? node.inputs[0] : undefined;
  const extents = ({ shape }: Node) => shape.filter((dim) => dim !== 1);
  return x && sameShape(extents(node), extents(x)) ? withoutUnits(x) : node;
}

/**
 * Gives the names of values that `nodes` are no longer made of, since rules looked through the axes of extent 1 that a sum with `keepDim` adds, to what is
 * below these and has none. A value that is there keeps its names.
 */
export function nameBelowUnits({ names }: Graph, nodes: readonly Node[]): void {
  const known = new Set(nodes);
  const told = new Set([...names].flatMap(([node, own]) => (known.has(node) ? [...own].map(({ text }) => text) : [])));
  for (const [node, own] of [...names]) {
    const inner = withoutUnits(node);
    const isBelow = node.shape.length > inner.shape.length && known.has(inner) && inner.inputs.length > 0 && !names.has(inner);
    if (isBelow) for (const name of own) if (!told.has(name.text)) nameNode(inner, name);
  }
}

/** Records that `to` now stands for `from`: names, position and the like go over. */
export function renameTo(from: Node, to: Node): void {
  if (from === to) return;
  for (const name of from.graph.names.get(from) ?? []) nameNode(to, name);
  const layer = from.graph.layers.get(from);
  if (layer !== undefined) giveLayer(to, layer);
  const part = from.graph.parts.get(from);
  if (part) givePart(withoutUnits(to), part);
  const error = from.graph.errors.get(from);
  if (error !== undefined) giveError(to, error);
  const position = from.graph.positions.get(from);
  if (position && !to.graph.positions.has(to)) to.graph.positions.set(to, position);
}
