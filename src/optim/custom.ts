import { type Setting, scheduled } from "../schedules/schedule.ts";
import { checkIsOptions, checkSetting, finite, isOptions, type Kind } from "../settings.ts";
import type { Tensor } from "../tensor.ts";
import { type Common, defineOptimizer, type Grouped } from "./define.ts";
import { decayed } from "./means.ts";
import type { Moment, Optimizer } from "./optimizer.ts";

const attempt = 'Cannot use "optim.custom"';

const rule: Kind = { fits: (value) => typeof value === "function", expected: "a function of { w, g, state, lr, t, hyper }" };

const number = scheduled(finite);

const taken = ["lr", "weightDecay", "maximize", "groups", "params"];

const settings: Kind = {
  fits: (value) => isOptions(value) && Object.entries(value).every(([name, each]) => !taken.includes(name) && number.fits(each)),
  expected: `numbers or schedules by names other than ${taken.join(", ")}`,
};

/** Settings of the user's by name, each a number or a schedule. */
type Own = Readonly<Record<string, Setting>>;

/**
 * An optimizer of the user's: `next({ w, g, state, lr, t, hyper })` gives the parameter after the step as a graph. `state("v")` is a state of the
 * parameter's shape that starts at 0 and is assigned by `update`. Weight decay λ adds λw to g first.
 *
 * `hyper` are settings of its own: `optim.custom(({ w, g, lr, hyper }) => ..., { hyper: { beta: 0.9 } })` has `hyper.beta`, which
 * `net.setHyper({ beta: 0.5 })` changes, and a group may have its own: `groups: [{ params: "*.bias", beta: 0 }]`.
 * @throws GradcError `setting-out-of-range`, `unknown-option`
 */
export function custom(next: (moment: Moment) => Tensor, options?: Grouped<Common>): Optimizer;
export function custom<const H extends Own>(
  next: (moment: Moment & { readonly hyper: { readonly [name in keyof H]: Tensor } }) => Tensor,
  options: Grouped<Common & { readonly [name in keyof H]?: Setting }> & { readonly hyper: H },
): Optimizer;
export function custom(next: (moment: Moment) => Tensor, options: Grouped<Common> & { readonly hyper?: Own } = {}): Optimizer {
  checkSetting(attempt, "next", next, rule);
  checkIsOptions(attempt, "options", options, "an object");
  const { hyper = {}, ...common } = options;
  checkSetting(attempt, "hyper", hyper, settings);
  return own(next, hyper)(common);
}

/** The function that makes it of the other options. */
function own(next: (moment: Moment) => Tensor, hyper: Own) {
  const names = Object.keys(hyper);
  const kinds = Object.fromEntries(names.map((name) => [name, number]));
  return defineOptimizer<Common>("custom", {
    kinds,
    defaults: { lr: 1e-3, ...hyper },
    hyper: names as never[],
    keepsZeros: true,
    next: (moment) => next({ ...moment, g: decayed(moment) }),
  });
}
