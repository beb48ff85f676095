// PNG files as images of grey or RGB levels, and images as PNG files.
import type { Image } from "../../../augment/index.ts";
import { notAnImage } from "../../../compiler/diagnostics/commands.ts";
import { opaque, pixelsOfPng } from "../../../data/sources/pictures.ts";
import { readBytes } from "../files/read.ts";

const load = () => import("fast-png");

/** The image in a PNG file without its alpha channel, 16 bits as 8. @throws GradcError `cannot-read`, `not-an-image` */
export async function readPng(path: string): Promise<Image> {
  const bytes = await readBytes(path);
  if (!(await load()).hasPngSignature(bytes)) throw notAnImage(path, "it is no PNG file");
  try {
    return opaque(await pixelsOfPng(bytes));
  } catch (error) {
    throw notAnImage(path, (error as Error).message, error);
  }
}

/** The bytes of a PNG file. */
export const writePng = async (image: Image): Promise<Uint8Array> => (await load()).encode(image);
