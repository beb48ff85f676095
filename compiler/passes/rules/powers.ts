// Powers with a constant exponent, as products, quotients and roots.
import type { Node } from "../../ir/node.ts";
import * as build from "../../ops/build.ts";
import { isNonNegative } from "../../rewrite/bounds.ts";
import { filled } from "../../rewrite/fill.ts";
import { any, fill, is } from "../../rewrite/pattern.ts";
import { type Rule, rule } from "../../rewrite/rewrite.ts";
import type { Tag } from "../../trace/trace.ts";

const square = (x: Node) => build.mul(x, x);

/** `x^exponent = to(x)`. */
const power = (exponent: number, tag: Tag, to: (x: Node) => Node): Rule =>
  rule({
    name: `power ${exponent}`,
    tag,
    from: is("pow", any("x"), fill(exponent)),
    to: ({ x }) => to(x),
  });

/** `x^exponent = to(x)` for x >= 0: a root of -0 or of -∞ is not the power. */
const rootPower = (exponent: number, to: (x: Node) => Node): Rule => ({
  ...power(exponent, "reals", to),
  when: (_, node) => isNonNegative(node.inputs[0] as Node),
});

export const powerRules: readonly Rule[] = [
  // x^0 = 1, for NaN too
  power(0, "bits", (x) => filled(x, 1)),
  // x^1 = x
  power(1, "bits", (x) => x),
  // x^2 = x·x
  power(2, "reals", square),
  // x^3 = x·x·x
  power(3, "reals", (x) => build.mul(square(x), x)),
  // x^4 = (x·x)·(x·x)
  power(4, "reals", (x) => square(square(x))),
  // x^-1 = 1/x
  power(-1, "reals", (x) => build.div(filled(x, 1), x)),
  // x^½ = √x
  rootPower(0.5, build.sqrt),
  // x^-½ = 1/√x
  rootPower(-0.5, (x) => build.div(filled(x, 1), build.sqrt(x))),
  // x^(3/2) = x·√x
  rootPower(1.5, (x) => build.mul(x, build.sqrt(x))),
  // x^-(3/2) = 1/(x·√x)
  rootPower(-1.5, (x) => build.div(filled(x, 1), build.mul(x, build.sqrt(x)))),
];
