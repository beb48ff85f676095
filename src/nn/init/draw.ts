// Random numbers at the start, as graphs over those of the counter.
import { invalidInit } from "../../../compiler/diagnostics/definitions.ts";
import { shown } from "../../../compiler/diagnostics/settings.ts";
import type { Graph, Node } from "../../../compiler/ir/node.ts";
import * as build from "../../../compiler/ops/build.ts";
import * as counters from "../../../runtime/counters.ts";
import { isFinite32 } from "../../settings.ts";
import { filled, type Place } from "./place.ts";
import { numbers } from "./settings.ts";

/** Uniform between `low` and `high`. */
export const uniformBetween = (place: Place, low: number, high: number): Node =>
  build.add(filled(place, low), build.mul(filled(place, high - low), uniform(place.graph, place.shape, place.stream)));

/** Normal of `mean` and `deviation`. */
export const normalOf = (place: Place, mean: number, deviation: number): Node =>
  build.add(filled(place, mean), build.mul(filled(place, deviation), standardNormal(place.graph, place.shape, place.stream)));

/** `{ uniform: [low, high] }` */
export function uniformKind(place: Place, setting: unknown): Node {
  const [low, high] = range(place.what, "uniform", setting, 2);
  if (low > high) throw invalidInit(place.what, `"uniform" is ${shown(setting)}, and the lower bound comes first`);
  return uniformBetween(place, low, high);
}

/** `{ normal: [mean, deviation] }` */
export function normalKind(place: Place, setting: unknown): Node {
  const [mean, deviation] = range(place.what, "normal", setting, 2);
  if (deviation < 0) throw invalidInit(place.what, `"normal" is ${shown(setting)}, and a deviation is at least 0`);
  return normalOf(place, mean, deviation);
}

/** Numbers of which the last two have a difference within the range of f32. */
function range(what: string, kind: string, setting: unknown, count: number): [number, number, number, number] {
  const list = numbers(what, kind, setting, count);
  const [first, last] = list.slice(-2) as [number, number];
  if (!isFinite32(last - first)) return numbers(what, kind, undefined, count) as never;
  return list as [number, number, number, number];
}

/**
 * `{ truncatedNormal: [mean, deviation, low, high] }`: normal, given that it is between `low` and `high`, by the inverse of the distribution
 * at a uniform number. Where both bounds are more than 4 deviations on one side of the mean, few values are distinct: f32 has no more there.
 */
export function truncatedNormalKind(place: Place, setting: unknown): Node {
  const [mean, deviation, low, high] = range(place.what, "truncatedNormal", setting, 4);
  if (deviation <= 0) throw invalidInit(place.what, `"truncatedNormal" is ${shown(setting)}, and a deviation is above 0`);
  if (low >= high) throw invalidInit(place.what, `"truncatedNormal" is ${shown(setting)}, and the lower bound comes first`);
  const at = (bound: number) => build.erf(filled(place, (bound - mean) / deviation / Math.SQRT2));
  const [start, end] = [at(low), at(high)];
  const share = build.add(start, build.mul(build.sub(end, start), uniform(place.graph, place.shape, place.stream)));
  const value = build.add(filled(place, mean), build.mul(filled(place, deviation * Math.SQRT2), inverseErf(place, share)));
  return build.minimum(build.maximum(value, filled(place, low)), filled(place, high));
}

// Giles, "Approximating the erfinv function" (2010), table 5, single precision: relative error below 4e-7.
const near = [2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503, -0.00417768164, 0.246640727, 1.50140941];
const far = [-0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047, 1.00167406, 2.83297682];

/** The x of which y is the error function; of ±1, the largest that f32 tells from it. */
function inverseErf(place: Place, y: Node): Node {
  const scalar = (value: number) => filled(place, value);
  const polynomial = (x: Node, [first, ...rest]: readonly number[]) =>
    rest.reduce<Node>((sum, term) => build.add(scalar(term), build.mul(sum, x)), scalar(first as number));
  const one = scalar(1);
  const w = build.minimum(build.neg(build.log(build.mul(build.sub(one, y), build.add(one, y)))), scalar(16.6));
  const inner = polynomial(build.sub(w, scalar(2.5)), near);
  const outer = polynomial(build.sub(build.sqrt(w), scalar(3)), far);
  return build.mul(build.where(build.compare(w, scalar(5), "lt"), inner, outer), y);
}

/** Uniform in [0, 1). */
export const uniform = (graph: Graph, shape: readonly number[], stream: number): Node =>
  build.random(build.state(graph, counters.seed, "i32", []), build.constant(graph, [0], [], "i32"), stream, shape);

/** Box & Muller 1958: √(-2 log(1 - u)) · cos(2π v); 1 - u is never 0. */
export function standardNormal(graph: Graph, shape: readonly number[], stream: number): Node {
  const pairs = uniform(graph, [2, ...shape], stream);
  const half = (which: number) => {
    const start = [which, ...shape.map(() => 0)];
    return build.reshape(build.slice(pairs, start, [1, ...shape]), shape);
  };
  const scalar = (value: number) => filled({ graph, shape }, value);
  const radius = build.sqrt(build.mul(scalar(-2), build.log(build.sub(scalar(1), half(0)))));
  return build.mul(radius, build.cos(build.mul(scalar(2 * Math.PI), half(1))));
}
