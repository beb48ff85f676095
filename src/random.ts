// Noise of the counter generator: a function of seed, step, the order of declaration and the element, the same on every engine.
import type { Shape } from "../compiler/ir/type.ts";
import { drawn } from "./draw.ts";
import { ops } from "./ops/index.ts";
import { checkSetting, isExtent, list } from "./settings.ts";
import { definingGraph, type Tensor } from "./tensor.ts";

const extents = list(isExtent, 'a list of extents, such as ["batch", 3]');

/**
 * Noise between 0 and 1, 1 left out, of `shape`, which may hold "batch". Each step draws anew, as does each step of an `ops.scan`; what `predict`
 * and `evaluate` draw stays until the next step, and they take no more rows than the capacity: `ops.where(training(), noise, 0)` is without noise
 * there. Each call is a stream of its own.
 * @throws GradcError `setting-out-of-range`
 */
export function uniform(shape: Shape): Tensor {
  const attempt = 'Cannot draw "random.uniform"';
  checkSetting(attempt, "shape", shape, extents);
  const graph = definingGraph(attempt);
  return drawn(graph, graph.ordinal++, shape);
}

/**
 * Noise of mean 0 and deviation 1 of `shape`, as `random.uniform` is drawn: `√(-2 log u) · cos(2πv)` of two such numbers (Box and Muller 1958).
 * @throws GradcError `setting-out-of-range`
 */
export function normal(shape: Shape): Tensor {
  const attempt = 'Cannot draw "random.normal"';
  checkSetting(attempt, "shape", shape, extents);
  const graph = definingGraph(attempt);
  const [u, v] = [drawn(graph, graph.ordinal++, shape), drawn(graph, graph.ordinal++, shape)];
  return ops.mul(ops.sqrt(ops.mul(-2, ops.log(ops.sub(1, u)))), ops.cos(ops.mul(2 * Math.PI, v)));
}
