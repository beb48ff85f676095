// Losses of logits, as they are without what a target that is 1 leaves of its term. Only to be read: what runs keeps what the loss wrote.
import * as build from "../../ops/build.ts";
import { any, is } from "../../rewrite/pattern.ts";
import { type Rule, reals } from "../../rewrite/rewrite.ts";

export const lossRules: readonly Rule[] = [
  reals("softplus(z) - z = softplus(-z)", is("sub", is("softplus", any("z")), any("z")), ({ z }) => build.softplus(build.neg(z))),
];
