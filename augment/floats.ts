// What a network takes: floats, channels first.
import { badOption } from "../runtime/diagnostics.ts";
import { checkNumber, perChannel } from "./checks.ts";
import { checkImage, type Image } from "./image.ts";
import { fround } from "./round.ts";

/** The levels of an image, channels first, as `convert` gives them. */
function planes(image: Image, convert: (level: number, channel: number) => number): Float32Array {
  const { data, width, height, channels } = image;
  const result = new Float32Array(data.length);
  const size = width * height;
  for (let channel = 0; channel < channels; channel++) {
    const table = Float32Array.from({ length: 256 }, (_, level) => convert(level, channel));
    for (let at = 0; at < size; at++) result[channel * size + at] = table[data[at * channels + channel] as number] as number;
  }
  return result;
}

/** The f32 values [channels, height, width] of an image, levels divided by 255. @throws GradcError `bad-image` */
export function toFloat(image: Image): Float32Array {
  checkImage(image);
  return planes(image, (level) => level / 255);
}

function checkDeviation(name: string, value: number): void {
  checkNumber(name, value);
  if (fround(value) === 0) throw badOption(name, value, "another number than 0");
}

/**
 * `(level / 255 - mean) / std` as f32 values [channels, height, width], with a mean and a deviation for all channels or for each.
 * @example normalize(image, 0.1307, 0.3081)
 * @throws GradcError `bad-image`, `bad-option`
 */
export function normalize(image: Image, mean: number | ArrayLike<number>, std: number | ArrayLike<number>): Float32Array {
  checkImage(image);
  const means = perChannel("mean", mean, image.channels, checkNumber).map(fround);
  const deviations = perChannel("std", std, image.channels, checkDeviation).map(fround);
  return planes(image, (level, channel) => fround(fround(level / 255) - (means[channel] as number)) / (deviations[channel] as number));
}
