// Options of `compile` as JavaScript may give them, whatever the types say.
import { settingOutOfRange } from "../compiler/diagnostics.ts";
import type { TrainingOptions } from "./training.ts";

/** What is checked; the types of `ProgramOptions` and `CompileOptions` promise it, for callers in TypeScript. */
interface Options extends TrainingOptions {
  readonly batch?: number | undefined;
  readonly profile?: string | undefined;
}

interface Check {
  fits(value: unknown): boolean;
  readonly expected: string;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const isNames = (value: unknown): boolean => Array.isArray(value) && value.every((name) => typeof name === "string");
const isClip = (value: unknown): boolean =>
  isObject(value) && Object.keys(value).length === 1 && [value.norm, value.value].some((bound) => Number.isFinite(bound) && (bound as number) > 0);

const checks: Record<keyof Options, Check> = {
  batch: { fits: (value) => Number.isInteger(value) && (value as number) > 0, expected: "a whole number of at least 1" },
  profile: { fits: (value) => value === "exact" || value === "fast", expected: '"exact" or "fast"' },
  optimizer: {
    fits: (value) => isObject(value) && typeof value.next === "function" && isObject(value.hyper),
    expected: "an optimizer, as optim.adam() gives it",
  },
  clip: { fits: isClip, expected: "{ norm } or { value } with a number above 0" },
  wrt: { fits: isNames, expected: "a list of names" },
  freeze: { fits: isNames, expected: "a list of names" },
  penalties: {
    fits: (value) => Array.isArray(value) && value.every((penalty) => typeof penalty?.measure === "function"),
    expected: "a list of penalties, as optim.l2(lambda, weights) gives them",
  },
};

/** Refuses options of `compile` that are not what they should be. @throws GradcError `setting-out-of-range` */
export function checkOptions(model: string, options: Options): void {
  for (const [name, { fits, expected }] of Object.entries(checks)) {
    const value = options[name as keyof Options];
    if (value !== undefined && !fits(value)) throw settingOutOfRange(`Cannot compile "${model}"`, name, shown(value), expected);
  }
}

function shown(value: unknown): string {
  if (typeof value === "function") return "a function";
  return typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));
}
