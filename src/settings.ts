// What settings may be, and the one place that refuses the others: JavaScript gives options whatever the types say.

import { isArray, settingOutOfRange, shown, unknownOption } from "../compiler/diagnostics/settings.ts";
import { isTensor } from "./is-tensor.ts";
import { inferred, insteadOfOption, meant } from "./synonyms.ts";

/** What a setting may be: a test, and the words for it. */
export interface Kind {
  fits(value: unknown): boolean;
  readonly expected: string;
}

/** What each of the options `O` may be. */
export type Kinds<O> = { readonly [name in keyof O]-?: Kind };

/** Whether f32 holds `value`: a number, and neither NaN nor too large. */
export const isFinite32 = (value: unknown): value is number => typeof value === "number" && Number.isFinite(Math.fround(value));

const isWhole = (value: unknown): value is number => Number.isInteger(value);

export const flag: Kind = { fits: (value) => typeof value === "boolean", expected: "true or false" };
export const text: Kind = { fits: (value) => typeof value === "string", expected: "a text" };
export const finite: Kind = { fits: isFinite32, expected: "a number within the range of f32" };
export const amount: Kind = { fits: (value) => isFinite32(value) && value >= 0, expected: "a number of at least 0, within the range of f32" };
export const share: Kind = { fits: (value) => isFinite32(value) && value >= 0 && value <= 1, expected: "a share from 0 to 1" };
export const positive: Kind = { fits: (value) => isFinite32(value) && Math.fround(value) > 0, expected: "a number above 0, within the range of f32" };
export const nonzero: Kind = {
  fits: (value) => isFinite32(value) && Math.fround(value) !== 0,
  expected: "a number other than 0, within the range of f32",
};
export const count: Kind = { fits: (value) => isWhole(value) && value >= 1, expected: "a whole number of at least 1" };
export const axis: Kind = { fits: isWhole, expected: "an axis, a whole number" };
/** One axis or several. */
export const axes: Kind = {
  fits: (value) => isWhole(value) || (Array.isArray(value) && value.every(isWhole)),
  expected: "an axis or a list of axes, whole numbers",
};
export const aTensor: Kind = { fits: isTensor, expected: "a tensor" };
/** What the callee looks at itself. */
export const anything: Kind = { fits: () => true, expected: "" };

/** One of `texts`. */
export const oneOf = (...texts: readonly string[]): Kind => ({
  fits: (value) => texts.includes(value as string),
  expected: texts
    .map((each) => `"${each}"`)
    .join(", ")
    .replace(/, (?="\w+"$)/, " or "),
});

/** A list of values of which each `fits`. */
export const list = (fits: (value: unknown) => boolean, expected: string): Kind => ({
  fits: (value) => Array.isArray(value) && value.every(fits),
  expected,
});

/** Whole numbers, one for each axis. */
export const wholes = list(isWhole, "a list of whole numbers");

/** A tensor's extents; they may depend on the number of rows. */
export const isExtent = (value: unknown): boolean =>
  (isWhole(value) && value >= 0) || (typeof value === "string" && /^batch(·batch)*(·\d+)?$/.test(value));

/** An extent that is made by the call, such as a number of classes. */
export const extent: Kind = { fits: isExtent, expected: 'a whole number of at least 0, or "batch"' };

/** Refuses a value that is not of its kind. @throws GradcError `setting-out-of-range` */
export function checkSetting(attempt: string, setting: string, value: unknown, kind: Kind): void {
  if (!kind.fits(value)) throw settingOutOfRange(attempt, setting, shown(value), kind.expected, byPosition(value, kind));
}

/** How a value that was given by name, in place of the setting, is given by position. */
function byPosition(value: unknown, { fits }: Kind): string | undefined {
  const given = isOptions(value) ? Object.entries(value).filter(([name, each]) => fits(each) && insteadOfOption(name) !== inferred) : [];
  return given[0] && `give it by position, without a name: ${shown(given[0][1])}`;
}

/** Whether `value` is an object that can hold options: no list of any kind, tensor or function. */
export const isOptions = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !isArray(value) && !isTensor(value);

/** Refuses what is no object of options. @throws GradcError `setting-out-of-range` */
export function checkIsOptions(attempt: string, setting: string, value: unknown, expected: string, help?: string): void {
  if (!isOptions(value)) throw settingOutOfRange(attempt, setting, shown(value), expected, help);
}

/** How a value that was given by position is given by name, to the first option that takes it. */
function byName(value: unknown, kinds: Readonly<Record<string, Kind>>): string | undefined {
  const [name] = Object.entries(kinds).find(([, kind]) => kind !== anything && kind !== text && kind.fits(value)) ?? [];
  if (name !== undefined) return `give it by name: { ${name}: ${shown(value)} }`;
  return Object.keys(kinds).length === 1 ? "leave it out: there is nothing to set here but a name" : undefined;
}

/**
 * Refuses `options` that are no object, have a name that `kinds` has not, or a value not of its kind. What is undefined is left out.
 * @throws GradcError `setting-out-of-range`, `unknown-option`
 */
export function checkOptions<O extends object>(attempt: string, options: O, kinds: Kinds<O>): void {
  const known = Object.keys(kinds);
  checkIsOptions(attempt, "options", options, `an object with any of ${known.join(", ")}`, byName(options, kinds));
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(kinds, name)) continue;
    const near = meant(name, known);
    throw unknownOption(attempt, name, known, near, near === undefined ? insteadOfOption(name) : undefined);
  }
  for (const [name, kind] of Object.entries<Kind>(kinds)) {
    const value = options[name as keyof O];
    if (value !== undefined) checkSetting(attempt, name, value, kind);
  }
}
