// The images of the golden files; `test/golden/torchvision/images.py` makes the same ones.
import type { Image } from "../../augment/index.ts";

type Level = (y: number, x: number, channel: number, random: number) => number;

/** An image of these levels; `random` is a byte of a linear congruential generator. */
export function imageFrom(height: number, width: number, channels: number, levelOf: Level): Image {
  let state = 1;
  const data = Uint8Array.from({ length: height * width * channels }, (_, at) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const pixel = Math.floor(at / channels);
    return levelOf(Math.floor(pixel / width), pixel % width, at % channels, state >>> 24);
  });
  return { data, width, height, channels };
}

const quarter = (random: number): number => random >> 2;

export const images = {
  // Slopes that wrap around, with noise.
  colour: imageFrom(13, 17, 3, (y, x, c, r) => 9 * x + 14 * y + 60 * c + quarter(r)),
  // A bright disc.
  grey: imageFrom(28, 28, 1, (y, x, _, r) => ((x - 14) ** 2 + (y - 12) ** 2 < 60 ? 190 + quarter(r) : r >> 4)),
  // Few levels, and in one channel one.
  dim: imageFrom(9, 10, 3, (_y, _x, c, r) => (c === 2 ? 77 : 90 + (r >> 3))),
  alpha: imageFrom(11, 12, 4, (_y, _x, _c, r) => r),
  square: imageFrom(32, 32, 3, (y, x, c, r) => 5 * x + 3 * y * c + (r >> 1)),
} as const;
