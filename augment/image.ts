// Images as they are taken and given, and what is asked of them.
import { badOption, shown, tagOf } from "../runtime/diagnostics.ts";
import { badImage } from "./diagnostics.ts";

/**
 * Pixels in rows from the top left corner, the channels of a pixel one after the other: 1 for grey, 3 for red, green and blue. What moves pixels or
 * blurs takes any number, alpha as one more; what changes colours takes 1 or 3.
 */
export interface Image {
  /** `height · width · channels` levels from 0 to 255. */
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

const kindOf = (data: unknown): string => (data === undefined ? "nothing" : tagOf(data));

const isExtent = (extent: unknown): boolean => Number.isSafeInteger(extent) && (extent as number) > 0;

/** Refuses what is no image of that size. @throws GradcError `bad-image` */
export function checkImage(image: Image): void {
  const { data, width, height, channels } = Object(image) as Image;
  if (!(data instanceof Uint8Array || data instanceof Uint8ClampedArray)) throw badImage("data", kindOf(data), "a Uint8Array or a Uint8ClampedArray");
  for (const [name, extent] of Object.entries({ width, height, channels }))
    if (!isExtent(extent))
      throw badImage(name, shown(extent), name === "channels" ? "1 for grey, 3 for colours, 4 with alpha" : "a whole number from 1");
  const length = width * height * channels;
  if (data.length !== length) throw badImage("data", `${data.length} levels`, `${length}: height ${height}, width ${width}, channels ${channels}`);
}

/** Refuses what is no image of levels of light alone: an alpha channel is none. @throws GradcError `bad-image` */
export function checkColours(image: Image): void {
  checkImage(image);
  if (image.channels !== 1 && image.channels !== 3) throw badImage("channels", shown(image.channels), "1 for grey or 3 for colours, without alpha");
}

const mostLevels = 2 ** 31;

/** The levels of an image that is to be made, all 0. @throws GradcError `bad-option` where they are more than an array is sure to hold */
export function levelsFor(width: number, height: number, channels: number): Uint8Array {
  const length = width * height * channels;
  if (length > mostLevels) throw badOption("size", `${height} x ${width} x ${channels}`, `at most ${mostLevels} levels`);
  return new Uint8Array(length);
}

/** An image of these levels. */
export const imageOf = (data: Uint8Array, width: number, height: number, channels: number): Image => ({ data, width, height, channels });

/** The same pixels in an array of their own. */
export const copyOf = ({ data, width, height, channels }: Image): Image => imageOf(Uint8Array.from(data), width, height, channels);
