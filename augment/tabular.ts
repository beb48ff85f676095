// Rows of tables.
import { badOption } from "../runtime/diagnostics.ts";
import { checkNumber, checkSettings, isNumbers } from "./checks.ts";
import { normal } from "./distributions.ts";
import { drawFrom, type Seed } from "./random.ts";

/** Settings of `tabularNoise`. */
export interface NoiseOptions {
  /** The deviation of the noise, for all features or for each, 0 for one that is left as it is (default: 0.1, for standardised features). */
  readonly deviation?: number | readonly number[] | undefined;
  /** A row gets the same noise for one seed, such as `[seed, epoch, row]`. */
  readonly seed: Seed;
}

/** Settings of `featureDropout`. */
export interface FeatureDropoutOptions {
  /** The probability that a feature is dropped, for all or for each (default: 0.1). */
  readonly p?: number | readonly number[] | undefined;
  /** What stands in its place, such as its mean, for all or for each (default: 0, the mean of standardised features). */
  readonly value?: number | readonly number[] | undefined;
  /** The same features of a row are dropped for one seed, such as `[seed, epoch, row]`. */
  readonly seed: Seed;
}

/** The number of a setting for each feature. @throws GradcError `bad-option` */
function perFeature(name: string, given: number | readonly number[], width: number, least?: number, most?: number): (feature: number) => number {
  const list = typeof given === "number" ? [given] : given;
  if (typeof given !== "number" && list.length !== width) throw badOption(name, given, `a number or one for each of the ${width} features`);
  for (const each of list) checkNumber(name, each, least, most);
  return (feature) => list[list.length === 1 ? 0 : feature] as number;
}

/** @throws GradcError `bad-option` */
function checkRow(row: ArrayLike<number>): void {
  if (!isNumbers(row)) throw badOption("row", row, "a list of numbers");
}

/**
 * The row of features with normal noise added, in f32.
 * @example tabularNoise([0.5, -1.2, 3], { deviation: [0.1, 0.1, 0], seed: [seed, epoch, row] })
 * @throws GradcError `bad-option`, `unknown-option`
 */
export function tabularNoise(row: ArrayLike<number>, options: NoiseOptions): Float32Array {
  checkRow(row);
  checkSettings(options, { deviation: "number or Array", seed: "number or Array" });
  const draw = drawFrom("noise", options?.seed);
  const deviationOf = perFeature("deviation", options.deviation ?? 0.1, row.length, 0);
  return Float32Array.from(row, (x, feature) => x + deviationOf(feature) * normal(draw));
}

/**
 * The row of features, in f32, with some of them replaced; those that stay are not scaled as `nn.dropout` does, since what is replaced is a value that
 * a table could hold.
 * @example featureDropout([0.5, -1.2, 3], { p: 0.2, seed: [seed, epoch, row] })
 * @throws GradcError `bad-option`, `unknown-option`
 */
export function featureDropout(row: ArrayLike<number>, options: FeatureDropoutOptions): Float32Array {
  checkRow(row);
  checkSettings(options, { p: "number or Array", value: "number or Array", seed: "number or Array" });
  const draw = drawFrom("dropout", options?.seed);
  const chanceOf = perFeature("p", options.p ?? 0.1, row.length, 0, 1);
  const replaced = perFeature("value", options.value ?? 0, row.length);
  return Float32Array.from(row, (x, feature) => (draw.next() < chanceOf(feature) ? replaced(feature) : x));
}
