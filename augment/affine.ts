// Images turned, moved, scaled and slanted.
import { checkLevel, checkList, checkNumber, checkPositive, checkSettings, perChannel } from "./checks.ts";
import { checkImage, type Image } from "./image.ts";
import { fround } from "./round.ts";
import { type Interpolation, type Matrix, sample } from "./sample.ts";

/** Settings of whatever moves pixels to places between others. */
export interface SampleOptions {
  /** What a pixel between others is: the nearest, or the mean of four by their distances (default: "nearest"). */
  readonly interpolation?: Interpolation | undefined;
  /**
   * What stands where the image is not, a level for all channels or one for each. Without one it is 0; a fill of 0 is another thing between pixels,
   * where it darkens the edge twice, as in torchvision.
   */
  readonly fill?: number | readonly number[] | undefined;
}

/** Settings of `rotate`. */
export interface RotateOptions extends SampleOptions {
  /** Whether the result is as large as the turned image, which then stays in the middle (default: as large as the image was). */
  readonly expand?: boolean | undefined;
  /** What it is turned around, pixels from the top left corner (default: the middle). */
  readonly center?: readonly [x: number, y: number] | undefined;
}

export const sampleKinds = { interpolation: "nearest or bilinear", fill: "number or Array" } as const;

const radians = (degrees: number): number => degrees * (Math.PI / 180);

interface Motion {
  /** In degrees, with the clock. */
  readonly angle?: number;
  readonly translate?: readonly [number, number];
  readonly scale?: number;
  /** In degrees. */
  readonly shear?: readonly [number, number];
  /** From the middle of the image. */
  readonly center?: readonly [number, number];
}

/** Where a pixel of the result comes from: the inverse of `translate · center · rotate · scale · shear y · shear x · center⁻¹`. */
function inverse({ angle = 0, translate = [0, 0], scale = 1, shear = [0, 0], center = [0, 0] }: Motion): Matrix {
  const turn = radians(angle);
  const [slantX, slantY] = [radians(shear[0]), radians(shear[1])];
  const [cosine, sine, tangent] = [Math.cos(turn - slantY) / Math.cos(slantY), Math.sin(turn - slantY) / Math.cos(slantY), Math.tan(slantX)];
  const a = (-sine * tangent + Math.cos(turn)) / scale;
  const b = (cosine * tangent + Math.sin(turn)) / scale;
  const d = -sine / scale;
  const e = cosine / scale;
  const [x, y] = [-center[0] - translate[0], -center[1] - translate[1]];
  return [a, b, a * x + b * y + center[0], d, e, d * x + e * y + center[1]];
}

/** @throws GradcError as the functions below do */
function through(
  image: Image,
  motion: Motion,
  { interpolation = "nearest", fill }: SampleOptions,
  size: { width: number; height: number } = image,
): Image {
  const levels = fill === undefined ? undefined : perChannel("fill", fill, image.channels, checkLevel);
  return sample(image, inverse(motion), size, interpolation, levels);
}

// Parts of a pixel below it are roundings.
const smallest = fround(1e-4);

const whole = (x: number): number => fround(Math.trunc(fround(x / smallest)) * smallest);

/** How many pixels a turned image takes, in one direction: from the lowest of its corners to the highest. */
function span(corners: readonly (readonly [number, number])[], [a, b, c]: readonly number[], extent: number): number {
  const places = corners.map(([x, y]) => fround(fround(fround(x * fround(a as number)) + fround(y * fround(b as number))) + fround(c as number)));
  const [least, most] = [Math.min(...places), Math.max(...places)].map((place) => whole(fround(place + extent / 2))) as [number, number];
  return Math.ceil(most) - Math.floor(least);
}

function turnedSize({ width, height }: Image, matrix: Matrix): { width: number; height: number } {
  const [x, y] = [width / 2, height / 2];
  const corners = [
    [-x, -y],
    [-x, y],
    [x, y],
    [x, -y],
  ] as const;
  return { width: span(corners, matrix.slice(0, 3), width), height: span(corners, matrix.slice(3), height) };
}

/**
 * The image turned by `degrees` against the clock around its middle or `center`, any number of channels.
 * @example rotate(image, 15, { interpolation: "bilinear", fill: 128 })
 * @throws GradcError `bad-image`, `bad-option`, `unknown-option`
 */
export function rotate(image: Image, degrees: number, options: RotateOptions = {}): Image {
  checkImage(image);
  checkNumber("degrees", degrees);
  checkSettings(options, { ...sampleKinds, expand: "boolean", center: "Array" });
  const { expand = false, center } = options;
  const [x, y] = center ? checkList("center", center, "x, y", checkNumber) : [image.width * 0.5, image.height * 0.5];
  const motion: Motion = { angle: -degrees, center: [x - image.width * 0.5, y - image.height * 0.5] };
  return through(image, motion, options, expand ? turnedSize(image, inverse(motion)) : image);
}

/**
 * The image turned by `angle` degrees with the clock around its middle, scaled, slanted by degrees along x and y, and moved by pixels to the right and
 * down, any number of channels.
 * @example affine(image, 10, [2, 0], 1.1, [5, 0])
 * @throws GradcError `bad-image`, `bad-option`, `unknown-option`
 */
export function affine(
  image: Image,
  angle: number,
  translate: readonly [dx: number, dy: number],
  scale: number,
  shear: readonly [x: number, y: number],
  options: SampleOptions = {},
): Image {
  checkImage(image);
  checkNumber("angle", angle);
  checkList("translate", translate, "dx, dy", checkNumber);
  checkPositive("scale", scale);
  checkList("shear", shear, "x, y", checkNumber);
  checkSettings(options, sampleKinds);
  return through(image, { angle, translate, scale, shear }, options);
}

/**
 * The image moved by pixels to the right and down, any number of channels.
 * @example translate(image, 3, -2, { fill: 255 })
 * @throws GradcError `bad-image`, `bad-option`, `unknown-option`
 */
export const translate = (image: Image, dx: number, dy: number, options: SampleOptions = {}): Image => affine(image, 0, [dx, dy], 1, [0, 0], options);

function slanted(image: Image, magnitude: number, options: SampleOptions, shearOf: (degrees: number) => readonly [number, number]): Image {
  checkImage(image);
  checkNumber("magnitude", magnitude);
  checkSettings(options, sampleKinds);
  const degrees = Math.atan(magnitude) * (180 / Math.PI);
  return through(image, { shear: shearOf(degrees), center: [-image.width * 0.5, -image.height * 0.5] }, options);
}

/**
 * The image whose row y is moved to the left by `magnitude · y` pixels, from the top on: AutoAugment's, any number of channels.
 * @example shearX(image, 0.2, { interpolation: "bilinear" })
 * @throws GradcError `bad-image`, `bad-option`, `unknown-option`
 */
export const shearX = (image: Image, magnitude: number, options: SampleOptions = {}): Image =>
  slanted(image, magnitude, options, (degrees) => [degrees, 0]);

/**
 * The image whose column x is moved up by `magnitude · x` pixels, from the left on: AutoAugment's, any number of channels.
 * @throws GradcError `bad-image`, `bad-option`, `unknown-option`
 */
export const shearY = (image: Image, magnitude: number, options: SampleOptions = {}): Image =>
  slanted(image, magnitude, options, (degrees) => [0, degrees]);
