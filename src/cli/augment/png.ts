// PNG files as images of grey or RGB levels, and images as PNG files.
import type { DecodedPng } from "fast-png";
import type { Image } from "../../../augment/index.ts";
import { notAnImage } from "../../../compiler/diagnostics/commands.ts";
import { readBytes } from "../files/read.ts";

const load = () => import("fast-png");

/** The levels of a file whose pixels are numbers of colours, or of fewer than 8 bits: those are numbers of greys. */
async function unpacked({ palette, depth, ...png }: DecodedPng): Promise<Uint8Array> {
  const shades = 2 ** depth;
  const greys = Array.from({ length: shades }, (_, level) => Array(3).fill((255 * level) / (shades - 1)));
  return (await load()).convertIndexedToRgb({ ...png, depth, palette: palette ?? greys });
}

async function levelsOf(png: DecodedPng): Promise<{ readonly data: Uint8Array; readonly channels: number }> {
  if (png.palette || png.depth < 8) {
    const data = await unpacked(png);
    return { data, channels: data.length / (png.width * png.height) };
  }
  const data = png.depth === 16 ? Uint8Array.from(png.data, (level) => level >> 8) : Uint8Array.from(png.data);
  return { data, channels: png.channels };
}

/** The image in a PNG file without its alpha channel, 16 bits as 8. @throws GradcError `cannot-read`, `not-an-image` */
export async function readPng(path: string): Promise<Image> {
  const bytes = await readBytes(path);
  const { decode, hasPngSignature } = await load();
  if (!hasPngSignature(bytes)) throw notAnImage(path, "it is no PNG file");
  try {
    const png = decode(bytes, { checkCrc: true });
    const { data, channels } = await levelsOf(png);
    const colours = channels < 3 ? 1 : 3;
    const { width, height } = png;
    const opaque = channels === colours ? data : data.filter((_, at) => at % channels < colours);
    return { data: opaque, width, height, channels: colours };
  } catch (error) {
    throw notAnImage(path, (error as Error).message, error);
  }
}

/** The bytes of a PNG file. */
export const writePng = async (image: Image): Promise<Uint8Array> => (await load()).encode(image);
