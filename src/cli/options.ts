import { InvalidArgumentError, Option } from "commander";
import * as optim from "../optim/index.ts";
import type { Optimizer } from "../optim/optimizer.ts";

const { adadelta, adagrad, adam, adamax, adamw, asgd, lion, nadam, radam, rmsprop, rprop, sgd } = optim;
const optimizers = { adadelta, adagrad, adam, adamax, adamw, asgd, lion, nadam, radam, rmsprop, rprop, sgd } as const;
export type OptimizerName = keyof typeof optimizers;

/** Settings that the optimizers have in common. */
export interface OptimizerSettings {
  readonly lr?: number | undefined;
  readonly weightDecay?: number | undefined;
}

/** The optimizer of that name with PyTorch's settings in place of those that are left out. */
export function optimizerNamed(name: OptimizerName, { lr, weightDecay }: OptimizerSettings = {}): Optimizer {
  return optimizers[name]({ ...(lr !== undefined && { lr }), ...(weightDecay !== undefined && { weightDecay }) });
}

export const optimizerOption = (): Option =>
  new Option("--optimizer <name>", "optimizer of the compiled step (default: adam)").choices(Object.keys(optimizers));

/** The choice of an optimizer to look at, or of none. */
export const shownOptimizerOption = (): Option =>
  new Option("--optimizer <name>", "shows its updates too").choices([...Object.keys(optimizers), "none"]).default("none");

/** Reads the path of a file or folder. */
export function path(text: string): string {
  if (text === "") throw new InvalidArgumentError("It must not be empty.");
  return text;
}

/** Reads a whole number from `least`. */
export const wholeFrom =
  (least: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isSafeInteger(value) || value < least)
      throw new InvalidArgumentError(`It must be a whole number from ${least}.`);
    return value;
  };

/** Reads a number that is more than 0. */
export function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) throw new InvalidArgumentError("It must be a number above 0.");
  return value;
}

/** Reads a number from 0 on. */
export function amount(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value < Number.POSITIVE_INFINITY)) throw new InvalidArgumentError("It must be a number from 0 on.");
  return value;
}

/** Reads a number from 0 to below 1. */
export function share(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value < 1)) throw new InvalidArgumentError("It must be a number from 0 to below 1.");
  return value;
}

/** Reads names that commas part; one with a comma stands in quotes, as in a table. */
export const names = (text: string): string[] =>
  [...text.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^,]*))\s*(?:,|$)/g)]
    .map(([, inQuotes, plain = ""]) => inQuotes?.replaceAll('""', '"') ?? plain.trim())
    .filter((name) => name !== "");

/** Adds the names of one more use of an option. */
export const moreNames = (text: string, before: readonly string[] = []): string[] => [...before, ...names(text)];

/** Adds one more use of an option to those before. */
export const texts = (text: string, before: readonly string[] = []): string[] => [...before, text];

const delimiters: Readonly<Record<string, string>> = { tab: "\t", "\\t": "\t", space: " ", comma: ",", semicolon: ";" };

/** Reads the character that parts columns, or its name. */
export function delimiter(text: string): string {
  const named = delimiters[text] ?? text;
  if (named.length !== 1 || /["\r\n]/.test(named)) throw new InvalidArgumentError('It must be one character, "tab" or "space".');
  return named;
}

/** Adds the names of `OLD=NEW,..` to those of the uses before; NEW may be empty. */
export function renames(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const pairs = names(text).map((pair) => {
    const [, old, now] = /^([^=]*)=([^=]*)$/.exec(pair) ?? [];
    if (old === undefined || now === undefined) throw new InvalidArgumentError("It must look like OLD=NEW,..");
    return [old.trim(), now.trim()];
  });
  return { ...before, ...Object.fromEntries(pairs) };
}

/** Reads `NAME=COL,..`, one use of an option after the other. */
export function inputColumns(text: string, before: Readonly<Record<string, readonly string[]>> = {}): Record<string, readonly string[]> {
  const [, name, columns] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name === undefined || columns === undefined) throw new InvalidArgumentError("It must look like NAME=COL,..");
  return { ...before, [name.trim()]: names(columns) };
}
