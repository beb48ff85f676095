// What the settings of kinds of initial values may be, and the words for what they may not.
import { invalidInit } from "../../../compiler/diagnostics/definitions.ts";
import { shown } from "../../../compiler/diagnostics/settings.ts";
import { checkOptions, isFinite32, isOptions, type Kinds } from "../../settings.ts";

const words = ["no", "one number", "two numbers", "three numbers", "four numbers"];

/** `setting` as `count` numbers that f32 holds. @throws GradcError `invalid-init` */
export function numbers(what: string, kind: string, setting: unknown, count: number): number[] {
  const list = Array.isArray(setting) && setting.length === count && setting.every(isFinite32) ? (setting as number[]) : undefined;
  if (!list) throw invalidInit(what, `"${kind}" is ${shown(setting)}, not ${words[count]} within the range of f32`);
  return list;
}

/** `setting` as options; none where it is left out. @throws GradcError `invalid-init`, `unknown-option`, `setting-out-of-range` */
export function options<O extends object>(what: string, kind: string, setting: unknown, kinds: Kinds<O>): O {
  if (setting === undefined) return {} as O;
  if (!isOptions(setting)) throw invalidInit(what, `"${kind}" is ${shown(setting)}, not an object with any of ${Object.keys(kinds).join(", ")}`);
  checkOptions<O>(`Cannot initialise ${what}`, setting as O, kinds);
  return setting as O;
}
