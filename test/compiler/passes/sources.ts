// What graphs of rules are made of.
import type { Node } from "../../../compiler/ir/node.ts";
import * as b from "../../../compiler/ops/build.ts";
import { createGraph } from "../../../compiler/ops/table.ts";

/** x, y: f32[batch, 3]; v: f32[3]; s: f32[]; i: i32[batch], checked to be in [0, 4); c: bool[batch, 3]. */
export interface Sources {
  readonly x: Node;
  readonly y: Node;
  readonly v: Node;
  readonly s: Node;
  readonly i: Node;
  readonly c: Node;
}

const graph = createGraph();
const sources: Sources = {
  x: b.input(graph, "x", "f32", ["batch", 3]),
  y: b.input(graph, "y", "f32", ["batch", 3]),
  v: b.parameter(graph, "v", [3]),
  s: b.parameter(graph, "s", []),
  i: b.input(graph, "i", "i32", ["batch"]),
  c: b.input(graph, "c", "bool", ["batch", 3]),
};
export const sourcesOf = (): Sources => sources;
