// Powers with a constant exponent, as products, quotients and roots.
import type { Node } from "../../ir/node.ts";
import * as build from "../../ops/build.ts";
import { isNonNegative } from "../../rewrite/bounds.ts";
import { filled } from "../../rewrite/fill.ts";
import { any, fill, is } from "../../rewrite/pattern.ts";
import { bits, type Rule, reals } from "../../rewrite/rewrite.ts";

const square = (x: Node) => build.mul(x, x);
const power = (exponent: number) => is("pow", any("x"), fill(exponent));

/** Whether the base is never below 0: a root of -0 or of -∞ is not the power. */
const hasRoot = ({ x }: { readonly x: Node }) => isNonNegative(x);

export const powerRules: readonly Rule[] = [
  // for NaN too
  bits("x^0 = 1", power(0), ({ x }) => filled(x, 1)),
  bits("x^1 = x", power(1), ({ x }) => x),
  reals("x^2 = x·x", power(2), ({ x }) => square(x)),
  reals("x^3 = x·x·x", power(3), ({ x }) => build.mul(square(x), x)),
  reals("x^4 = (x·x)·(x·x)", power(4), ({ x }) => square(square(x))),
  reals("x^-1 = 1/x", power(-1), ({ x }) => build.div(filled(x, 1), x)),
  reals("x^½ = √x", power(0.5), ({ x }) => build.sqrt(x), hasRoot),
  reals("x^-½ = 1/√x", power(-0.5), ({ x }) => build.div(filled(x, 1), build.sqrt(x)), hasRoot),
  reals("x^(3/2) = x·√x", power(1.5), ({ x }) => build.mul(x, build.sqrt(x)), hasRoot),
  reals("x^-(3/2) = 1/(x·√x)", power(-1.5), ({ x }) => build.div(filled(x, 1), build.mul(x, build.sqrt(x))), hasRoot),
];
