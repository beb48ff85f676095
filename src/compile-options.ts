// The options of `compile`, and the check of what JavaScript may give, whatever the types say.
import type { Debug } from "../compiler/pipeline/debug.ts";
import { codes } from "./lints/index.ts";
import { checkAllowed } from "./lints/lint.ts";
import { averageKind } from "./optim/average.ts";
import { clipKind } from "./optim/clip.ts";
import { anything, checkOptions as check, count, flag, isOptions, type Kind, type Kinds, list, oneOf, text } from "./settings.ts";
import type { TrainingOptions } from "./training.ts";

/** What is compiled of a model. */
export interface ProgramOptions extends TrainingOptions {
  /** The most rows that one call takes; 64 unless stated. */
  readonly batch?: number | undefined;
  /** Codes of warnings that are left out; `docs/lints.md` lists them. */
  readonly allow?: readonly string[] | undefined;
}

export interface CompileOptions extends ProgramOptions {
  /** `exact`: the same bits on every engine. `fast`: a second module with relaxed SIMD beside it. */
  readonly profile?: "exact" | "fast" | undefined;
  /** The named export of a definition file; its default export unless stated. */
  readonly model?: string | undefined;
  /** Leaves the graph and the names of functions out of the module. */
  readonly strip?: boolean | undefined;
  readonly debug?: Partial<Debug> | undefined;
}

const names: Kind = list((value) => typeof value === "string", "a list of names");

const isOptimizer = (value: unknown): boolean => isOptions(value) && typeof value.next === "function" && isOptions(value.hyper);

const kinds: Kinds<CompileOptions> = {
  batch: count,
  allow: list((value) => typeof value === "string", "a list of codes of warnings"),
  profile: oneOf("exact", "fast"),
  optimizer: {
    fits: (value) => isOptimizer(value) || (isOptions(value) && Object.values(value).length > 0 && Object.values(value).every(isOptimizer)),
    expected: "an optimizer, as optim.adam() gives it, or one for each game by name",
  },
  clip: clipKind,
  accumulate: count,
  average: averageKind,
  wrt: names,
  freeze: names,
  penalties: list((value) => isOptions(value) && typeof value.measure === "function", "a list of penalties, as optim.l2(lambda, weights) gives them"),
  watch: flag,
  model: text,
  strip: flag,
  // The switches that mean nothing count as unset.
  debug: anything,
};

/** Refuses options of `compile` that are not what they should be. @throws GradcError `setting-out-of-range`, `unknown-option`, `unknown-lint` */
export function checkOptions(model: string, options: CompileOptions): void {
  check(`Cannot compile "${model}"`, options, kinds);
  checkAllowed(options.allow ?? [], codes);
}
