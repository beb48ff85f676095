// PNG and JPEG files as images of grey or RGB levels, and images as PNG files.
import type { Image } from "../../../augment/index.ts";
import { notAnImage } from "../../../compiler/diagnostics/commands.ts";
import { opaque, pixelsOfJpeg, pixelsOfPng } from "../../../data/sources/pictures.ts";
import { GradcError } from "../../../runtime/error.ts";
import { readBytes } from "../files/read.ts";

const load = () => import("fast-png");

const isJpeg = ([first, second, third]: Uint8Array): boolean => first === 0xff && second === 0xd8 && third === 0xff;

/** The image in a PNG file without its alpha channel, 16 bits as 8, or in a JPEG file. @throws GradcError `cannot-read`, `not-an-image`, `no-package` */
export async function readImage(path: string): Promise<Image> {
  const bytes = await readBytes(path);
  const isPng = (await load()).hasPngSignature(bytes);
  if (!isPng && !isJpeg(bytes)) throw notAnImage(path, "it is no PNG and no JPEG file");
  try {
    return opaque(await (isPng ? pixelsOfPng(bytes) : pixelsOfJpeg(bytes, path)));
  } catch (error) {
    throw error instanceof GradcError ? error : notAnImage(path, (error as Error).message, error);
  }
}

/** The bytes of a PNG file. */
export const writePng = async (image: Image): Promise<Uint8Array> => (await load()).encode(image);
