// What mixes the pixels around a pixel.

import { badOption } from "../runtime/diagnostics.ts";
import { checkWhole } from "../runtime/whole.ts";
import { checkList, checkNumber, checkPositive, checkSettings } from "./checks.ts";
import { indices } from "./gather.ts";
import { checkColours, checkImage, copyOf, type Image, imageOf } from "./image.ts";
import { reflected } from "./pad.ts";
import { blended, fround, roundEven } from "./round.ts";

/**
 * The image blended with a smoothed one, from 0 for that one over 1 for the image on; pixels at the edge are not smoothed. Smooth is the mean of the
 * nine pixels around, of which the middle one counts five times. Grey or RGB.
 * @throws GradcError `bad-image`, `bad-option`
 */
export function adjustSharpness(image: Image, factor: number): Image {
  checkColours(image);
  checkNumber("factor", factor, 0);
  const { data, width, height, channels } = image;
  if (width <= 2 || height <= 2) return copyOf(image);
  const blend = blended(factor);
  const result = new Uint8Array(data.length);
  // At the edge too, where a blend of two equal levels may lose the fraction of one.
  for (let at = 0; at < data.length; at++) result[at] = blend(data[at] as number, data[at] as number);
  const row = width * channels;
  for (let y = 1; y < height - 1; y++)
    for (let at = y * row + channels; at < (y + 1) * row - channels; at++) {
      const level = data[at] as number;
      const sum = 4 * level + threeOf(data, at - row, channels) + threeOf(data, at, channels) + threeOf(data, at + row, channels);
      // A sum over 13 never lies in the middle between two levels.
      result[at] = blend(level, Math.round(sum / 13));
    }
  return imageOf(result, width, height, channels);
}

const threeOf = (data: Image["data"], at: number, step: number): number =>
  (data[at - step] as number) + (data[at] as number) + (data[at + step] as number);

/** Settings of `gaussianBlur`. */
export interface BlurOptions {
  /** The deviation of the bell in pixels, along both sides or along x and y (default: `0.15·kernelSize + 0.35`). */
  readonly sigma?: number | readonly [x: number, y: number] | undefined;
}

function checkKernel(name: string, value: number): void {
  checkWhole(name, value, 1);
  if (value % 2 === 0) throw badOption(name, value, "an odd number");
}

/** The weights of `size` pixels in a row, in f32 as torchvision has them. */
function bell(size: number, sigma: number): Float64Array {
  const weights = Float64Array.from({ length: size }, (_, at) => {
    const x = fround((at - (size - 1) / 2) / fround(sigma));
    return fround(Math.exp(fround(-0.5 * fround(x * x))));
  });
  const sum = fround(weights.reduce((total, weight) => total + weight, 0));
  return weights.map((weight) => fround(weight / sum));
}

/** Every number of an image of rows in place of the weighted mean of those at `places` of its row or column, which lie `stride` apart. */
function smooth(from: Float64Array, lines: readonly number[], stride: number, extent: number, weights: Float64Array): Float64Array {
  const result = new Float64Array(from.length);
  const reach = weights.length >> 1;
  const places = indices(extent + 2 * reach, (at) => reflected(at - reach, extent) * stride);
  for (const line of lines)
    for (let at = 0; at < extent; at++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += (weights[k] as number) * (from[line + (places[at + k] as number)] as number);
      result[line + at * stride] = sum;
    }
  return result;
}

/**
 * The image smoothed by a bell of `kernelSize` pixels a side or [x, y], odd, and smaller than twice the image, which is reflected at its edges; any
 * number of channels.
 * @example gaussianBlur(image, 5, { sigma: 1.5 })
 * @throws GradcError `bad-image`, `bad-option`, `unknown-option`
 */
export function gaussianBlur(image: Image, kernelSize: number | readonly [x: number, y: number], options: BlurOptions = {}): Image {
  checkImage(image);
  const { data, width, height, channels } = image;
  const sizes = typeof kernelSize === "number" ? ([kernelSize, kernelSize] as const) : kernelSize;
  const [x, y] = checkList("kernelSize", sizes, "x, y", checkKernel);
  checkSettings(options, { sigma: "number or Array" });
  const { sigma = [x * 0.15 + 0.35, y * 0.15 + 0.35] } = options;
  const [sigmaX, sigmaY] = checkList("sigma", typeof sigma === "number" ? ([sigma, sigma] as const) : sigma, "x, y", checkPositive);
  checkWhole("kernelSize", x, 1, 2 * width - 1);
  checkWhole("kernelSize", y, 1, 2 * height - 1);
  const row = width * channels;
  const rows = Array.from({ length: height * channels }, (_, line) => Math.floor(line / channels) * row + (line % channels));
  const columns = Array.from({ length: row }, (_, line) => line);
  const across = smooth(new Float64Array(data), rows, channels, width, bell(x, sigmaX));
  const both = smooth(across, columns, row, height, bell(y, sigmaY));
  return imageOf(Uint8Array.from(both.map(roundEven)), width, height, channels);
}
