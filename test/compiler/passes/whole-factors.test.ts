import { expect, test } from "vitest";
import * as build from "../../../compiler/ops/build.ts";
import { wholeFactorRule } from "../../../compiler/passes/rules/whole-factors.ts";
import { filled } from "../../../compiler/rewrite/fill.ts";
import { rewrite } from "../../../compiler/rewrite/rewrite.ts";
import { expectSameValue } from "../../support/same-value.ts";
import { sourcesOf } from "./sources.ts";

const { x, y, c } = sourcesOf();
const zero = filled(x, 0);

test("a choice goes to the factor that, chosen, is a value that stays whole", () => {
  for (const choose of [(value: typeof x) => build.where(c, value, zero), (value: typeof x) => build.where(c, zero, value)]) {
    const before = choose(build.div(build.mul(y, x), y));
    const { image } = rewrite([before], [wholeFactorRule], { opaque: [choose(x)] });
    expect(image(before)).toBe(build.div(build.mul(y, choose(x)), y));
    expectSameValue([before], [image(before)], { sizes: { batch: 3 }, classes: 4 });
  }
});

test("a choice stays where none of its factors has a name", () => {
  const before = build.where(c, build.mul(y, x), zero);
  const { image } = rewrite([before], [wholeFactorRule], { opaque: [build.where(c, build.neg(x), zero)] });
  expect(image(before)).toBe(before);
});

test("choices within each other go to the factor that, so chosen, stays whole", () => {
  const other = build.compare(y, zero, "gt");
  const both = (value: typeof x) => build.where(other, zero, build.where(c, value, zero));
  const before = both(build.mul(y, x));
  const { image } = rewrite([before], [wholeFactorRule], { opaque: [both(x)] });
  expect(image(before)).toBe(build.mul(y, both(x)));
  expectSameValue([before], [image(before)], { sizes: { batch: 3 }, classes: 4 });
});
