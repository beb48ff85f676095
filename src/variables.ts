// Parameters, states and constants of a definition.

import { invalidName } from "../compiler/diagnostics/definitions.ts";
import { notATensor, shapeMismatch } from "../compiler/diagnostics/tensors.ts";
import { product } from "../compiler/ir/dim.ts";
import type { Graph, Node, Role } from "../compiler/ir/node.ts";
import * as build from "../compiler/ops/build.ts";
import { isOp } from "../compiler/ops/table.ts";
import { definitionOf, type Item } from "./definition.ts";
import { isTensor } from "./is-tensor.ts";
import { checkShape, type Init, initial } from "./nn/init.ts";
import { currentFrame, nextSerial } from "./scope.ts";
import { anything, checkOptions, checkSetting, flag, isExtent, type Kinds, list, text } from "./settings.ts";
import { broadcastTo, type Data, definingGraph, flatten, type Operand, type Tensor, tensor } from "./tensor.ts";

/** What models, inputs, layers and variables may be called. */
export const namePattern = /^[A-Za-z][\w-]*$/;

/** The name of the layer that a parameter belongs to: `hidden` for `hidden.weight`, its own where it is no layer's. */
export const layerOf = (parameter: string): string => parameter.replace(/\.[^.]*$/, "");

/** A new layer or variable at the place of the running call. @throws GradcError `invalid-name` */
export function newItem(kind: string, name?: string): Item {
  if (name !== undefined && !namePattern.test(name)) throw invalidName(`a ${kind}`, name);
  return { kind, name, frame: currentFrame(), serial: nextSerial() };
}

/** What a new parameter or state is. */
export interface VariableSpec {
  readonly item: Item;
  /** `weight`, or "" where the item is the variable itself. */
  readonly suffix: string;
  readonly shape: readonly number[];
  readonly role: Role;
  readonly trainable: boolean;
  /** The value at the start, given the stream of random numbers that is the variable's own. */
  readonly init: (stream: number) => Node;
  /** What formulas call it, where its own name does not say. */
  readonly letter?: string | undefined;
  /** What formulas call the error at its product, behind the name of its layer. */
  readonly error?: string | undefined;
  /** Whether weight decay weighs it; true unless stated. */
  readonly decays?: boolean | undefined;
  /** Whether it is a matrix that multiplies no last axis. */
  readonly upright?: boolean | undefined;
}

/** Adds a variable to the definition, under a provisional name until the body has run. */
export function declareVariable(graph: Graph, { item, suffix, shape, role, trainable, init, letter, error, decays, upright }: VariableSpec): Node {
  const stream = graph.ordinal++;
  const label = item.name ?? item.frame?.site.name ?? item.kind;
  const name = `${label}${suffix && `.${suffix}`}~${stream}`;
  const node: Node = role === "parameter" ? build.parameter(graph, name, shape) : build.state(graph, name, "f32", shape);
  const position = item.frame?.site.position ?? graph.here;
  const isUpright = upright === true && shape.length === 2;
  graph.declarations.set(node, { name, role, trainable, letter, error, decays, ...(isUpright && { upright }), init: init(stream), position });
  definitionOf(graph)?.variables.push({ node, item, suffix });
  return node;
}

/** Settings of `parameter`. */
export interface ParameterOptions {
  /** The value at the start; zeros unless stated. */
  readonly init?: Init;
  /** Whether the optimizer changes it; true unless stated. */
  readonly trainable?: boolean;
  readonly name?: string;
}

const parameterKinds: Kinds<ParameterOptions> = { init: anything, trainable: flag, name: text };

/** A new f32 parameter of `shape`, named by the variable that it reaches. */
export function parameter(shape: readonly number[], options: ParameterOptions = {}): Tensor {
  checkOptions("Cannot declare a parameter", options, parameterKinds);
  const { init = "zeros", trainable = true, name } = options;
  const graph = definingGraph("Cannot declare a parameter");
  checkShape("a parameter", shape);
  const item = newItem("parameter", name);
  const value = (stream: number) => initial({ what: "a parameter", init, shape }, stream, graph);
  return declareVariable(graph, { item, suffix: "", shape, role: "parameter", trainable, init: value, upright: true });
}

/** A new f32 state of `shape` that `update` assigns and every run reads: running statistics and the like. */
export function state(name: string, shape: readonly number[], init: Init = "zeros"): Tensor {
  checkSetting("Cannot declare a state", "name", name, text);
  const graph = definingGraph(`Cannot declare the state "${name}"`);
  checkShape(`the state "${name}"`, shape);
  const item = newItem("state", name);
  const value = (stream: number) => initial({ what: `the state "${name}"`, init, shape }, stream, graph);
  return declareVariable(graph, { item, suffix: "", shape, role: "layer", trainable: false, init: value });
}

/**
 * Assigns `value` to a state at the end of a training step. Later reads of the state in a run that trains (`step`, `gradients`) give it; `predict`
 * and `evaluate` assign nothing and read what is stored.
 */
export function update(target: Tensor, value: Operand): void {
  const graph = definingGraph("Cannot update a state");
  if (!isTensor(target) || !isOp(target, "state")) throw notATensor('Cannot update what "state" did not declare', target);
  const assigned = tensor("Cannot update a state", value, target.dtype);
  const next = broadcastTo("Cannot update a state", assigned, target.shape);
  graph.updates.set(target, next);
  definitionOf(graph)?.assignments.push({ target, value: next, given: undefined });
}

/** bool[]: true in a run that trains (`step`, `gradients`), false in `predict` and `evaluate`. */
export const training = (): Tensor => build.training(definingGraph("Cannot ask for the mode"));

const shapes = list((extent) => Number.isInteger(extent) && isExtent(extent), "a list of extents, such as [2, 3]");

/** A tensor of fixed elements: f32, or i32 from an Int32Array. `shape` orders flat data. @throws GradcError `shape-mismatch` */
export function constant(data: Data, shape?: readonly number[]): Tensor {
  const graph = definingGraph("Cannot declare a constant");
  const flat = flatten("Cannot declare a constant", data);
  const dims = shape === undefined ? flat.shape : shape;
  checkSetting("Cannot declare a constant", "shape", dims, shapes);
  if (product(dims) !== flat.data.length) throw shapeMismatch("Cannot declare a constant", [dims], `a shape of ${flat.data.length} elements`);
  return build.constant(graph, flat.data, dims, data instanceof Int32Array ? "i32" : "f32");
}
