// Images of another size.
import { badOption } from "../runtime/diagnostics.ts";
import { checkExtent, checkList, checkSettings } from "./checks.ts";
import { gather, indices } from "./gather.ts";
import { checkImage, type Image, imageOf, levelsFor } from "./image.ts";
import { fma, fround, roundEven } from "./round.ts";
import type { Interpolation } from "./sample.ts";

/** Settings of `resize`. */
export interface ResizeOptions {
  /** What a pixel between others is: the nearest to the upper left, or the mean of four by their distances (default: "bilinear"). */
  readonly interpolation?: Interpolation | undefined;
  /** Whether a smaller image shows the mean of all pixels that each of its own covers (default: false). */
  readonly antialias?: boolean | undefined;
}

/**
 * The image with [height, width] pixels, any number of channels.
 * @example resize(image, [14, 14], { antialias: true })
 * @throws GradcError `bad-image`, `bad-option`, `unknown-option`
 */
export function resize(image: Image, size: readonly [height: number, width: number], options: ResizeOptions = {}): Image {
  checkImage(image);
  const [height, width] = checkList("size", size, "height, width", checkExtent);
  checkSettings(options, { interpolation: "nearest or bilinear", antialias: "boolean" });
  const { interpolation = "bilinear", antialias = false } = options;
  if (antialias && interpolation === "nearest") throw badOption("antialias", antialias, 'false with "nearest"');
  if (interpolation === "nearest") return gather(image, nearest(image.height, height), nearest(image.width, width));
  return antialias ? covered(image, height, width) : bilinear(image, height, width);
}

function nearest(extent: number, size: number): Int32Array {
  const scale = fround(extent / size);
  return indices(size, (at) => Math.min(Math.floor(fround(at * scale)), extent - 1));
}

/** For each pixel of a side the two between which it lies, and the share of the second. */
interface Between {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly share: Float32Array;
}

function between(extent: number, size: number): Between {
  const scale = fround(extent / size);
  const place = (at: number) => Math.max(scale * (at + 0.5) - 0.5, 0);
  const first = indices(size, (at) => Math.min(Math.floor(place(at)), extent - 1));
  const share = Float32Array.from(first, (from, at) => Math.min(place(at) - from, 1));
  return { first, second: first.map((from) => Math.min(from + 1, extent - 1)), share };
}

function bilinear({ data, width, height, channels }: Image, newHeight: number, newWidth: number): Image {
  const [rows, columns] = [between(height, newHeight), between(width, newWidth)];
  const result = levelsFor(newWidth, newHeight, channels);
  let at = 0;
  for (let y = 0; y < newHeight; y++) {
    const [upper, lower] = [(rows.first[y] as number) * width, (rows.second[y] as number) * width];
    const below = rows.share[y] as number;
    const above = fround(1 - below);
    for (let x = 0; x < newWidth; x++) {
      const [left, right] = [columns.first[x] as number, columns.second[x] as number];
      const after = columns.share[x] as number;
      const before = fround(1 - after);
      for (let channel = 0; channel < channels; channel++) {
        const levelAt = (pixel: number) => data[pixel * channels + channel] as number;
        const top = fma(levelAt(upper + left), before, fround(levelAt(upper + right) * after));
        const bottom = fma(levelAt(lower + left), before, fround(levelAt(lower + right) * after));
        result[at++] = roundEven(fma(top, above, fround(bottom * below)));
      }
    }
  }
  return imageOf(result, newWidth, newHeight, channels);
}

/** The pixels of a side that one of another covers, and their weights: a triangle as wide as the new pixels are, at least two of the old ones. */
interface Cover {
  readonly start: number;
  readonly weights: Float64Array;
}

function covers(extent: number, size: number): Cover[] {
  const scale = fround(extent / size);
  const reach = Math.max(scale, 1);
  const slope = fround(1 / reach);
  return Array.from({ length: size }, (_, at) => {
    const center = fround(scale * fround(at + 0.5));
    const start = Math.max(Math.trunc(fround(fround(center - reach) + 0.5)), 0);
    const length = Math.min(Math.trunc(fround(fround(center + reach) + 0.5)), extent) - start;
    const weights = Float64Array.from({ length }, (_, k) => {
      const distance = Math.abs(fround(fround(fround(k + start - center) + 0.5) * slope));
      return distance < 1 ? fround(1 - distance) : 0;
    });
    const sum = weights.reduce((total, weight) => fround(total + weight), 0);
    return { start, weights: weights.map((weight) => fround(weight / sum)) };
  });
}

/** The numbers of `count` lines `from`, each of pixels `stride` apart, as the weighted sums of what is covered; each result is `next` apart. */
function weigh(
  from: ArrayLike<number>,
  origins: readonly number[],
  stride: number,
  each: readonly Cover[],
  to: Float32Array,
  targets: readonly number[],
  next: number,
): void {
  origins.forEach((origin, line) => {
    each.forEach(({ start, weights }, at) => {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum = fma(from[origin + (start + k) * stride] as number, weights[k] as number, sum);
      to[(targets[line] as number) + at * next] = sum;
    });
  });
}

/** Where the lines along x begin, a line for each row and channel. */
const rowsOf = (height: number, width: number, channels: number): number[] =>
  Array.from({ length: height * channels }, (_, line) => Math.floor(line / channels) * width * channels + (line % channels));

function covered({ data, width, height, channels }: Image, newHeight: number, newWidth: number): Image {
  const across = new Float32Array(height * newWidth * channels);
  weigh(data, rowsOf(height, width, channels), channels, covers(width, newWidth), across, rowsOf(height, newWidth, channels), channels);
  const result = levelsFor(newWidth, newHeight, channels);
  const both = new Float32Array(result.length);
  const row = newWidth * channels;
  const columns = Array.from({ length: row }, (_, line) => line);
  weigh(across, columns, row, covers(height, newHeight), both, columns, row);
  result.set(both.map(roundEven));
  return imageOf(result, newWidth, newHeight, channels);
}
