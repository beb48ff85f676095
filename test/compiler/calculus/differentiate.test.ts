import { describe, expect, test } from "vitest";
import { differentiate, gradientsOf } from "../../../compiler/calculus/differentiate.ts";
import { nameNode } from "../../../compiler/ir/graph.ts";
import type { Graph, Node } from "../../../compiler/ir/node.ts";
import * as b from "../../../compiler/ops/build.ts";
import { createGraph } from "../../../compiler/ops/table.ts";
import { simplify } from "../../../compiler/passes/simplify.ts";
import { expressionOf } from "../../support/expression.ts";
import { sourcesFor, valuesOf } from "../../support/same-value.ts";

const all = (x: Node) =>
  b.sum(
    x,
    x.shape.map((_, axis) => axis),
  );

/** tanh(x·w + c)·u, squared and summed. */
function network(graph: Graph) {
  const x = b.input(graph, "x", "f32", ["batch", 3]) as Node;
  const w = b.parameter(graph, "w", [3, 4]) as Node;
  const c = b.parameter(graph, "c", [4]) as Node;
  const u = b.parameter(graph, "u", [4, 2]) as Node;
  const hidden = b.tanh(b.add(b.contract(x, w, "bi,ij->bj"), b.broadcast(c, ["batch", 4], [1]))) as Node;
  const y = b.contract(hidden, u, "bi,ij->bj");
  return { x, w, c, u, hidden, loss: all(b.mul(y, y)) as Node };
}

/** The derivative of `y` along `direction`, by central differences in f64: error near 1e-9 for a step of 1e-5. */
function slope(y: Node, name: string, direction: readonly number[]): number {
  const sizes = { batch: 5 };
  const step = 1e-5;
  const at = (by: number) => {
    const drawn = sourcesFor([y], { sizes });
    const source = drawn.get(name) as { shape: readonly number[]; data: readonly number[] };
    drawn.set(name, { ...source, data: source.data.map((value, i) => value + by * (direction[i] as number)) });
    return valuesOf([y], { sizes }, drawn)[0]?.data[0] as number;
  };
  return (at(step) - at(-step)) / (2 * step);
}

describe("differentiate", () => {
  test.each(["x", "w", "c", "u"] as const)("the gradient by %s is the slope by central differences", (name) => {
    const parts = network(createGraph());
    const gradient = differentiate(parts.loss, [parts[name]])[0] as Node;
    const values = valuesOf([gradient], { sizes: { batch: 5 } }, sourcesFor([parts.loss, gradient], { sizes: { batch: 5 } }))[0] as {
      data: Float64Array;
    };
    const direction = Array.from(values.data, (_, i) => Math.sin(i + 1));
    const expected = values.data.reduce((total, g, i) => total + g * (direction[i] as number), 0);
    expect(slope(parts.loss, name, direction)).toBeCloseTo(expected, 5);
  });

  test("a Hessian-vector product is the slope of the gradient's projection", () => {
    const graph = createGraph();
    const { w, loss } = network(graph);
    const v = b.constant(
      graph,
      Array.from({ length: 12 }, (_, i) => Math.cos(i)),
      [3, 4],
    ) as Node;
    const projection = all(b.mul(differentiate(loss, [w])[0] as Node, v)) as Node;
    const product = differentiate(projection, [w])[0] as Node;
    const sizes = { batch: 5 };
    const values = valuesOf([product], { sizes }, sourcesFor([projection, product], { sizes }))[0] as { data: Float64Array };
    const direction = Array.from(values.data, (_, i) => Math.sin(i + 1));
    const expected = values.data.reduce((total, g, i) => total + g * (direction[i] as number), 0);
    // The projection is about 100 times as large as a loss near 1.
    expect(slope(projection, "w", direction) / expected).toBeCloseTo(1, 6);
  });

  test("paths of a value that is used twice are added", () => {
    const graph = createGraph();
    const x = b.parameter(graph, "x", []) as Node;
    const gradient = differentiate(b.mul(b.sin(x), b.exp(x)), [x])[0] as Node;
    expect(expressionOf(simplify([gradient]).image(gradient))).toMatchInlineSnapshot(`"mul(add(sin(x), cos(x)), exp(x))"`);
  });

  test("values in between have gradients too, though a stable form would skip them", () => {
    const graph = createGraph();
    const z = b.parameter(graph, "z", []) as Node;
    const p = b.sigmoid(z) as Node;
    const gradients = gradientsOf(b.log(p), [z, p]);
    expect([...gradients.values()].map((gradient) => expressionOf(simplify([gradient]).image(gradient)))).toMatchInlineSnapshot(`
      [
        "div(mul(sigmoid(z), sub(1, sigmoid(z))), sigmoid(z))",
        "div(1, sigmoid(z))",
      ]
    `);
  });

  test("no zero is built for what the result does not depend on", () => {
    const graph = createGraph();
    const x = b.parameter(graph, "x", []) as Node;
    const other = b.parameter(graph, "other", []) as Node;
    const stopped = b.parameter(graph, "stopped", []) as Node;
    const y = b.mul(x, b.stopGradient(stopped));
    expect([...gradientsOf(y, [x, other, stopped]).keys()]).toEqual([x]);
    nameNode(other, { text: "other" });
    expect(() => differentiate(y, [other])).toThrow('Cannot differentiate with respect to "other": the result does not depend on it');
    expect(() => differentiate(y, [stopped])).toThrow(expect.objectContaining({ code: "no-gradient" }));
  });

  test("only an f32 number can be differentiated", () => {
    const graph = createGraph();
    const x = b.parameter(graph, "x", [2]) as Node;
    expect(() => differentiate(b.exp(x), [x])).toThrow(expect.objectContaining({ code: "non-scalar-loss" }));
  });

  test("a graph of 2,000 layers takes no recursion and grows by no more than ten nodes a layer", () => {
    const graph = createGraph();
    const x = b.parameter(graph, "x", [2]) as Node;
    let y = x;
    for (let i = 0; i < 2000; i++) y = b.tanh(b.add(y, x));
    const [gradient] = differentiate(all(y), [x]);
    expect(simplify([gradient as Node]).image(gradient as Node).shape).toEqual([2]);
    expect(graph.nodes.length).toBeLessThan(10 * 2000 + 100);
  });
});
