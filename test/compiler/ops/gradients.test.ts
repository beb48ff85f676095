// Every gradient rule against finite differences in f64.
import { describe, expect, test } from "vitest";
import { topological } from "../../../compiler/ir/graph.ts";
import type { Node, Params } from "../../../compiler/ir/node.ts";
import type { Op } from "../../../compiler/ops/op.ts";
import { ops } from "../../../compiler/ops/table.ts";
import { applySample, elementCount, sampleGradients, smoothCases, withGradientSource } from "../../support/samples.ts";
import { direction, dot, elementsOf, slopeAlong } from "../../support/projection.ts";

// The quotient's own error is about 1e-10; constants of rules are f32, which adds up to 6e-8 (2/√π of erf).
const tolerance = 1e-7;

describe("gradients equal central differences along random directions, to 1e-7 of their size", () => {
  test.each(smoothCases)("$title", (each) => {
    const applied = applySample(each);
    const weights = direction(elementCount(applied.y), 1);
    const sources = withGradientSource(applied, weights);
    sampleGradients(each, applied).forEach((gradient, i) => {
      const x = applied.xs[i] as Node;
      if (x.dtype !== "f32") return;
      const v = direction(elementCount(x), 2 + i);
      const derived = gradient ? dot(elementsOf(gradient, sources), v) : 0;
      const measured = slopeAlong(applied.y, weights, sources, `x${i}`, v);
      expect(Math.abs(derived - measured)).toBeLessThan(tolerance * Math.max(1, Math.abs(measured)));
    });
  });
});
