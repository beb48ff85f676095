import type { Tensor } from "../tensor.ts";
import type { Moment, Optimizer } from "./optimizer.ts";
import { checkAmounts } from "./settings.ts";

/**
 * An optimizer of the user's: `next({ w, g, state, lr, t })` gives the parameter after the step as a graph. `state("v")` is a state of the
 * parameter's shape that starts at 0 and is assigned by `update`.
 */
export function custom(next: (moment: Moment) => Tensor, { lr = 1e-3 }: { readonly lr?: number } = {}): Optimizer {
  checkAmounts("custom", { lr });
  return { name: "custom", hyper: { lr }, next };
}
