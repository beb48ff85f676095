import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mapRegion, type Program } from "../../compiler/ir/entry.ts";
import type { Node } from "../../compiler/ir/node.ts";
import type { Expr, Kernel } from "../../compiler/kernel/kernel.ts";
import { rewriteKernel } from "../../compiler/kernel/rewrite.ts";
import * as b from "../../compiler/ops/build.ts";
import { ops } from "../../compiler/ops/table.ts";
import { InternalError } from "../../runtime/error.ts";
import { checkKernels, checkModule, compiled } from "./lowered-checks.ts";
import { grow, recipes } from "./program.ts";
import { checkRandom } from "./property.ts";
import { newTally } from "./values.ts";

// `npm run fuzz` takes as many as it is told.
test("48 random programs: text, gradients, rewrites, kernels and module, for every number of rows", async () => {
  const { graphs, elements, judged, differences } = await checkRandom(48, 20, 8);
  expect(graphs).toBe(48);
  expect(judged / elements).toBeGreaterThan(0.95);
  expect(differences).toBeGreaterThan(24);
});

const programs = (count: number): Program[] => fc.sample(recipes(8), { numRuns: count, seed: 4 }).map((recipe) => grow(recipe).program);

test("random programs hold every op", () => {
  const met = new Set(programs(200).flatMap(({ graph }) => graph.nodes.map(({ op }) => op)));
  expect(Object.keys(ops).filter((op) => !met.has(op))).toEqual([]);
});

/** Kernels with something wrong in them, where there is such a thing to be wrong. */
const mistakes: Record<string, (expr: Expr) => Expr> = {
  "a sum is a difference": (expr) => (expr.kind === "op" && expr.op === "add" ? { ...expr, op: "sub" } : expr),
  "a product has one factor": (expr) => (expr.kind === "op" && expr.op === "mul" ? (expr.args[0] as Expr) : expr),
  "a border has another fill": (expr) =>
    expr.kind === "guard" && expr.fill.kind === "constant" ? { ...expr, fill: { ...expr.fill, value: 1000 } } : expr,
  "a guard is missing": (expr) => (expr.kind === "guard" ? expr.value : expr),
  "an index is one less": (expr) => {
    if (expr.kind !== "load" || expr.buffer.shape.length === 0) return expr;
    return { ...expr, index: expr.index.map((index, axis) => (axis === 0 ? { ...index, offset: index.offset - 1 } : index)) };
  },
};

describe("what is wrong is found", () => {
  const sample = programs(40);
  const broken = (program: Program, change: (kernel: Kernel) => Kernel): boolean => {
    try {
      checkKernels(program, change);
      return false;
    } catch (error) {
      expect(error instanceof InternalError || (error as Error).message.startsWith("kernels of")).toBe(true);
      return true;
    }
  };

  for (const [name, mistake] of Object.entries(mistakes)) {
    test(name, () => {
      let made = 0;
      const changing = (kernel: Kernel) =>
        rewriteKernel(kernel, {
          expr(expr) {
            const changed = mistake(expr);
            if (changed !== expr) made++;
            return changed;
          },
        });
      const outcomes = sample.flatMap((program) => {
        made = 0;
        const found = broken(program, changing);
        return made > 0 ? [found] : [];
      });
      expect(outcomes.length).toBeGreaterThan(5);
      // Some mistakes change nothing: a factor of 1, a sum with 0, a border that is cut off again, a guard that always holds.
      expect(outcomes.filter((found) => found).length / outcomes.length).toBeGreaterThan(0.5);
    });
  }

  test("a module whose results are off by 2^-18 of their size", async () => {
    const off = (node: Node): Node => (node.dtype === "f32" ? b.mul(node, b.fill(node, 1 + 2 ** -18)) : node);
    const spoilt = (program: Program) =>
      compiled({ ...program, entries: program.entries.map((entry) => ({ ...mapRegion(entry, off), updates: entry.updates })) });
    const outcomes: boolean[] = [];
    for (const program of sample.filter(({ entries }) => entries[0]?.results.some(({ node }) => node.dtype === "f32")).slice(0, 15)) {
      outcomes.push(
        await checkModule(program, newTally(), spoilt).then(
          () => false,
          (error: Error) => /^module's/.test(error.message),
        ),
      );
    }
    expect(outcomes.filter((found) => found).length).toBeGreaterThan(11);
  });
});
