import { amount, checkOptions, checkSetting, type Kind } from "../settings.ts";
import type { Tensor } from "../tensor.ts";
import type { Moment, Optimizer } from "./optimizer.ts";

const attempt = 'Cannot use "optim.custom"';

const rule: Kind = { fits: (value) => typeof value === "function", expected: "a function of { w, g, state, lr, t }" };

/**
 * An optimizer of the user's: `next({ w, g, state, lr, t })` gives the parameter after the step as a graph. `state("v")` is a state of the
 * parameter's shape that starts at 0 and is assigned by `update`.
 */
export function custom(next: (moment: Moment) => Tensor, options: { readonly lr?: number } = {}): Optimizer {
  checkSetting(attempt, "next", next, rule);
  checkOptions(attempt, options, { lr: amount });
  const { lr = 1e-3 } = options;
  return { name: "custom", hyper: { lr }, next };
}
