// What is said of options and their values.
import { GradcError } from "../../runtime/error.ts";
import { isNode } from "../ir/graph.ts";

/** Most elements or options of a value that are written out. */
const mostShown = 4;

/** Whether `value` is a list, typed or not; an object with something by the name "length" is none. */
export const isArray = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

/** What was given in place of a setting, in a few words: texts in quotes, and no source of functions. */
export function shown(value: unknown, depth = 0): string {
  if (typeof value === "function") return "a function";
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}...` : value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return String(value);
  if (isNode(value)) return "a tensor";
  if (isArray(value)) {
    const short = Array.isArray(value) && value.length <= mostShown && depth < 2;
    return short ? `[${value.map((each) => shown(each, depth + 1)).join(", ")}]` : `a list of ${value.length}`;
  }
  const entries = Object.entries(value);
  if (Object.getPrototypeOf(value) !== Object.prototype || entries.length > mostShown || depth > 1) return "an object";
  return entries.length === 0 ? "{}" : `{ ${entries.map(([name, each]) => `${name}: ${shown(each, depth + 1)}`).join(", ")} }`;
}

/** An option of a name that the call does not have; `nearest` is the known name that differs least, `help` what stands here for it. */
export function unknownOption(attempt: string, name: string, known: readonly string[], nearest?: string, help?: string): GradcError {
  const near = nearest === undefined ? "" : `, the nearest is "${nearest}"`;
  return new GradcError("unknown-option", `${attempt}: there is no option "${name}"${near}\n  expected  ${known.join(", ")}`, { help });
}

/** A name in the switch `DUMP` that no pass has. */
export function unknownPass(name: string, known: readonly string[], nearest: string | undefined): GradcError {
  const near = nearest === undefined ? "" : `, the nearest is "${nearest}"`;
  return new GradcError("unknown-name", `Cannot print what passes make: there is no pass "${name}"${near}\n  expected  some of ${known.join(", ")}`);
}

/** A setting of an op or layer outside of the values it may have. */
export function settingOutOfRange(attempt: string, setting: string, got: string, expected: string, help?: string): GradcError {
  return new GradcError("setting-out-of-range", `${attempt}: "${setting}" is out of range\n  got       ${got}\n  expected  ${expected}`, { help });
}

/** A value of an option of the command line that is none of its choices. */
export const badChoice = (option: string, value: string, choices: readonly string[]): GradcError =>
  new GradcError("bad-choice", `"${option}" cannot be "${value}"\n  expected  one of ${choices.join(", ")}`);
