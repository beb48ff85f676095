// What mixes the channels of a pixel.
import { checkNumber } from "./checks.ts";
import { checkColours, copyOf, type Image, imageOf } from "./image.ts";
import { blended, fround } from "./round.ts";

const [red, green, blue] = [fround(0.2989), fround(0.587), fround(0.114)];

/** The level of grey that a colour is (the luma of Rec. 601), its fraction cut off. */
export const greyOf = (r: number, g: number, b: number): number => Math.trunc(fround(fround(fround(red * r) + fround(green * g)) + fround(blue * b)));

/** The grey image of one channel: `0.2989 R + 0.587 G + 0.114 B`; grey or RGB. @throws GradcError `bad-image` */
export function grayscale(image: Image): Image {
  checkColours(image);
  const { data, width, height, channels } = image;
  if (channels === 1) return copyOf(image);
  const result = new Uint8Array(width * height);
  for (let at = 0; at < result.length; at++) result[at] = greyOf(data[3 * at] as number, data[3 * at + 1] as number, data[3 * at + 2] as number);
  return imageOf(result, width, height, 1);
}

/** Each colour `factor` times as far from its grey, from 0 for a grey image over 1 for the image on; a grey image is as it was. @throws GradcError `bad-image`, `bad-option` */
export function adjustSaturation(image: Image, factor: number): Image {
  checkColours(image);
  checkNumber("factor", factor, 0);
  const { data, width, height, channels } = image;
  if (channels === 1) return copyOf(image);
  const blend = blended(factor);
  const result = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at += 3) {
    const r = data[at] as number;
    const g = data[at + 1] as number;
    const b = data[at + 2] as number;
    const grey = greyOf(r, g, b);
    result[at] = blend(r, grey);
    result[at + 1] = blend(g, grey);
    result[at + 2] = blend(b, grey);
  }
  return imageOf(result, width, height, 3);
}

/** The hue of a colour of which the channels are in [0, 1], from 0 to 1 around the circle. */
function hueOf(r: number, g: number, b: number, most: number, chroma: number): number {
  const divisor = chroma === 0 ? 1 : chroma;
  const fromR = fround(fround(most - r) / divisor);
  const fromG = fround(fround(most - g) / divisor);
  const fromB = fround(fround(most - b) / divisor);
  const sixth = most === r ? fround(fromB - fromG) : most === g ? fround(fround(2 + fromR) - fromB) : fround(fround(4 + fromG) - fromR);
  return fround(fround(fround(sixth / 6) + 1) % 1);
}

const unit = (x: number): number => Math.min(Math.max(fround(x), 0), 1);

/** Which of `v, p, q, t` the channels are in each sixth of the circle. */
const sectors = [
  [0, 3, 1],
  [2, 0, 1],
  [1, 0, 3],
  [1, 2, 0],
  [3, 1, 0],
  [0, 1, 2],
] as const;

/**
 * Each colour turned by `factor`, from -½ to ½, of the circle of hues; a grey image is as it was.
 * @example adjustHue(image, -0.1)
 * @throws GradcError `bad-image`, `bad-option`
 */
export function adjustHue(image: Image, factor: number): Image {
  checkColours(image);
  checkNumber("factor", factor, -0.5, 0.5);
  const { data, width, height, channels } = image;
  if (channels === 1) return copyOf(image);
  const turn = fround(factor);
  const result = new Uint8Array(data.length);
  const parts = new Float64Array(4);
  for (let at = 0; at < data.length; at += 3) {
    const r = fround((data[at] as number) / 255);
    const g = fround((data[at + 1] as number) / 255);
    const b = fround((data[at + 2] as number) / 255);
    const v = Math.max(r, g, b);
    const chroma = fround(v - Math.min(r, g, b));
    const s = fround(chroma / (chroma === 0 ? 1 : v));
    const turned = fround(fround(hueOf(r, g, b, v, chroma) + turn) % 1);
    const sixths = fround((turned < 0 ? fround(turned + 1) : turned) * 6);
    const sector = Math.floor(sixths);
    const f = fround(sixths - sector);
    parts[0] = v;
    parts[1] = unit(v * fround(1 - s));
    parts[2] = unit(v * fround(1 - fround(s * f)));
    parts[3] = unit(v * fround(1 - fround(s * fround(1 - f))));
    const places = sectors[sector % 6] as (typeof sectors)[number];
    for (let channel = 0; channel < 3; channel++) result[at + channel] = fround((parts[places[channel] as number] as number) * 255);
  }
  return imageOf(result, width, height, 3);
}
