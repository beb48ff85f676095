// What compiles and is most likely a slip. What is not certain is not said: a warning about a sound network is worse than none.
import { activationAfterLogits } from "./activation-after-logits.ts";
import { biasBeforeNorm } from "./bias-before-norm.ts";
import { channelsLast } from "./channels-last.ts";
import { deadParameter } from "./dead-parameter.ts";
import { dropoutAfterLastLayer } from "./dropout-after-last-layer.ts";
import { guardedIndex } from "./guarded-index.ts";
import type { Described, Lint } from "./lint.ts";
import { logitsAsProbabilities } from "./logits-as-probabilities.ts";
import { lossMixesRows } from "./loss-mixes-rows.ts";
import { noStep } from "./no-step.ts";
import { normAfterLastLayer } from "./norm-after-last-layer.ts";
import { overflow } from "./overflow.ts";
import { parameterWithoutGradient } from "./parameter-without-gradient.ts";
import { probabilitiesAsLogarithms } from "./probabilities-as-logarithms.ts";
import { softmaxBeforeCrossEntropy } from "./softmax-before-cross-entropy.ts";
import { squaredErrorOfClasses } from "./squared-error-of-classes.ts";
import { twoLinearLayers } from "./two-linear-layers.ts";
import { unguardedChoice } from "./unguarded-choice.ts";
import { unusedInput } from "./unused-input.ts";

/** Those that look at a definition and its program, not yet lowered, in the order in which their warnings are given. */
export const lints: readonly Lint[] = [
  unusedInput,
  parameterWithoutGradient,
  deadParameter,
  overflow,
  unguardedChoice,
  softmaxBeforeCrossEntropy,
  logitsAsProbabilities,
  probabilitiesAsLogarithms,
  activationAfterLogits,
  squaredErrorOfClasses,
  dropoutAfterLastLayer,
  normAfterLastLayer,
  twoLinearLayers,
  biasBeforeNorm,
  lossMixesRows,
  channelsLast,
];

/** All kinds of warnings that a compilation gives. */
export const kinds: readonly Described[] = [...lints, guardedIndex, noStep];

/** Their codes, which `allow` takes. */
export const codes: readonly string[] = kinds.map(({ code }) => code);
