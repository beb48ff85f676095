// Images looked at through an affine map, as `grid_sample` does: in f32, with the roundings of torchvision's tensors on a processor with FMA.
import { type Image, imageOf, levelsFor } from "./image.ts";
import { fma, fround, roundEven } from "./round.ts";

/** `[a, b, c, d, e, f]`: the pixel at (x, y) from the middle of the result shows (ax + by + c, dx + ey + f) from the middle of the image. */
export type Matrix = readonly [number, number, number, number, number, number];

/** What a pixel between others is: the nearest, or a mean of four. */
export type Interpolation = "nearest" | "bilinear";

/** Writes a row of the result from `at` on, whose pixels show the places (xs, ys) of the image. */
type WriteRow = (result: Uint8Array, at: number, xs: Float32Array, ys: Float32Array) => void;

/** The image of `width` by `height` pixels through `matrix`, with `fill` where that leads outside; none is not quite 0, see `mixed`. */
export function sample(
  image: Image,
  matrix: Matrix,
  { width, height }: { readonly width: number; readonly height: number },
  interpolation: Interpolation,
  fill: readonly number[] | undefined,
): Image {
  const write = interpolation === "nearest" ? nearest(image, fill) : mixed(image, fill);
  const result = levelsFor(width, height, image.channels);
  const [a, b, c, d, e, f] = matrix;
  const placeX = placing(a, b, c, image.width);
  const placeY = placing(d, e, f, image.height);
  const xs = new Float32Array(width);
  const ys = new Float32Array(width);
  for (let row = 0; row < height; row++) {
    const y = row - height * 0.5 + 0.5;
    placeX(xs, y);
    placeY(ys, y);
    write(result, row * width * image.channels, xs, ys);
  }
  return imageOf(result, width, height, image.channels);
}

/** Writes where the pixels of a row lie along one side of the image: `ax + by + c` from its middle, first from -1 to 1, then in pixels. */
function placing(a: number, b: number, c: number, extent: number): (places: Float32Array, y: number) => void {
  const half = fround(0.5 * extent);
  const [byX, byY, shift] = [fround(fround(a) / half), fround(fround(b) / half), fround(fround(c) / half)];
  return (places, y) => {
    const start = 0.5 - places.length * 0.5;
    const fromY = fround(byY * y);
    for (let at = 0; at < places.length; at++) {
      const place = fround(fround(fround((start + at) * byX) + fromY) + shift);
      places[at] = fma(fround(place + 1), half, -0.5);
    }
  };
}

function nearest({ data, width, height, channels }: Image, fill?: readonly number[]): WriteRow {
  const levels = fill?.map((level) => roundEven(fround(level)));
  return (result, start, xs, ys) => {
    let at = start;
    for (let column = 0; column < xs.length; column++) {
      const x = roundEven(xs[column] as number);
      const y = roundEven(ys[column] as number);
      if (x >= 0 && x < width && y >= 0 && y < height) {
        const from = (y * width + x) * channels;
        for (let channel = 0; channel < channels; channel++) result[at + channel] = data[from + channel] as number;
      } else if (levels) for (let channel = 0; channel < channels; channel++) result[at + channel] = levels[channel] as number;
      at += channels;
    }
  };
}

/**
 * A mean of the four pixels around a place, where those outside are 0. With a `fill` its share is that of the weights outside, and the mean, which
 * is darker by them already, is weighed once more: what torchvision does, so that a fill of 0 gives darker edges than none.
 */
function mixed({ data, width, height, channels }: Image, fill?: readonly number[]): WriteRow {
  const below = width * channels;
  return (result, start, xs, ys) => {
    let at = start;
    for (let column = 0; column < xs.length; column++) {
      const x = Math.floor(xs[column] as number);
      const y = Math.floor(ys[column] as number);
      const toRight = fround((xs[column] as number) - x);
      const toLower = fround((ys[column] as number) - y);
      const left = x >= 0 && x < width ? fround(1 - toRight) : 0;
      const right = x >= -1 && x < width - 1 ? toRight : 0;
      const upper = y >= 0 && y < height ? fround(1 - toLower) : 0;
      const lower = y >= -1 && y < height - 1 ? toLower : 0;
      const first = fround(left * upper);
      const second = fround(right * upper);
      const third = fround(left * lower);
      const fourth = fround(right * lower);
      const share = fround(fround(fround(first + second) + third) + fourth);
      let from = (y * width + x) * channels;
      for (let channel = 0; channel < channels; channel++, from++, at++) {
        // Outside of the image there is nothing to read.
        let level = first && fround((data[from] as number) * first);
        if (second) level = fma(data[from + channels] as number, second, level);
        if (third) level = fma(data[from + below] as number, third, level);
        if (fourth) level = fma(data[from + below + channels] as number, fourth, level);
        if (fill) level = fround(fround(level * share) + fround(fround(1 - share) * fround(fill[channel] as number)));
        result[at] = roundEven(level);
      }
    }
  };
}
