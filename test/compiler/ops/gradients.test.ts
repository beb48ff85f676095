// Every gradient rule, and the rules of the ops that it is made of, against finite differences in f64.
import { describe, expect, test } from "vitest";
import { differentiate } from "../../../compiler/calculus/differentiate.ts";
import type { Node } from "../../../compiler/ir/node.ts";
import { withoutBodies } from "../../../compiler/ir/walk.ts";
import * as build from "../../../compiler/ops/build.ts";
import { recordOf } from "../../../compiler/ops/table.ts";
import { direction, dot, elementsOf, slopeAlong } from "../../support/projection.ts";
import { applySample, elementCount, sampleGradients, smoothCases, titled, withGradientSource } from "../../support/samples.ts";

// The quotient's own error is about 1e-10; constants of rules are f32, which adds up to 6e-8 (2/√π of erf).
const tolerance = 1e-7;

describe("gradients equal central differences along random directions, to 1e-7 of their size", () => {
  test.each(titled(smoothCases))("%s", (_, each) => {
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

/** The sum of the elements of `x`, each times a random number: a scalar whose derivative knows all of them. */
const projected = (x: Node, key: number) =>
  build.sum(
    build.mul(x, build.constant(x.graph, direction(elementCount(x), key), x.shape as number[])),
    x.shape.map((_, axis) => axis),
  );

/** Whether `y` depends on `x` through ops that have a gradient rule. */
function dependsSmoothly(y: Node, x: Node): boolean {
  const reached = new Set([x]);
  for (const node of withoutBodies([y])) {
    const { gradient } = recordOf(node);
    if (gradient && node.dtype === "f32" && node.inputs.some((input) => reached.has(input))) reached.add(node);
  }
  return reached.has(y);
}

describe("second derivatives equal central differences of the first, to 1e-7 of their size", () => {
  const curved = smoothCases.filter((each) => {
    const applied = applySample(each);
    return sampleGradients(each, applied).some((gradient) => gradient && applied.xs.some((x) => dependsSmoothly(gradient, x)));
  });
  test.each(titled(curved))("%s", (_, each) => {
    const applied = applySample(each);
    const sources = withGradientSource(applied, direction(elementCount(applied.y), 1));
    for (const gradient of sampleGradients(each, applied)) {
      const wrt = applied.xs.filter((x) => gradient && x.dtype === "f32" && dependsSmoothly(gradient, x));
      if (!gradient || wrt.length === 0) continue;
      const slope = projected(gradient, 10);
      differentiate(slope, wrt).forEach((second, i) => {
        const x = wrt[i] as Node;
        const v = direction(elementCount(x), 20 + i);
        const derived = dot(elementsOf(second, sources), v);
        const measured = slopeAlong(slope, [1], sources, `x${applied.xs.indexOf(x)}`, v);
        expect(Math.abs(derived - measured)).toBeLessThan(tolerance * Math.max(1, Math.abs(measured)));
      });
    }
  });
});
