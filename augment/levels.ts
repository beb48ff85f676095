// What changes levels of light one by one: a table of 256 results for each channel.
import { checkWhole } from "../runtime/whole.ts";
import { checkLevel, checkNumber } from "./checks.ts";
import { greyOf } from "./colour.ts";
import { checkColours, type Image, imageOf } from "./image.ts";
import { blended, fround } from "./round.ts";

/** The image with each level in place of `levelOf(level, channel)`. */
function mapLevels({ data, width, height, channels }: Image, levelOf: (level: number, channel: number) => number): Image {
  const tables = new Uint8Array(256 * channels);
  for (let at = 0; at < tables.length; at++) tables[at] = levelOf(at & 255, at >> 8);
  const result = new Uint8Array(data.length);
  for (let channel = 0; channel < channels; channel++)
    for (let at = channel; at < data.length; at += channels) result[at] = tables[(channel << 8) + (data[at] as number)] as number;
  return imageOf(result, width, height, channels);
}

const same = (level: number): number => level;

/** The negative of a grey or RGB image: 255 less each level. @throws GradcError `bad-image` */
export function invert(image: Image): Image {
  checkColours(image);
  return mapLevels(image, (level) => 255 - level);
}

/**
 * The image with the levels from `threshold` on, 0 to 255, inverted; grey or RGB.
 * @example solarize(image, 128)
 * @throws GradcError `bad-image`, `bad-option`
 */
export function solarize(image: Image, threshold: number): Image {
  checkColours(image);
  checkLevel("threshold", threshold);
  const from = fround(threshold);
  return mapLevels(image, (level) => (level >= from ? 255 - level : level));
}

/**
 * The image with the upper `bits` of each level, 0 to 8, and 0 in place of the others; grey or RGB.
 * @example posterize(image, 4)
 * @throws GradcError `bad-image`, `bad-option`
 */
export function posterize(image: Image, bits: number): Image {
  checkColours(image);
  checkWhole("bits", bits, 0, 8);
  return mapLevels(image, (level) => level & -(2 ** (8 - bits)));
}

/** How often each level of a channel occurs. */
function histogram({ data, channels }: Image, channel: number): Int32Array {
  const counts = new Int32Array(256);
  for (let at = channel; at < data.length; at += channels) counts[data[at] as number] = (counts[data[at] as number] as number) + 1;
  return counts;
}

/** The highest level that occurs. */
function highest(counts: Int32Array): number {
  let level = 255;
  while (counts[level] === 0) level--;
  return level;
}

const histograms = (image: Image): Int32Array[] => Array.from({ length: image.channels }, (_, channel) => histogram(image, channel));

/** The image with each channel stretched so that its levels reach from 0 to 255, unless they are all one; grey or RGB. @throws GradcError `bad-image` */
export function autocontrast(image: Image): Image {
  checkColours(image);
  const stretches = histograms(image).map((counts) => {
    const least = counts.findIndex((count) => count > 0);
    const most = highest(counts);
    // A quotient in torch: the reciprocal comes first.
    const scale = fround(255 * fround(1 / (most - least)));
    return most > least ? (level: number) => Math.min(Math.max(fround((level - least) * scale), 0), 255) : same;
  });
  return mapLevels(image, (level, channel) => (stretches[channel] as typeof same)(level));
}

/** A function of levels after which they are spread evenly, in whole numbers as PIL counts. */
function equalizing(counts: Int32Array): (level: number) => number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const step = Math.floor((total - (counts[highest(counts)] as number)) / 255);
  if (step === 0) return same;
  let below = step >> 1;
  const table = counts.map((count) => {
    const level = Math.min(Math.floor(below / step), 255);
    below += count;
    return level;
  });
  return (level) => table[level] as number;
}

/** The image with the levels of each channel spread evenly by its histogram; grey or RGB. @throws GradcError `bad-image` */
export function equalize(image: Image): Image {
  checkColours(image);
  const spreads = histograms(image).map(equalizing);
  return mapLevels(image, (level, channel) => (spreads[channel] as typeof same)(level));
}

/**
 * `factor` times each level, from 0 for black over 1 for the image on; grey or RGB.
 * @example adjustBrightness(image, 1.2)
 * @throws GradcError `bad-image`, `bad-option`
 */
export function adjustBrightness(image: Image, factor: number): Image {
  checkColours(image);
  checkNumber("factor", factor, 0);
  const blend = blended(factor);
  return mapLevels(image, (level) => blend(level, 0));
}

/** The mean of the grey levels of an image. */
function meanOf({ data, channels }: Image): number {
  let sum = 0;
  for (let at = 0; at < data.length; at += channels)
    sum += channels === 1 ? (data[at] as number) : greyOf(data[at] as number, data[at + 1] as number, data[at + 2] as number);
  return fround(fround(sum) / fround(data.length / channels));
}

/** Each level `factor` times as far from the mean of the grey image, from 0 for that mean over 1 for the image on; grey or RGB. @throws GradcError `bad-image`, `bad-option` */
export function adjustContrast(image: Image, factor: number): Image {
  checkColours(image);
  checkNumber("factor", factor, 0);
  const mean = meanOf(image);
  const blend = blended(factor);
  return mapLevels(image, (level) => blend(level, mean));
}

/** `255 · (level / 255)^gamma`: above 1 darker, below 1 brighter; grey or RGB. @throws GradcError `bad-image`, `bad-option` */
export function adjustGamma(image: Image, gamma: number): Image {
  checkColours(image);
  checkNumber("gamma", gamma, 0);
  // Of 256 levels, each takes as large a part of [0, 1].
  const widest = fround(256 - 1e-3);
  return mapLevels(image, (level) => fround(Math.min(fround(fround(level / 255) ** fround(gamma)), 1) * widest));
}
