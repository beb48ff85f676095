import { checkSetting, type Kind } from "../settings.ts";
import type { Tensor } from "../tensor.ts";
import { type Common, defineOptimizer, type Grouped } from "./define.ts";
import { decayed } from "./means.ts";
import type { Moment, Optimizer } from "./optimizer.ts";

const rule: Kind = { fits: (value) => typeof value === "function", expected: "a function of { w, g, state, lr, t }" };

/**
 * An optimizer of the user's: `next({ w, g, state, lr, t })` gives the parameter after the step as a graph. `state("v")` is a state of the
 * parameter's shape that starts at 0 and is assigned by `update`. Weight decay λ adds λw to g first.
 */
export function custom(next: (moment: Moment) => Tensor, options?: Grouped<Common>): Optimizer {
  checkSetting('Cannot use "optim.custom"', "next", next, rule);
  const own = (moment: Moment) => next({ ...moment, g: decayed(moment) });
  return defineOptimizer<Common>("custom", { kinds: {}, defaults: { lr: 1e-3 }, next: own })(options);
}
