import { describe, expect, test } from "vitest";
import { withGraph } from "../../../compiler/ir/graph.ts";
import type { Graph, Node } from "../../../compiler/ir/node.ts";
import * as b from "../../../compiler/ops/build.ts";
import type { Value } from "../../../compiler/ops/op.ts";
import { createGraph } from "../../../compiler/ops/table.ts";
import { isRowwise, separationOf } from "../../../compiler/passes/rows.ts";
import { simplify } from "../../../compiler/passes/simplify.ts";
import * as losses from "../../../src/losses/index.ts";
import { ops } from "../../../src/ops/index.ts";
import { sourcesFor, valuesOf } from "../../support/same-value.ts";

interface Sources {
  readonly graph: Graph;
  readonly x: Node;
  readonly i: Node;
  readonly w: Node;
}

function sources(): Sources {
  const graph = createGraph();
  const x = b.input(graph, "x", "f32", ["batch", 3]);
  return { graph, x, i: b.input(graph, "i", "i32", ["batch"]), w: b.parameter(graph, "w", [3, 3]) };
}

const hidden = ({ x, w }: Sources) => ops.tanh(ops.matmul(x, w));
const batchNorm = (x: Node) => ops.sub(x, ops.mean(x, { dim: 0, keepDim: true }));

describe("isRowwise", () => {
  test.each<readonly [string, boolean, (s: Sources) => Node]>([
    ["a layer", true, hidden],
    ["softmax of a row", true, ({ x }) => ops.softmax(x)],
    ["rows of a table", true, ({ i, w }) => b.gather(w, i)],
    ["rows flattened", true, ({ x }) => b.reshape(b.reshape(x, ["batch", 3, 1]), ["batch·3"])],
    ["equal rows", true, ({ w, x }) => b.add(x, b.broadcast(b.sum(w, [0]), x.shape, [1]))],
    ["rows moved to another axis", false, ({ x }) => b.permute(x, [1, 0])],
    ["rows less the mean of all rows", false, ({ x }) => batchNorm(x)],
    ["row i by row j", false, ({ x }) => b.contract(x, x, "ik,jk->ij")],
    ["rows of rows", false, ({ x, i }) => b.gather(x, i)],
    ["rows by number", false, ({ x, graph }) => b.mul(x, b.cast(b.iota(graph, ["batch", 3], 0), "f32"))],
    ["rows divided by their number", false, ({ x, graph }) => b.div(x, b.broadcast(b.size(graph, "batch"), x.shape, []))],
    ["no rows at all", false, ({ w }) => w],
  ])("%s: %s", (_, expected, make) => {
    const s = sources();
    expect(
      isRowwise(
        withGraph(s.graph, () => make(s)),
        "batch",
      ),
    ).toBe(expected);
  });
});

describe("separationOf", () => {
  const wholes: readonly (readonly [string, (s: Sources) => Node])[] = [
    ["a mean over dynamic and static axes", (s) => losses.mse(hidden(s), s.x)],
    ["cross-entropy with rows left out", (s) => losses.crossEntropy(hidden(s), s.i)],
    ["a penalty beside the loss", (s) => ops.add(losses.mse(hidden(s), s.x), ops.sum(ops.mul(s.w, s.w)))],
    ["a product of rows summed over rows", ({ x }) => ops.sum(ops.exp(ops.mul(0.01, b.contract(x, x, "bi,bj->ij"))))],
    ["counts by class", ({ i, x }) => ops.sum(ops.sqrt(ops.abs(b.scatterAdd(x, i, 2))))],
  ];

  test.each(wholes)("%s: sums of parts give the whole", (_, make) => {
    const s = sources();
    const loss = withGraph(s.graph, () => make(s));
    const result = simplify([loss]).image(loss);
    const parts = separationOf([result], "batch");
    expect(parts).toBeDefined();
    const { sums, finish } = parts as NonNullable<typeof parts>;
    const whole = sourcesFor([result], { sizes: { batch: 5 }, classes: 2 });
    const [first, second] = [slice(whole, 0, 2), slice(whole, 2, 5)].map((drawn, i) =>
      valuesOf(sums, { sizes: { batch: [2, 3][i] as number } }, drawn),
    ) as [Value[], Value[]];
    const totals = sums.map((sum, at) => {
      const [one, other] = [first[at] as Value, second[at] as Value];
      return [
        sum,
        b.state(s.graph, `sum${at}`, sum.dtype, sum.shape),
        Array.from(one.data, (value, i) => value + (other.data[i] as number)),
      ] as const;
    });
    const finished = finish(new Map(totals.map(([sum, total]) => [sum, total])));
    const known = new Map([
      ...whole,
      ...totals.map(([sum, , data], at) => [`sum${at}`, { dtype: sum.dtype, shape: sum.shape as number[], data }] as const),
    ]);
    const got = valuesOf(finished, {}, known)[0]?.data[0] as number;
    expect(got).toBeCloseTo(valuesOf([result], { sizes: { batch: 5 } }, whole)[0]?.data[0] as number, 12);
  });

  test.each<readonly [string, (s: Sources) => Node]>([
    ["a batch norm", ({ x }) => ops.sum(ops.exp(batchNorm(x)))],
    ["a maximum over rows", ({ x }) => ops.amax(x)],
    ["rows themselves", ({ x }) => x],
    ["rows for each row", ({ x }) => ops.sum(ops.square(ops.broadcast(x, ["batch", "batch", x.shape[1] as number])))],
    ["a mean of rows for each row", ({ x }) => ops.mean(b.contract(x, x, "bi,ci->bc"))],
    ["a number of pairs of rows", ({ x }) => ops.mul(ops.sum(x), b.size(x.graph, "batch·batch"))],
    ["counts with an element for each row", ({ i, x }) => ops.sum(ops.amax(b.scatterAdd(x, i, "batch"), { dim: 0 }))],
  ])("%s cannot be had in parts", (_, make) => {
    const s = sources();
    expect(separationOf([withGraph(s.graph, () => make(s))], "batch")).toBeUndefined();
  });
});

/** The rows from `start` to `end` of the inputs; parameters stay. */
function slice(drawn: ReturnType<typeof sourcesFor>, start: number, end: number): ReturnType<typeof sourcesFor> {
  const rows = [...drawn].map(([name, source]) => {
    if (name === "w") return [name, source] as const;
    const width = source.data.length / (source.shape[0] as number);
    return [
      name,
      { ...source, shape: [end - start, ...source.shape.slice(1)], data: Array.from(source.data).slice(start * width, end * width) },
    ] as const;
  });
  return new Map(rows);
}
