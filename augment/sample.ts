// Images looked at through an affine map, as `grid_sample` does: in f32, with the roundings of torchvision's tensors on a processor with FMA.
import { type Image, imageOf } from "./image.ts";
import { fma, fround, roundEven } from "./round.ts";

/** `[a, b, c, d, e, f]`: the pixel at (x, y) from the middle of the result shows (ax + by + c, dx + ey + f) from the middle of the image. */
export type Matrix = readonly [number, number, number, number, number, number];

/** What a pixel between others is: the nearest, or a mean of four. */
export type Interpolation = "nearest" | "bilinear";

/** Writes one pixel of the result at `at`, which shows the place (x, y) of the image. */
type Write = (result: Uint8Array, at: number, x: number, y: number) => void;

const half = (extent: number): number => fround(0.5 * extent);

/** The image of `width` by `height` pixels through `matrix`, `fill` where that leads outside; undefined is not quite 0, see `mixed`. */
export function sample(
  image: Image,
  matrix: Matrix,
  size: { readonly width: number; readonly height: number },
  interpolation: Interpolation,
  fill: readonly number[] | undefined,
): Image {
  const { width, height } = size;
  const write = interpolation === "nearest" ? nearest(image, fill) : mixed(image, fill);
  const result = new Uint8Array(width * height * image.channels);
  const [halfWidth, halfHeight] = [half(image.width), half(image.height)];
  const [a, b, c] = [0, 1, 2].map((at) => fround(fround(matrix[at] as number) / halfWidth)) as [number, number, number];
  const [d, e, f] = [3, 4, 5].map((at) => fround(fround(matrix[at] as number) / halfHeight)) as [number, number, number];
  let at = 0;
  for (let row = 0; row < height; row++) {
    const y = row - height * 0.5 + 0.5;
    const [by, ey] = [fround(b * y), fround(e * y)];
    for (let column = 0; column < width; column++) {
      const x = column - width * 0.5 + 0.5;
      // From -1 at the left edge to 1 at the right, then from -½ to the width - ½.
      const toX = fround(fround(fround(fround(x * a) + by) + c) + 1);
      const toY = fround(fround(fround(fround(x * d) + ey) + f) + 1);
      write(result, at, fma(toX, halfWidth, -0.5), fma(toY, halfHeight, -0.5));
      at += image.channels;
    }
  }
  return imageOf(result, width, height, image.channels);
}

function nearest({ data, width, height, channels }: Image, fill?: readonly number[]): Write {
  const levels = fill?.map((level) => roundEven(fround(level)));
  return (result, at, toX, toY) => {
    const x = roundEven(toX);
    const y = roundEven(toY);
    if (x >= 0 && x < width && y >= 0 && y < height) {
      const from = (y * width + x) * channels;
      for (let channel = 0; channel < channels; channel++) result[at + channel] = data[from + channel] as number;
    } else if (levels) for (let channel = 0; channel < channels; channel++) result[at + channel] = levels[channel] as number;
  };
}

/**
 * A mean of the four pixels around a place, where those outside are 0. With a `fill` its share is that of the weights outside, and the mean, which
 * is darker by them already, is weighed once more: what torchvision does, so that a fill of 0 gives darker edges than none.
 */
function mixed({ data, width, height, channels }: Image, fill?: readonly number[]): Write {
  return (result, at, toX, toY) => {
    const x = Math.floor(toX);
    const y = Math.floor(toY);
    const right = fround(toX - x);
    const left = fround(1 - right);
    const lower = fround(toY - y);
    const upper = fround(1 - lower);
    const [isLeft, isRight] = [x >= 0 && x < width, x >= -1 && x < width - 1];
    const [isUpper, isLower] = [y >= 0 && y < height, y >= -1 && y < height - 1];
    const first = isUpper && isLeft ? fround(left * upper) : 0;
    const second = isUpper && isRight ? fround(right * upper) : 0;
    const third = isLower && isLeft ? fround(left * lower) : 0;
    const fourth = isLower && isRight ? fround(right * lower) : 0;
    const from = (y * width + x) * channels;
    const below = from + width * channels;
    const share = fround(fround(fround(first + second) + third) + fourth);
    for (let channel = 0; channel < channels; channel++) {
      const place = from + channel;
      let level = first === 0 ? 0 : fround((data[place] as number) * first);
      if (second !== 0) level = fma(data[place + channels] as number, second, level);
      if (third !== 0) level = fma(data[below + channel] as number, third, level);
      if (fourth !== 0) level = fma(data[below + channel + channels] as number, fourth, level);
      if (fill) level = fround(fround(level * share) + fround(fround(1 - share) * fround(fill[channel] as number)));
      result[at + channel] = roundEven(level);
    }
  };
}
