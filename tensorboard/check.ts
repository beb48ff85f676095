// What the methods of a writer refuse.
import { namesOf } from "../runtime/record.ts";
import { badArgument } from "./diagnostics.ts";
import type { Hparam } from "./hparams.ts";
import type { Image } from "./png.ts";

/** The clock of a writer. */
export function timeOf(wallTime: number | (() => number) | undefined): () => number {
  if (typeof wallTime === "function") return () => checkNumber("wallTime", wallTime());
  return wallTime === undefined ? () => Date.now() / 1000 : () => checkNumber("wallTime", wallTime);
}

export function checkNumber(name: string, value: unknown): number {
  if (typeof value !== "number") throw badArgument(name, value, "a number");
  return value;
}

export function checkTag(tag: unknown): void {
  if (typeof tag !== "string" || tag === "") throw badArgument("tag", tag, "a text that is not empty");
}

export function checkStep(step: unknown): void {
  if (!Number.isSafeInteger(step)) throw badArgument("step", step, "a whole number");
}

export function checkText(text: unknown): string {
  if (typeof text !== "string") throw badArgument("text", text, "a text");
  return text;
}

export function checkValues(values: ArrayLike<number>): ArrayLike<number> {
  if (!(values?.length > 0) || typeof values === "string") throw badArgument("values", values, "a list of one or more numbers");
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) throw badArgument(`values[${i}]`, values[i], "a finite number");
  return values;
}

const longestSide = 65_535;

export function checkImage(image: Image): Image {
  const { data, width, height, channels } = image ?? {};
  for (const [name, value, most] of [
    ["width", width, longestSide],
    ["height", height, longestSide],
    ["channels", channels, 4],
  ] as const)
    if (!(Number.isSafeInteger(value) && value >= 1 && value <= most)) throw badArgument(name, value, `a whole number from 1 to ${most}`);
  const isBytes = data instanceof Uint8Array || data instanceof Uint8ClampedArray;
  const size = width * height * channels;
  if (!isBytes || data.length !== size) throw badArgument("data", data, `a Uint8Array of ${size}`);
  return image;
}

const hparamTypes = new Set(["number", "string", "boolean"]);

export function checkHparams(hparams: Readonly<Record<string, Hparam>>, metrics: Readonly<Record<string, number>>): void {
  for (const name of namesOf("hparams", hparams))
    if (!hparamTypes.has(typeof hparams[name])) throw badArgument(name, hparams[name], "a number, a text, true or false");
  for (const name of namesOf("metrics", metrics)) checkNumber(name, metrics[name]);
}
