import { describe, expect, test } from "vitest";
import { withWarnings } from "../../src/entries.ts";
import { elementwise, f32, i32, losses, nn, ops, optim, type Tensor } from "../../src/index.ts";
import type { TrainingOptions } from "../../src/training.ts";
import { define, returned } from "./running.ts";

const inputs = { x: f32("batch", 2), y: f32("batch", 1), mask: i32("batch", 1) };
type Given = { readonly [K in keyof typeof inputs]: Tensor };

/** The warnings about a model whose prediction is `body`. */
function warned(body: (given: Given) => Tensor, options: TrainingOptions = { optimizer: optim.sgd() }): readonly string[] {
  const definition = define(inputs, (given) => {
    const p = body(given);
    return { outputs: { p }, loss: ops.add(losses.mse(p, given.y), ops.mul(0, ops.sum(ops.cast(given.mask, "f32")))) };
  });
  return withWarnings(definition, options).warnings;
}

const linear = (x: Tensor, width = 1) => nn.linear(x, width, { name: `linear${width}` });
const sech = elementwise((v) => 1 / Math.cosh(v) ** 2);
const logistic = elementwise("exp(v)/(exp(v) + exp(-v))");

describe("what a gradient loses in f32 is warned about", () => {
  test("a scalar function, with its part and its place", () => {
    expect(warned(({ x }) => linear(returned(7, "sech", () => sech(linear(x, 4)))))).toEqual([
      'the slope of "(v) => 1 / Math.cosh(v) ** 2" is NaN at v = 100: cosh(v) is Infinity there in f32\n  at test.model.ts:7:1\n' +
        "  help: keep that part finite there, or in a choice: of c ? a : b only the branch that is taken counts\n  allow: overflow",
    ]);
  });

  test("of a function of inputs alone the value counts, and the slope where it is asked for", () => {
    expect(warned(({ x }) => linear(sech(x)))).toEqual([]);
    expect(warned(({ x }) => linear(sech(x)), { wrt: ["x"] })).toHaveLength(1);
    expect(warned(({ x }) => linear(logistic(x)))).toEqual([expect.stringContaining("the value of")]);
  });

  test("a choice behind which a contraction lies", () => {
    const [warning, ...others] = warned(({ x, mask }) => returned(9, "where", () => ops.where(mask, linear(ops.log(x)), 0)));
    expect(others).toEqual([]);
    expect(warning).toContain('a choice does not keep NaN and infinity of a value of "log" from the gradient');
    expect(warning).toContain("at test.model.ts:9:1\n  help: choose what it is given: ops.log(ops.where(c, x, 1))");
  });

  test("nothing else", () => {
    expect(warned(({ x, mask }) => ops.where(mask, linear(nn.relu(linear(nn.standardize(x), 4))), 0))).toEqual([]);
  });
});
