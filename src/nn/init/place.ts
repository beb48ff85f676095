import type { Graph, Node } from "../../../compiler/ir/node.ts";
import * as build from "../../../compiler/ops/build.ts";

/** How many values an output depends on, and how many outputs a value reaches. */
export interface Fans {
  readonly in: number;
  readonly out: number;
}

/** Where a value at the start goes: `what` names it in errors, `stream` are the random numbers that are its own. */
export interface Place {
  readonly what: string;
  readonly shape: readonly number[];
  readonly stream: number;
  readonly graph: Graph;
  /** @throws GradcError `invalid-init` where the shape has none */
  readonly fans: () => Fans;
}

/** `value` everywhere. */
export const filled = ({ graph, shape }: Pick<Place, "graph" | "shape">, value: number): Node =>
  build.broadcast(build.constant(graph, [value]), shape, []);
