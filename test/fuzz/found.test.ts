// The smallest programs of what random programs found.
import { describe, expect, test } from "vitest";
import { differentiate } from "../../compiler/calculus/differentiate.ts";
import type { Entry, Program } from "../../compiler/ir/entry.ts";
import type { Graph, InputNode, Node } from "../../compiler/ir/node.ts";
import * as b from "../../compiler/ops/build.ts";
import { carrySlot, lastOf, makeLoop, stackOf } from "../../compiler/ops/loops.ts";
import { createGraph } from "../../compiler/ops/table.ts";
import { checkDifferences, checkRewrites } from "./graph-checks.ts";
import { checkKernels, checkModule } from "./lowered-checks.ts";

/** A program of up to 5 rows whose results are what `values` makes of a graph; all its inputs are those of the graph. */
function programOf(values: (graph: Graph) => readonly Node[]): Program {
  const graph = createGraph();
  const results = values(graph).map((node, i) => ({ name: `r${i}`, node }));
  const inputs = graph.nodes.filter(({ op }) => op === "input") as unknown as InputNode[];
  const entry: Entry = { name: "run", results, updates: [], training: false, splittable: false, minimum: 1 };
  return { name: "found", graph, capacity: { batch: 5 }, inputs, entries: [entry] };
}

const found: Record<string, (graph: Graph) => readonly Node[]> = {
  "two coefficients of one loop variable, n·12 and 4, in the address of a fold": (graph) => {
    const x = b.contract(b.input(graph, "x", "f32", ["batch"]), b.input(graph, "y", "f32", [5, 3]), "a,uv->uav");
    return [b.fold(x, 0, 7, 1, 1), x];
  },
  "a border along an axis whose stride depends on the number of rows": (graph) => {
    const x = b.pad(b.input(graph, "x", "f32", [5, "batch"]), [1, 0], [1, 0], 0);
    return [b.contract(b.window(x, 0, 3, 1, 1), b.input(graph, "kernel", "f32", [3, 4]), "ibk,ko->ibo")];
  },
  "a contraction of two operands that are repeated along one summed axis": (graph) => {
    const x = b.broadcast(b.input(graph, "x", "f32", [3, 3]), [3, 3, 3, 3], [1, 3]);
    return [b.contract(x, x, "abcd,abcd->"), b.contract(x, x, "abcd,abcd->d"), b.sum(b.mul(x, x), [0, 1])];
  },
  "a contraction of two operands that are repeated over the rows": (graph) => {
    const x = b.broadcast(b.input(graph, "x", "f32", [3]), ["batch", 3], [1]);
    return [b.contract(x, x, "ab,ab->"), b.mul(b.input(graph, "y", "f32", ["batch", 3]), x)];
  },
  "an offset that is a multiple of the number of rows: padding before an axis of 1": (graph) => {
    const x = b.reshape(b.input(graph, "x", "f32", ["batch", 3]), [1, "batch", 3]);
    return [b.pad(x, [1, 0, 0], [0, 0, 0], 7), b.pad(b.reshape(b.exp(x), [1, 1, "batch", 3]), [0, 1, 0, 0], [0, 1, 0, 0], 0)];
  },
  "a product of the inside of a border, with a factor that is infinite outside": (graph) => {
    const x = b.slice(b.input(graph, "x", "f32", [4, 3]), [1, 1], [3, 1]);
    const power = (exponent: number) => b.pow(x, b.fill(x, exponent));
    return [b.pad(b.mul(power(-2), power(-3)), [1, 1], [0, 1], 0)];
  },
  "a loop that runs backwards is split in two": (graph) => {
    const x = b.reshape(b.input(graph, "x", "f32", [3, 8]), [24]);
    return [b.sum(b.mul(b.flip(x, [0]), x), [0]), b.reshape(b.flip(b.exp(x), [0]), [4, 6])];
  },
  "a loop in a step reads what the step hands on, which is computed after it": (graph) => {
    const x = b.input(graph, "x", "f32", ["batch", 3]);
    const zeros = b.fill(x, 0);
    const h = carrySlot(graph, "outer", 0, "h", x);
    carrySlot(graph, "outer", 1, "g", x);
    const inner = carrySlot(graph, "inner", 0, "inner", x);
    const around = { steps: 1, reverse: false, sequences: [] };
    const within = makeLoop(graph, { ...around, loop: "inner", carries: ["inner"], starts: [h], next: [zeros] });
    const next = [b.sum(stackOf(within, inner), [0]), zeros];
    const outer = makeLoop(graph, { ...around, loop: "outer", carries: ["h", "g"], starts: [x, zeros], next });
    return [lastOf(outer, 0), stackOf(outer, lastOf(within, 0))];
  },
};

describe("programs that were wrong once", () => {
  for (const [name, values] of Object.entries(found)) {
    test(name, async () => {
      checkRewrites(programOf(values));
      checkKernels(programOf(values));
      await checkModule(programOf(values));
    });
  }
});

const roots = { sqrt: b.sqrt, pow: (x: Node) => b.pow(x, b.fill(x, 0.3)) };
test.each(Object.entries(roots))("%s of 0 below a square, whose chain rule is ∞·0, is not held against differences", (_, root) => {
  const graph = createGraph();
  const w = b.input(graph, "w", "f32", [20]);
  // 0 wherever |w| is below ½.
  const value = root(b.mul(w, b.round(w)));
  const loss = b.sum(b.mul(value, value), [0]);
  const results = Object.entries({ loss, "d.w": differentiate(loss, [w])[0] as Node }).map(([name, node]) => ({ name, node }));
  const entry: Entry = { name: "gradients", results, updates: [], training: true, splittable: false, minimum: 1 };
  expect(checkDifferences({ name: "found", graph, capacity: {}, inputs: [w], entries: [entry] }, loss)).toBe(false);
});
