// Random numbers of a step: the streams of dropout and of `random`.
import type { Graph } from "../compiler/ir/node.ts";
import type { Shape } from "../compiler/ir/type.ts";
import * as build from "../compiler/ops/build.ts";
import * as counters from "../runtime/counters.ts";
import type { Tensor } from "./tensor.ts";

/** What the stream of that number draws in this step, in [0, 1). */
export function drawn(graph: Graph, stream: number, shape: Shape): Tensor {
  const [seed, step] = [counters.seed, counters.step].map((name) => build.state(graph, name, "i32", [])) as readonly Tensor[] as [Tensor, Tensor];
  return build.random(seed, step, stream, shape);
}
