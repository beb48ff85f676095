// Scalar functions whose value f32 can hold while a part of them, or of their slope, is beyond it.
//
//   1/cosh(v)^2   =>   the slope is NaN at v = 100, because cosh(v) is infinite there
//
// Method: value and slopes, in their stable form, in f64 and in f32 at a few points, each argument in turn with the others 1, and all at once.
// Ensures: a value or slope that is itself beyond f32, infinite, or not defined is not reported: it is what the function says.

import { gradientsOf } from "../../calculus/differentiate.ts";
import { formulaOf, reference } from "../../describe/outline.ts";
import type { Overflow } from "../../diagnostics/gradients.ts";
import { print } from "../../formula/notation.ts";
import { text } from "../../formula/text.ts";
import { evaluate, valueAt } from "../../interpret.ts";
import { elementAt } from "../../ir/element.ts";
import type { Node } from "../../ir/node.ts";
import * as build from "../../ops/build.ts";
import { scalarNamed } from "../../ops/elementwise.ts";
import type { Value } from "../../ops/op.ts";
import { createGraph, isOp } from "../../ops/table.ts";
import { simplify } from "../../passes/simplify.ts";
import { stabilise } from "../../passes/stabilise.ts";
import { toGraph } from "./to-graph.ts";
import type { ScalarFunction } from "./tree.ts";

const points = [0, 100, -100, 1e4, -1e4];

/** The arguments of every trial: one column for each argument. */
function columnsOf(arity: number): number[][] {
  const alone = Array.from({ length: arity }, (_, own) => Array.from({ length: arity }, (_, i) => points.map((point) => (i === own ? point : 1))));
  const trials = arity > 1 ? [...alone, Array.from({ length: arity }, () => points)] : alone;
  return Array.from({ length: arity }, (_, i) => trials.flatMap((trial) => elementAt(trial, i)));
}

const isInF32 = (x: number) => Number.isFinite(Math.fround(x));

/** One evaluation of all trials, exact and rounded to f32. */
interface Trials {
  readonly names: readonly string[];
  readonly args: readonly Node[];
  readonly columns: readonly (readonly number[])[];
  readonly exact: ReadonlyMap<Node, Value>;
  readonly rounded: ReadonlyMap<Node, Value>;
}

const at = (values: ReadonlyMap<Node, Value>, node: Node, trial: number): number => {
  const { data } = valueAt(values, node);
  return data[data.length === 1 ? 0 : trial] as number;
};

// These are NaN where they are not defined, which is the function's own affair. A quotient is where two parts vanish.
const isPartial = ({ op }: Node): boolean => op !== "div" && scalarNamed(op)?.domain !== undefined;

/** The first value that is not finite among those that make `node` so: its own inputs are finite. */
function originOf(node: Node, trial: number, { rounded }: Trials): Node {
  let origin = node;
  for (;;) {
    const [condition, x, y] = origin.inputs as readonly [Node, Node, Node];
    const inputs = isOp(origin, "where") ? [at(rounded, condition, trial) ? x : y] : origin.inputs;
    const next = inputs.find((input) => input.dtype === "f32" && !Number.isFinite(at(rounded, input, trial)));
    if (!next) return origin;
    origin = next;
  }
}

/** What is lost of `node`, the function itself or a slope, in one trial. */
function lossOf(node: Node, what: string, trial: number, trials: Trials): Overflow | undefined {
  const [exact, result] = [at(trials.exact, node, trial), at(trials.rounded, node, trial)];
  const isKept = Number.isFinite(result) || (!Number.isNaN(exact) && !isInF32(exact)) || (what === "value" && !isInF32(exact));
  if (isKept) return undefined;
  const origin = originOf(node, trial, trials);
  const is = at(trials.rounded, origin, trial);
  const isUndefined = Number.isNaN(exact) && Number.isNaN(is) && isPartial(origin);
  if (isUndefined || isOp(origin, "constant") || origin.inputs.length === 0) return undefined;
  const { names, args, columns } = trials;
  const stops = new Map(args.map((arg, i) => [arg, reference(arg, elementAt(names, i))]));
  const part = print(formulaOf(simplify([origin]).image(origin), stops), text);
  return { what, result, at: names.map((name, i) => `${name} = ${columns[i]?.[trial]}`).join(", "), part, is };
}

/** The first place where `f`, or with `slopes` one of its slopes, is lost in f32; undefined where there is none. */
export function overflowOf({ parameters, body }: ScalarFunction, slopes: boolean): Overflow | undefined {
  const columns = columnsOf(parameters.length);
  const length = columns[0]?.length ?? 0;
  const graph = createGraph();
  const args = parameters.map((name) => build.input(graph, name, "f32", [length]));
  const y = length > 0 ? toGraph(body, args, graph) : undefined;
  if (y?.dtype !== "f32") return undefined;
  const value = stabilise([y], args).image(y);
  const gradients = slopes ? gradientsOf(build.sum(value, [0]), args) : new Map<Node, Node>();
  const results = [["value", value] as const, ...args.flatMap((arg, i) => slopeOf(gradients.get(arg), parameters, i))];
  const roots = results.map(([, node]) => node);
  const sources = new Map(parameters.map((name, i) => [name, { shape: [length], data: elementAt(columns, i) }]));
  const trials = { names: parameters, args, columns, exact: evaluate(roots, { sources }), rounded: evaluate(roots, { sources, round: "f32" }) };
  for (const trial of Array.from({ length }, (_, i) => i)) {
    if (!isInF32(at(trials.exact, value, trial))) continue;
    for (const [what, node] of results) {
      const found = lossOf(node, what, trial, trials);
      if (found) return found;
    }
  }
  return undefined;
}

const slopeOf = (gradient: Node | undefined, names: readonly string[], i: number): (readonly [string, Node])[] =>
  gradient ? [[names.length > 1 ? `slope by ${names[i]}` : "slope", gradient]] : [];
