// Flips and crops, and rectangles that are wiped out.
import { checkWhole } from "../runtime/whole.ts";
import { checkExtent, checkLevel, checkList, checkPlace, checkSettings, perChannel } from "./checks.ts";
import { gather, indices, inOrder, outside } from "./gather.ts";
import { checkImage, copyOf, type Image } from "./image.ts";
import { drawFrom, type Seed } from "./random.ts";
import { roundEven } from "./round.ts";

/** The image with left and right exchanged, any number of channels. @throws GradcError `bad-image` */
export function hflip(image: Image): Image {
  checkImage(image);
  return gather(
    image,
    inOrder(image.height),
    indices(image.width, (x) => image.width - 1 - x),
  );
}

/** The image with top and bottom exchanged, any number of channels. @throws GradcError `bad-image` */
export function vflip(image: Image): Image {
  checkImage(image);
  return gather(
    image,
    indices(image.height, (y) => image.height - 1 - y),
    inOrder(image.width),
  );
}

const within = (start: number, length: number, extent: number): Int32Array =>
  indices(length, (at) => (start + at >= 0 && start + at < extent ? start + at : outside));

/**
 * The rectangle of `height` by `width` pixels from [top, left], any number of channels; what lies outside of the image is 0.
 * @example crop(image, -2, -2, 32, 32)
 * @throws GradcError `bad-image`, `bad-option`
 */
export function crop(image: Image, top: number, left: number, height: number, width: number): Image {
  checkImage(image);
  checkPlace("top", top);
  checkPlace("left", left);
  checkExtent("height", height);
  checkExtent("width", width);
  return gather(image, within(top, height, image.height), within(left, width, image.width));
}

/** Where the middle of `length` begins: an odd pixel more stands before it where it must be padded, and after it by rounding to even. */
const centred = (extent: number, length: number): number => (length > extent ? -Math.floor((length - extent) / 2) : roundEven((extent - length) / 2));

/**
 * The middle of the image, `size` by `size` pixels or [height, width], any number of channels; what lies outside of the image is 0.
 * @example centerCrop(image, [24, 20])
 * @throws GradcError `bad-image`, `bad-option`
 */
export function centerCrop(image: Image, size: number | readonly [height: number, width: number]): Image {
  checkImage(image);
  const both = typeof size === "number" ? ([size, size] as const) : size;
  const [height, width] = checkList("size", both, "height, width", checkExtent);
  return crop(image, centred(image.height, height), centred(image.width, width), height, width);
}

/**
 * The image with `value`, one for all or one for each channel, in the rectangle of `height` by `width` pixels from [top, left]; what of it lies outside
 * of the image is left out.
 * @example erase(image, 4, 6, 8, 8, 128)
 * @throws GradcError `bad-image`, `bad-option`
 */
export function erase(image: Image, top: number, left: number, height: number, width: number, value: number | ArrayLike<number>): Image {
  checkImage(image);
  for (const [name, extent] of Object.entries({ top, left, height, width })) checkWhole(name, extent, 0);
  const levels = perChannel("value", value, image.channels, checkLevel);
  const result = copyOf(image);
  const bottom = Math.min(top + height, image.height);
  const right = Math.min(left + width, image.width);
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) (result.data as Uint8Array).set(levels, (y * image.width + x) * image.channels);
  return result;
}

/** Settings of `cutout`. */
export interface CutoutOptions {
  readonly seed: Seed;
  /** What stands in the square, one for all or one for each channel (default: 0). */
  readonly fill?: number | readonly number[] | undefined;
}

/**
 * The image without a square of `size` pixels a side around a pixel that is drawn from all of them, so that part of it may lie outside: DeVries and Taylor,
 * "Improved Regularization of Convolutional Neural Networks with Cutout" (2017).
 * @example cutout(image, 8, { seed: [seed, epoch, row] })
 * @throws GradcError `bad-image`, `bad-option`, `unknown-option`
 */
export function cutout(image: Image, size: number, options: CutoutOptions): Image {
  checkImage(image);
  checkExtent("size", size);
  checkSettings(options, { seed: "number or Array", fill: "number or Array" });
  const draw = drawFrom("cutout", options?.seed);
  const corner = (extent: number) => draw.below(extent) - (size >> 1);
  const [top, left] = [corner(image.height), corner(image.width)];
  const [y, x] = [Math.max(top, 0), Math.max(left, 0)];
  return erase(image, y, x, top + size - y, left + size - x, options.fill ?? 0);
}
