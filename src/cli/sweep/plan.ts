// The trainings that a sweep is to make.
import { missingOption } from "../../../compiler/diagnostics/commands.ts";
import { givenTwice } from "../../../compiler/diagnostics/sweep.ts";
import type { TrainOptions } from "../train/options.ts";
import { type Trial, trialsOf } from "./draw.ts";
import { defaults, type SweepOptions } from "./options.ts";
import type { Settings } from "./settings.ts";
import { type Axis, isRange, spaceOf } from "./space.ts";

export interface Plan {
  readonly axes: readonly Axis[];
  readonly trials: readonly Trial[];
  /** Of each trial; where a setting is the seed, the first of them is that. */
  readonly seeds: readonly number[];
  /** The options of all trainings. */
  readonly common: TrainOptions;
  /** The options of a training; `seed` is one of `seeds`. */
  optionsOf(settings: Settings, seed: number): TrainOptions;
}

/** Reads what is searched, and refuses options that do not go together. @throws GradcError `unknown-option`, `bad-values`, `given-twice`, `missing-option` */
export function planOf(options: SweepOptions): Plan {
  const { set, trials, seeds: count = defaults.seeds } = options;
  const axes = spaceOf(set);
  checkTogether(axes, options);
  const common = commonOf(options);
  const first = common.seed ?? 0;
  return {
    axes,
    trials: trialsOf(axes, trials ?? defaults.trials, first),
    seeds: Array.from({ length: count }, (_, at) => first + at),
    common,
    optionsOf: (settings, seed) => ({ ...common, seed, ...settings }),
  };
}

function checkTogether(axes: readonly Axis[], options: SweepOptions): void {
  for (const { setting } of axes) {
    if (setting.key !== "seed" && options[setting.key] !== undefined) throw givenTwice(setting.name, "--set", `--${setting.name}`);
    if (setting.key === "seed" && options.seeds !== undefined) throw givenTwice("seed", "--set", "--seeds");
    if (setting.key === "epochs" && options.halving) throw givenTwice("epochs", "--set", "--halving");
  }
  if (options.trials !== undefined && !axes.some(isRange))
    throw missingOption(
      "--trials",
      "ranges, of which settings are drawn",
      "a range such as --set lr=0.0001..0.1:log; of lists all combinations are tried",
    );
  if (options.eta !== undefined && !options.halving) throw missingOption("--eta", "successive halving", "--halving --eta 3");
}

/** The options that `gradc train` has too. */
function commonOf(options: SweepOptions): TrainOptions {
  const { set: _, trials: __, seeds: ___, workers: ____, halving: _____, eta: ______, metric: _______, resume, quiet, report, ...common } = options;
  return common;
}
