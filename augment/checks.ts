// What is asked of arguments.
import { badOption } from "../runtime/diagnostics.ts";
import { checkOptions } from "../runtime/options.ts";
import { checkWhole } from "../runtime/whole.ts";
import { fround } from "./round.ts";

/** Refuses options that a function does not have; none is no options, and null is not. @throws GradcError `unknown-option`, `bad-option` */
export function checkSettings(options: object | undefined, kinds: Readonly<Record<string, string>>): void {
  if (options === null) throw badOption("options", options, "an object");
  checkOptions(options, kinds);
}

const range = (least: number, most: number): string =>
  (least > Number.NEGATIVE_INFINITY ? ` from ${least}` : "") + (most < Number.POSITIVE_INFINITY ? ` to ${most}` : "");

/** Refuses what is no finite number of that range. @throws GradcError `bad-option` */
export function checkNumber(name: string, value: number, least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY): void {
  if (!(Number.isFinite(value) && value >= least && value <= most)) throw badOption(name, value, `a number${range(least, most)}`);
}

/** Refuses what is no finite number above 0 as f32. @throws GradcError `bad-option` */
export function checkPositive(name: string, value: number): void {
  if (!(typeof value === "number" && Number.isFinite(fround(value)) && fround(value) > 0)) throw badOption(name, value, "a number above 0");
}

// f32 counts pixels no farther.
const farthest = 2 ** 24;

/** Refuses what is no place in an image or beside one. @throws GradcError `bad-option` */
export const checkPlace = (name: string, value: number): void => checkWhole(name, value, -farthest, farthest);

/** Refuses what is no side of an image. @throws GradcError `bad-option` */
export const checkExtent = (name: string, value: number): void => checkWhole(name, value, 1, farthest);

/** Whether a value is a list of numbers and nothing else. */
export function isNumbers(value: unknown): value is ArrayLike<number> {
  if (ArrayBuffer.isView(value)) return "length" in value && !(value instanceof BigInt64Array || value instanceof BigUint64Array);
  return Array.isArray(value) && value.every((each) => typeof each === "number");
}

/** The parts of a list of so many that `check` takes each. @throws GradcError `bad-option` */
export function checkList<T extends readonly number[]>(name: string, list: T, parts: string, check: (name: string, value: number) => void): T {
  const count = parts.split(", ").length;
  if (!Array.isArray(list) || list.length !== count) throw badOption(name, list, `[${parts}]`);
  for (const each of list) check(name, each);
  return list;
}

/** A number for each channel, of one for all or of a list. @throws GradcError `bad-option` */
export function perChannel(
  name: string,
  given: number | ArrayLike<number>,
  channels: number,
  check: (name: string, value: number) => void,
): number[] {
  const list = typeof given === "number" ? [given] : Array.from(given ?? []);
  if (list.length !== 1 && list.length !== channels) throw badOption(name, given, `a number or one for each of the ${channels} channels`);
  for (const each of list) check(name, each);
  return Array.from({ length: channels }, (_, channel) => list[list.length === 1 ? 0 : channel] as number);
}

/** Refuses what is no level of light. @throws GradcError `bad-option` */
export const checkLevel = (name: string, value: number): void => checkNumber(name, value, 0, 255);
