// The command line that repeats a training.
import type { TrainOptions } from "../train/options.ts";
import { wordsOf } from "../words.ts";

/** Options by their names on the command line, in the order in which they are written. */
const flags: { readonly [key in keyof TrainOptions]?: string } = {
  data: "--data",
  out: "-o",
  model: "--model",
  target: "--target",
  oneHot: "--one-hot",
  input: "--input",
  ignore: "--ignore",
  missing: "--missing",
  delimiter: "--delimiter",
  decimal: "--decimal",
  header: "--no-header",
  epochs: "--epochs",
  batch: "--batch",
  optimizer: "--optimizer",
  lr: "--lr",
  weightDecay: "--weight-decay",
  clip: "--clip",
  freeze: "--freeze",
  validation: "--validation",
  allow: "--allow",
  seed: "--seed",
};

/** `gradc train` with these options. */
export const trainCommand = (path: string, options: TrainOptions): string => `gradc train ${quoted(path)} ${optionText(options)}`;

/** Options as the command line has them. */
export const optionText = (options: Partial<TrainOptions>): string =>
  (Object.keys(flags) as (keyof TrainOptions)[])
    .flatMap((key) => optionWords(flags[key] as string, options[key]))
    .map(quoted)
    .join(" ");

/** An option with its value, once for each input. */
function optionWords(flag: string, value: unknown): string[] {
  if (flag === "--no-header") return value === false ? [flag] : [];
  if (Array.isArray(value) && value.length === 0) return [];
  return (wordsOf(value) ?? []).flatMap((word) => [flag, word]);
}

/** A word as a shell takes it for one. */
const quoted = (word: string): string => (/^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
