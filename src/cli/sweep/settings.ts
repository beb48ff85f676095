// The settings that a sweep may vary, and how their values are read.
import { InvalidArgumentError } from "commander";
import { badValues } from "../../../compiler/diagnostics/sweep.ts";
import { nearest } from "../../../runtime/nearest.ts";
import { amount, optimizerOption, positive, wholeFrom } from "../options.ts";
import type { TrainOptions } from "../train/options.ts";
import { expectedBy } from "../words.ts";

/** A value of a setting; undefined where the option is left out. */
export type Value = number | string | undefined;

/** The options of `gradc train` that a sweep may give. */
export type SettingKey = "lr" | "batch" | "optimizer" | "weightDecay" | "clip" | "epochs" | "seed" | "model";

/** What a trial differs in from others. */
export type Settings = Readonly<Pick<TrainOptions, SettingKey>>;

/** A setting of `gradc train`. */
export interface Setting {
  readonly key: SettingKey;
  /** Its name on the command line, without dashes. */
  readonly name: string;
  /** Reads a number. @throws InvalidArgumentError */
  readonly number?: (text: string) => number;
  readonly isWhole?: boolean;
  /** The texts that it may be; any where they are not known. */
  readonly choices?: readonly string[] | undefined;
  /** Whether it may be left out, as "none". */
  readonly isOptional?: boolean;
}

export const settings: readonly Setting[] = [
  { key: "lr", name: "lr", number: positive },
  { key: "batch", name: "batch", number: wholeFrom(1), isWhole: true },
  { key: "optimizer", name: "optimizer", choices: optimizerOption().argChoices },
  { key: "weightDecay", name: "weight-decay", number: amount },
  { key: "clip", name: "clip", number: positive, isOptional: true },
  { key: "epochs", name: "epochs", number: wholeFrom(1), isWhole: true },
  { key: "seed", name: "seed", number: wholeFrom(0), isWhole: true },
  { key: "model", name: "model" },
];

const none = "none";

/** A value as the command line has it. */
export const valueText = (value: Value): string => (value === undefined ? none : String(value));

const helpOf = ({ number, name, choices }: Setting): string =>
  number
    ? `a list, ${name}=${name === "lr" ? "0.001,0.01" : "1,2"}, or a range, ${name}=${name === "lr" ? "0.001..0.1:log" : "1..64"}`
    : `a list, ${name}=${choices ? "adam,sgd" : "small,large"}`;

/** Reads a value of a list. @throws GradcError `bad-values` */
export function readValue(setting: Setting, text: string): Value {
  const { name, number, choices, isOptional } = setting;
  if (isOptional && text === none) return undefined;
  if (number) return readNumber(setting, text);
  if (text === "" || (choices && !choices.includes(text)))
    throw badValues(name, text, choices ? `some of ${choices.join(", ")}` : "names that commas part", nearest(text, choices ?? []), helpOf(setting));
  return text;
}

/** Reads a number of a list or of the ends of a range. @throws GradcError `bad-values` */
export function readNumber(setting: Setting, text: string): number {
  const { name, number = positive } = setting;
  try {
    return number(text);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw badValues(name, text, expectedBy(error), undefined, helpOf(setting));
  }
}

/** The error of values that are neither a list nor a range. */
export const notValues = (setting: Setting, text: string, expected: string): Error =>
  badValues(setting.name, text, expected, undefined, helpOf(setting));
