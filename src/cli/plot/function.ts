// What `gradc inspect --plot` draws: an activation by its name, or a value of a model as a function of the one that it is made of, element by element.
import { gradientsOf } from "../../../compiler/calculus/differentiate.ts";
import { mathNames } from "../../../compiler/describe/names.ts";
import { formulaOf, reference } from "../../../compiler/describe/outline.ts";
import { enumerate, unknownName } from "../../../compiler/diagnostics/definitions.ts";
import { settingOutOfRange } from "../../../compiler/diagnostics/settings.ts";
import { prepare } from "../../../compiler/entry-points.ts";
import { print } from "../../../compiler/formula/notation.ts";
import { text } from "../../../compiler/formula/text.ts";
import { type Formula, variable } from "../../../compiler/formula/tree.ts";
import { evaluate, type Source, valueAt } from "../../../compiler/interpret.ts";
import { evaluate as extent, product } from "../../../compiler/ir/dim.ts";
import { elementAt } from "../../../compiler/ir/element.ts";
import { lookingEntry } from "../../../compiler/ir/entry.ts";
import { withGraph } from "../../../compiler/ir/graph.ts";
import type { Graph, Node } from "../../../compiler/ir/node.ts";
import { formatShape, sameShape } from "../../../compiler/ir/type.ts";
import { substitute, withoutBodies } from "../../../compiler/ir/walk.ts";
import * as build from "../../../compiler/ops/build.ts";
import { elementwise, unaryWhere } from "../../../compiler/ops/elementwise.ts";
import { createGraph, isOp } from "../../../compiler/ops/table.ts";
import { words } from "../../../compiler/words/words.ts";
import * as counters from "../../../runtime/counters.ts";
import { nearest } from "../../../runtime/nearest.ts";
import * as nn from "../../nn/index.ts";
import type { Opened } from "../../open.ts";
import { ops } from "../../ops/index.ts";
import type { Tensor } from "../../tensor.ts";

/** A function of one number, as gradc has it: its own graph, and the derivative that it finds. */
export interface Plotted {
  readonly name: string;
  /** The function and its derivative as equations. */
  readonly equations: readonly [value: string, slope: string];
  /** Where the interesting part of it is. */
  readonly from: number;
  readonly to: number;
  /** Values and slopes at such points. */
  at(points: readonly number[]): { readonly values: Float64Array; readonly slopes: Float64Array };
}

const { celu, elu, gelu, hardsigmoid, hardswish, hardtanh, leakyRelu, logsigmoid, mish, prelu, relu, relu6, selu } = nn;
const { sigmoid, sign, silu, softplus, softsign, step, tanh, tanhshrink } = nn;

/** The first element of what a function of rows makes of (x, 0, 0). */
const firstOf =
  (f: (x: Tensor) => Tensor) =>
  (x: Tensor): Tensor =>
    ops.slice(f(ops.concat([x, ops.mul(x, 0), ops.mul(x, 0)], { dim: 1 })), [0, 0], ["batch", 1]);

/** A function of whole rows, as one of x, and in words which that is: its graph is more than the function. */
interface RowFunction {
  readonly f: (x: Tensor) => Tensor;
  readonly title: string;
}

const rowFunctions: Readonly<Record<string, RowFunction>> = {
  softmax: { f: firstOf((rows) => nn.softmax(rows)), title: words.plot.firstOf("softmax(x, 0, 0)") },
  logSoftmax: { f: firstOf((rows) => nn.logSoftmax(rows)), title: words.plot.firstOf("logSoftmax(x, 0, 0)") },
  glu: { f: (x) => nn.glu(ops.concat([x, x], { dim: 1 })), title: words.plot.halves("glu(x, x)", "x ⊙ sigmoid(x)") },
};

/** Activations by name. */
const activations: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  ...{ celu, elu, gelu, hardsigmoid, hardswish, hardtanh, leakyRelu, logsigmoid, mish, prelu, relu, relu6, selu },
  ...{ sigmoid, sign, silu, softplus, softsign, step, tanh, tanhshrink },
  geluTanh: (x) => nn.gelu(x, { approximate: "tanh" }),
  ...Object.fromEntries(Object.entries(rowFunctions).map(([name, { f }]) => [name, f])),
};

const scalarOps = ops as unknown as Readonly<Record<string, (x: Tensor) => Tensor>>;

/** Elementary functions that are no activations. */
const elementary = unaryWhere(() => true).filter((name) => Object.hasOwn(ops, name) && !Object.hasOwn(activations, name));

/** Those whose kinks are not all between −5 and 5. */
const ranges: Readonly<Record<string, readonly [from: number, to: number]>> = { relu6: [-2, 8] };

/** The function of that name. @throws GradcError `setting-out-of-range` */
export function functionNamed(name: string): Plotted {
  const known = [...Object.keys(activations), ...elementary];
  const f = Object.hasOwn(activations, name) ? activations[name] : elementary.some((each) => each === name) ? scalarOps[name] : undefined;
  if (!f) throw notPlotted(name, `one of ${known.sort().join(", ")}`, helpFor(name, known));
  const graph = createGraph();
  const [x, y] = withGraph(graph, () => {
    const input: Node = build.input(graph, "x", "f32", ["batch", 1]);
    return [input, f(input)];
  });
  const whole = plotted({ name, of: "x", x, y, variables: new Map() });
  const { title } = rowFunctions[name] ?? {};
  return title === undefined ? whole : { ...whole, equations: [title, words.plot.derivative] };
}

const notPlotted = (name: string, expected: string, help?: string) => settingOutOfRange("Cannot plot", "--plot", `"${name}"`, expected, help);

function helpFor(name: string, known: readonly string[]): string | undefined {
  const near = nearest(name, known);
  return near === undefined ? "a value of a model stands behind the model: gradc inspect net.model.ts --plot hidden" : `the nearest is "${near}"`;
}

/** The value of a model by name, as a function of the one value that it is made of. @throws GradcError `unknown-name`, `setting-out-of-range` */
export function valueNamed({ program, variables }: Opened, name: string): Plotted {
  const { graph, entries } = program;
  const nodes = withoutBodies(entries.filter((entry) => entry.name !== "init").flatMap(({ results }) => results.map(({ node }) => node)));
  const named = new Map(nodes.flatMap((node) => [...(graph.names.get(node) ?? [])].map(({ text }) => [text, node] as const)));
  const value = named.get(name);
  if (!value) throw unknownName("value", name, [...named.keys()]);
  const source = sourceOf(value);
  if (!source) {
    const others = [...named].filter(([, node]) => sourceOf(node)).map(([other]) => other);
    const help = others.length > 0 ? `such values are here ${enumerate(others)}` : undefined;
    throw notPlotted(name, "a value that is made of one other, each element of one element", help);
  }
  const [x, y] = withGraph(graph, () => {
    const input: Node = build.input(graph, `${name}'s`, "f32", source.shape);
    return [input, elementAt(substitute([value], new Map([[source, input]])), 0)];
  });
  return plotted({ name, of: nameOf(source), x, y, variables });
}

function nameOf(node: Node): string {
  const [given] = isOp(node, "input") ? [node.params.name] : [...(node.graph.names.get(node) ?? [])].map(({ text }) => text);
  return given === undefined ? "z" : mathNames(node.graph)(given);
}

/** What `value` is a function of, element by element, as far down as that goes up to a value that has a name; undefined where it is of none. */
function sourceOf(value: Node): Node | undefined {
  let frontier = new Set([value]);
  let found: Node | undefined;
  for (;;) {
    const [last] = [...frontier].sort((a, b) => b.id - a.id);
    if (last && last !== value && frontier.size === 1) found = last;
    const isEnd = !last || (last !== value && (last.graph.names.get(last)?.size ?? 0) > 0);
    if (isEnd || !isElementwise(last)) break;
    frontier = new Set([...frontier].filter((node) => node !== last).concat(last.inputs.filter(varies)));
  }
  return found?.dtype === "f32" && value.dtype === "f32" && sameShape(found.shape, value.shape) ? found : undefined;
}

const isElementwise = (node: Node): boolean => Object.hasOwn(elementwise, node.op) || isOp(node, "stopGradient") || isOp(node, "cast");

const isNumber = (node: Node): boolean => product(node.shape) === 1;

/** Whether a value may differ from element to element: constants do not, nor a parameter of one element. */
const varies = (node: Node): boolean => withoutBodies([node]).some((part) => !isOp(part, "constant") && part.inputs.length === 0 && !isNumber(part));

interface Cut {
  readonly name: string;
  readonly of: string;
  readonly x: Node;
  readonly y: Node;
  /** Values of parameters; the others have their initial values. */
  readonly variables: ReadonlyMap<string, ArrayLike<number>>;
}

function plotted({ name, of, x, y, variables }: Cut): Plotted {
  const { graph } = y;
  const axes = y.shape.map((_, axis) => axis);
  // A step has no gradient: its derivative is 0 where it has one.
  const flat = () => build.broadcast(build.constant(graph, [0]), x.shape, []);
  const slope = withGraph(graph, () => gradientsOf(build.sum(y, axes), [x]).get(x) ?? flat());
  const results = [y, slope].map((node, i) => ({ name: String(i), node }));
  const shown = prepare({ name, graph, capacity: { batch: 1 }, inputs: [], entries: [lookingEntry("predict", results)] });
  const [value = "", derivative = ""] = (shown.entries[0]?.results ?? []).map(({ node }) => print(formulaOf(node, stopsOf(node, x, of)), text));
  const [from, to] = ranges[name] ?? [-5, 5];
  const sources = sourcesOf(graph, [y, slope], variables);
  return {
    name,
    equations: [equation(`${name}(${of})`, value), equation(`${name}′(${of})`, derivative)],
    from,
    to,
    at: (points) => evaluateAt(points, { x, y, slope, sources }),
  };
}

/** A formula may be no more than the name. */
const equation = (left: string, right: string): string => (left === right ? left : `${left} = ${right}`);

/** The names that formulas have: of the variable, and of parameters. */
function stopsOf(root: Node, x: Node, of: string): Map<Node, Formula> {
  const mathName = mathNames(root.graph);
  return new Map(
    withoutBodies([root]).flatMap((node): [Node, Formula][] => {
      const own = isOp(node, "input") && isOp(x, "input") && node.params.name === x.params.name;
      if (own) return [[node, { ...variable(of), scalar: true }]];
      return isOp(node, "parameter") || isOp(node, "state") ? [[node, reference(node, mathName(node.params.name))]] : [];
    }),
  );
}

/** The parameters that are read: as given, else as they are at the start. */
function sourcesOf(graph: Graph, roots: readonly Node[], given: Cut["variables"]): Map<string, Source> {
  const sources = new Map<string, Source>([[counters.seed, { dtype: "i32", shape: [], data: [0] }]]);
  for (const node of withoutBodies(roots)) {
    const init = graph.declarations.get(node)?.init;
    if (!init || !(isOp(node, "parameter") || isOp(node, "state"))) continue;
    const { name } = node.params;
    const value = given.get(name) ?? valueAt(evaluate([init], { sources }), init).data;
    sources.set(name, { dtype: node.dtype, shape: node.shape as readonly number[], data: value });
  }
  return sources;
}

/** Values and slopes at the points, as many in one evaluation as the shape has elements. */
function evaluateAt(points: readonly number[], { x, y, slope, sources }: Pick<Cut, "x" | "y"> & { slope: Node; sources: Map<string, Source> }) {
  const { name } = (x as Node<string, { readonly name: string }>).params;
  const size = extent(product(x.shape), { batch: 1 });
  if (size === 0) throw notPlotted(name, "a value of at least one element", `its shape is ${formatShape(x.shape)}`);
  const batch = x.shape.some((dim) => typeof dim === "string") ? Math.ceil(points.length / size) : 1;
  const sizes = { batch };
  const shape = x.shape.map((dim) => extent(dim, sizes));
  const [values, slopes] = [new Float64Array(points.length), new Float64Array(points.length)];
  for (let first = 0; first < points.length; first += size * batch) {
    const data = Float64Array.from({ length: size * batch }, (_, i) => points[Math.min(first + i, points.length - 1)] as number);
    const known = evaluate([y, slope], { sizes, sources: new Map([...sources, [name, { shape, data }]]) });
    const part = (node: Node) => valueAt(known, node).data.subarray(0, points.length - first);
    values.set(part(y), first);
    // Where there is no value there is no slope, whatever its formula gives: log x has none below 0.
    slopes.set(
      part(slope).map((at, i) => (Number.isNaN(part(y)[i]) ? Number.NaN : at)),
      first,
    );
  }
  return { values, slopes };
}
