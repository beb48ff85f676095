// What is searched: `lr=0.001,0.01` is a list, `lr=0.0001..0.1` a range, `lr=0.0001..0.1:log` one whose orders of magnitude are equally likely.
import { unknownOption } from "../../../compiler/diagnostics/settings.ts";
import { givenTwice } from "../../../compiler/diagnostics/sweep.ts";
import { meant } from "../../synonyms.ts";
import { names } from "../options.ts";
import { notValues, readNumber, readValue, type Setting, settings, type Value } from "./settings.ts";

/** The values of a setting, one after the other. */
export interface List {
  readonly setting: Setting;
  readonly values: readonly Value[];
}

/** The numbers between two, both of them among them. */
export interface Range {
  readonly setting: Setting;
  readonly least: number;
  readonly most: number;
  readonly isLog: boolean;
}

export type Axis = List | Range;

export const isRange = (axis: Axis): axis is Range => "least" in axis;

/** Reads what each `--set` gives, in order. @throws GradcError `unknown-option`, `bad-values`, `given-twice` */
export function spaceOf(specs: readonly string[]): Axis[] {
  const axes = specs.map(axisOf);
  for (const [at, { setting }] of axes.entries())
    if (axes.findIndex((other) => other.setting === setting) < at) throw givenTwice(setting.name, "--set", "--set");
  return axes;
}

function axisOf(spec: string): Axis {
  const at = spec.indexOf("=");
  const [name, text] = at < 0 ? [spec, ""] : [spec.slice(0, at).trim(), spec.slice(at + 1).trim()];
  const setting = settings.find((each) => each.name === name);
  if (!setting) throw unknownSetting(name);
  const range = rangeOf(setting, text);
  if (range) return range;
  const values = names(text).map((value) => readValue(setting, value));
  if (values.length === 0) throw notValues(setting, text, "values");
  if (new Set(values).size < values.length) throw notValues(setting, text, "each value once");
  return { setting, values };
}

function unknownSetting(name: string): Error {
  const keys = new Map(settings.map((each) => [each.key as string, each.name]));
  const key = meant(name, [...keys.keys()]);
  return unknownOption("Cannot sweep", name, [...keys.values()], key === undefined ? undefined : keys.get(key));
}

const rangePattern = /^(.*?)\.\.(.*?)(?::(\w*))?$/;

function rangeOf(setting: Setting, text: string): Range | undefined {
  const [, first, last, scale] = rangePattern.exec(text) ?? [];
  if (!setting.number || first === undefined || last === undefined) return undefined;
  const [least, most] = [readNumber(setting, first), readNumber(setting, last)];
  if (!(least < most)) throw notValues(setting, text, "the smaller end first");
  if (scale !== undefined && scale !== "log") throw notValues(setting, text, "nothing behind the range, or :log");
  if (scale === "log" && least === 0) throw notValues(setting, text, "a range of :log that begins above 0");
  return { setting, least, most, isLog: scale === "log" };
}
