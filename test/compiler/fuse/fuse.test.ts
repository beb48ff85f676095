import { describe, expect, test } from "vitest";
import { sharedBuffers } from "../../../compiler/fuse/buffers.ts";
import { Functions } from "../../../compiler/fuse/functions.ts";
import { fuse } from "../../../compiler/fuse/fuse.ts";
import type { Expr } from "../../../compiler/kernel/kernel.ts";
import { printKernel } from "../../../compiler/kernel/print.ts";
import { expressionsOf, loopsOf, operandsOf, sitesOf } from "../../../compiler/kernel/visit.ts";
import { runFused } from "../../support/fused.ts";
import { fusedCase, fusedCases } from "../../support/fused-cases.ts";

describe("fused kernels compute what the graph says, whatever the batch", () => {
  for (const name of Object.keys(fusedCases)) {
    test(name, () => {
      const { program, entry } = fusedCase(name);
      for (const batch of [1, 3, 8]) {
        for (const hoisting of [false, true]) {
          const { error } = runFused(program, entry, { batch }, { hoisting });
          // f64 on both sides: only the order of sums differs.
          expect(error, `batch ${batch}`).toBeLessThan(1e-11);
        }
      }
    });
  }
});

const kernelsOf = (name: string) => {
  const { program, entry } = fusedCase(name);
  return runFused(program, entry, { batch: 4 }).kernels;
};

/** How often a kernel is called that is known. */
const repetitionsIn = (name: string): number => {
  const { program, entry } = fusedCase(name);
  const { calls } = fuse(program, entry, sharedBuffers(program), new Functions());
  return calls.length - new Set(calls.map(({ kernel }) => kernel)).size;
};

describe("kernels are functions from here on", () => {
  for (const [name, repeated] of [
    ["layers of one form on other values", 2],
    ["one form of which one value is read twice", 2],
    ["streams of one form", 2],
    ["statistics by column, then normalised", 0],
  ] as const)
    test(`${name}: ${repeated} calls of a kernel that is known`, () => expect(repetitionsIn(name)).toBe(repeated));
});

describe("what is fused", () => {
  test("bias and activation end the product", () => {
    expect(
      kernelsOf("linear layer")
        .map((kernel) => printKernel(kernel))
        .join("\n"),
    ).toMatchInlineSnapshot(`
      "kernel run.tanh(x, w, bias) -> run.y
        parallel i < batch
          parallel j < 4
            sum v9
            reduce k < 6
              v9 += x[i, k] * w[k, j]
            let v12 = tanh(v9 + bias[j])
            run.y[i, j] = v12"
    `);
  });
  test("softmax, its loss and its gradient walk the rows once", () => {
    expect(kernelsOf("row softmax")).toHaveLength(2);
  });
  test("the update ends the product of the weight gradient", () => {
    expect(kernelsOf("step of a linear classifier")).toHaveLength(3);
  });
  test("an element of many parts is found by halves", () => {
    const depth = (expr: Expr): number => Math.max(0, ...operandsOf(expr).map(depth)) + Number(expr.kind === "guard");
    const [kernel] = kernelsOf("concat of seven parts, one of them empty");
    const stores = sitesOf(kernel?.body ?? []).flatMap(({ statement }) => expressionsOf(statement));
    expect(Math.max(...stores.map(depth))).toBe(3);
  });
  test("a convolution's gradient needs no patches in memory", () => {
    const kernels = kernelsOf("convolution, gradients");
    expect(kernels.map(({ body }) => JSON.stringify(body).includes('"shape":["batch",2,6,6,3,3]'))).not.toContain(true);
    expect(kernels).toHaveLength(4);
  });
  test("what overlapping windows read of places that are looked up is looked up once, and lies as they read it", () => {
    const [large] = kernelsOf("convolution of an image at twice its size");
    const stores = sitesOf(large?.body ?? []).flatMap(({ statement }) => (statement.kind === "store" ? [statement.buffer.shape] : []));
    expect(stores).toEqual([["batch", 2, 12, 12]]);
  });
  test("a fold goes over its windows where they are fewer than their places", () => {
    const loops = kernelsOf("folds of fewer windows than places").map(({ body }) => loopsOf(body).filter(({ role }) => role === "reduce"));
    const extents = loops.flat().map(({ axis }) => axis.extent);
    expect(extents).toEqual([2, 1, 1, 2]);
  });
});
