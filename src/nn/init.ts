// Initial values of parameters as graphs over counter-based random numbers. Bounds use only + - * / and the square root,
// so that they have the same bits on every engine.

import { invalidInit } from "../../compiler/diagnostics/definitions.ts";
import { settingOutOfRange, shown } from "../../compiler/diagnostics/settings.ts";
import { invalidDimension } from "../../compiler/diagnostics/tensors.ts";
import { product } from "../../compiler/ir/dim.ts";
import { elementAt } from "../../compiler/ir/element.ts";
import type { Graph, Node } from "../../compiler/ir/node.ts";
import { formatShape, sameShape } from "../../compiler/ir/type.ts";
import * as build from "../../compiler/ops/build.ts";
import * as counters from "../../runtime/counters.ts";
import type { GradcError } from "../../runtime/error.ts";
import { anything, checkOptions, isFinite32, isOptions, type Kinds } from "../settings.ts";
import { meant } from "../synonyms.ts";
import { type Data, flatten, isList } from "../tensor.ts";

/** A value at the start: a number, data of the shape, or a kind of torch.nn.init. */
export type Init =
  | number
  | Data
  | "zeros"
  | "ones"
  | "xavierUniform"
  | "xavierNormal"
  | "kaimingUniform"
  | "kaimingNormal"
  | { readonly uniform: readonly [number, number] }
  | { readonly normal: readonly [number, number] };

/** How many values an output depends on, and how many outputs a value reaches. */
export interface Fans {
  readonly in: number;
  readonly out: number;
}

type Kind = "xavierUniform" | "xavierNormal" | "kaimingUniform" | "kaimingNormal";

// Glorot & Bengio 2010, equations 12 and 16; He et al. 2015, equation 10, with the gain of relu.
const kinds: Record<Kind, (fans: Fans) => Distribution> = {
  xavierUniform: (fans) => symmetric(Math.sqrt(6 / (fans.in + fans.out))),
  xavierNormal: (fans) => ({ normal: [0, Math.sqrt(2 / (fans.in + fans.out))] }),
  kaimingUniform: (fans) => symmetric(Math.sqrt(6 / fans.in)),
  kaimingNormal: (fans) => ({ normal: [0, Math.sqrt(2 / fans.in)] }),
};

type Distribution = { readonly uniform: readonly [number, number] } | { readonly normal: readonly [number, number] };

const symmetric = (bound: number): Distribution => ({ uniform: [-bound, bound] });

/** PyTorch's default of linear and convolution layers: U(±1/√fanIn), of weight and bias. */
export const defaultInit = (fanIn: number): Init => symmetric(fanIn > 0 ? 1 / Math.sqrt(fanIn) : 0);

/** The fans of a parameter that no layer gave roles: [in, out], or [out, in, kernel...] with three axes or more. */
function fansOf(what: string, shape: readonly number[]): Fans {
  if (shape.length < 2) throw invalidInit(what, `${formatShape(shape)} has no fan in and fan out, which need two axes`);
  if (shape.length === 2) return { in: elementAt(shape, 0), out: elementAt(shape, 1) };
  const kernel = shape.slice(2).reduce((cells, extent) => cells * extent, 1);
  return { in: elementAt(shape, 1) * kernel, out: elementAt(shape, 0) * kernel };
}

/** What a variable has at the start, as it was declared: `what` names it in errors. */
interface Start {
  readonly what: string;
  readonly init: Init;
  readonly shape: readonly number[];
  readonly fans?: Fans | undefined;
}

/**
 * The f32 value at the start, with the random numbers of `stream`.
 * @throws GradcError `invalid-init`, `invalid-dimension`, and those of `flatten`
 */
export function initial({ what, init, shape, fans }: Start, stream: number, graph: Graph): Node {
  checkShape(what, shape);
  if (typeof init === "number") return filled(graph, checkedNumber(what, init), shape);
  if (init === "zeros" || init === "ones") return filled(graph, init === "ones" ? 1 : 0, shape);
  if (typeof init === "string") {
    if (!Object.hasOwn(kinds, init)) throw unknownKind(what, init);
    return drawn(graph, kinds[init](fans ?? fansOf(what, shape)), shape, stream);
  }
  if (isOptions(init)) checkOptions(`Cannot initialise ${what}`, init as object, distributionKinds);
  if (!isDistribution(init)) return given(what, init, shape, graph);
  checkDistribution(what, init);
  return drawn(graph, init, shape, stream);
}

function unknownKind(what: string, init: string): GradcError {
  const known = ["zeros", "ones", ...Object.keys(kinds)];
  const near = meant(init, known);
  return invalidInit(what, `"${init}" is none of ${known.join(", ")}`, near && `write "${near}"`);
}

// An infinite start is meant, as of a minimum that is kept in a state; one that f32 makes infinite is not.
function checkedNumber(what: string, init: number): number {
  if (Number.isNaN(init) || (Number.isFinite(init) && !isFinite32(init))) throw invalidInit(what, `f32 has no number ${init}`);
  return init;
}

function checkDistribution(what: string, init: Distribution): void {
  if ("uniform" in init && "normal" in init) throw invalidInit(what, '"uniform" and "normal" are given, and only one of them can be');
  const kind = "uniform" in init ? "uniform" : "normal";
  const pair = "uniform" in init ? init.uniform : init.normal;
  const [first, second] = Array.isArray(pair) && pair.length === 2 && pair.every(isFinite32) ? pair : [Number.NaN, Number.NaN];
  if (!isFinite32(second - first)) throw invalidInit(what, `"${kind}" is ${shown(pair)}, not two numbers within the range of f32`);
  if (kind === "uniform" && first > second) throw invalidInit(what, `"uniform" is ${shown(pair)}, and the lower bound comes first`);
  if (kind === "normal" && second < 0) throw invalidInit(what, `"normal" is ${shown(pair)}, and a deviation is at least 0`);
}

/** Refuses what is no list of extents that are known. @throws GradcError `setting-out-of-range`, `invalid-dimension` */
export function checkShape(what: string, shape: readonly number[]): void {
  if (!Array.isArray(shape)) throw settingOutOfRange(`Cannot declare ${what}`, "shape", shown(shape), "a list of extents");
  const axis = shape.findIndex((extent) => !Number.isInteger(extent) || extent < 0);
  if (axis >= 0) throw invalidDimension(what, axis, shape);
}

/** The kinds of random numbers; what is drawn from is looked at when it is used. */
export const distributionKinds: Kinds<Record<"uniform" | "normal", unknown>> = { uniform: anything, normal: anything };

/** Whether `init` says what is drawn from. */
export const isDistribution = (init: Data | Distribution): init is Distribution => isOptions(init) && ("uniform" in init || "normal" in init);

const filled = (graph: Graph, value: number, shape: readonly number[]): Node => build.broadcast(build.constant(graph, [value]), shape, []);

function given(what: string, init: Data, shape: readonly number[], graph: Graph): Node {
  if (!isList(init))
    throw settingOutOfRange(`Cannot initialise ${what}`, "init", shown(init), "a number, data, the name of a kind, { uniform } or { normal }");
  const { data, shape: own } = flatten(`Cannot initialise ${what}`, init);
  const fits = own.length === 1 ? product(shape) === data.length : sameShape(own, shape);
  if (!fits) throw invalidInit(what, `data of shape ${formatShape(own)} do not fit ${formatShape(shape)}`);
  return build.constant(graph, data, shape);
}

function drawn(graph: Graph, distribution: Distribution, shape: readonly number[], stream: number): Node {
  const scalar = (value: number) => filled(graph, value, shape);
  if ("normal" in distribution) {
    const [mean, deviation] = distribution.normal;
    return build.add(scalar(mean), build.mul(scalar(deviation), standardNormal(graph, shape, stream)));
  }
  const [low, high] = distribution.uniform;
  return build.add(scalar(low), build.mul(scalar(high - low), uniform(graph, shape, stream)));
}

const uniform = (graph: Graph, shape: readonly number[], stream: number): Node =>
  build.random(build.state(graph, counters.seed, "i32", []), build.constant(graph, [0], [], "i32"), stream, shape);

/** Box & Muller 1958: √(-2 log(1 - u)) · cos(2π v); 1 - u is never 0. */
function standardNormal(graph: Graph, shape: readonly number[], stream: number): Node {
  const pairs = uniform(graph, [2, ...shape], stream);
  const half = (which: number) => {
    const start = [which, ...shape.map(() => 0)];
    return build.reshape(build.slice(pairs, start, [1, ...shape]), shape);
  };
  const scalar = (value: number) => filled(graph, value, shape);
  const radius = build.sqrt(build.mul(scalar(-2), build.log(build.sub(scalar(1), half(0)))));
  return build.mul(radius, build.cos(build.mul(scalar(2 * Math.PI), half(1))));
}
