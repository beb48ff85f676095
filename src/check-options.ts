// Options of `compile` as JavaScript may give them, whatever the types say.
import type { CompileOptions } from "./compile.ts";
import { anything, checkOptions as check, count, flag, isFinite32, isOptions, type Kind, type Kinds, list, oneOf, text } from "./settings.ts";

const isBound = (value: unknown): boolean => isFinite32(value) && value > 0;
const names: Kind = list((value) => typeof value === "string", "a list of names");

const kinds: Kinds<CompileOptions> = {
  batch: count,
  profile: oneOf("exact", "fast"),
  optimizer: {
    fits: (value) => isOptions(value) && typeof value.next === "function" && isOptions(value.hyper),
    expected: "an optimizer, as optim.adam() gives it",
  },
  clip: {
    fits: (value) => isOptions(value) && Object.keys(value).length === 1 && [value.norm, value.value].some(isBound),
    expected: "{ norm } or { value } with a number above 0",
  },
  wrt: names,
  freeze: names,
  penalties: list((value) => isOptions(value) && typeof value.measure === "function", "a list of penalties, as optim.l2(lambda, weights) gives them"),
  model: text,
  strip: flag,
  // The switches that mean nothing count as unset.
  debug: anything,
};

/** Refuses options of `compile` that are not what they should be. @throws GradcError `setting-out-of-range`, `unknown-option` */
export const checkOptions = (model: string, options: CompileOptions): void => check(`Cannot compile "${model}"`, options, kinds);
