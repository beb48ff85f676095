import type { Image } from "../../../augment/index.ts";

const size = 64;

/** The colour of a picture with a sky, a sun, a hill and a fence: what is turned, slanted or dimmed is seen to be. */
function colourAt(x: number, y: number): readonly [number, number, number] {
  if ((x - 46) ** 2 + (y - 16) ** 2 < 90) return [250, 210, 60];
  const hill = 40 + 8 * Math.sin(x / 10);
  if (y > 44 && y < 58 && (x % 12 < 4 || (y > 48 && y < 52))) return [150, 90, 50];
  return y > hill ? [60 + y, 130 + (x % 5), 60] : [90 + y, 150 + y, 235];
}

/** A test picture, for those who have none at hand. */
export function testPicture(): Image {
  const colours = Array.from({ length: size * size }, (_, at) => colourAt(at % size, Math.floor(at / size)));
  return { data: Uint8Array.from(colours.flat()), width: size, height: size, channels: 3 };
}
