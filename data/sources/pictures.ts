// PNG and JPEG files as pictures of 8 bits.
import { GradcError } from "../../runtime/error.ts";
import { badFile, noPackage } from "../dataset/diagnostics.ts";

/** A picture, as `gradc/augment` takes it: rows of pixels, each with its channels one after the other. */
export interface Picture {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** 1 grey, 3 red, green and blue. */
  readonly channels: 1 | 3;
}

/** Pixels of so many channels, of which the last of 2 or 4 is how opaque they are. */
interface Pixels {
  readonly data: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** What decodes pictures; loaded when the first of its kind is read. */
export type Decode = (bytes: Uint8Array, file: string) => Promise<Pixels>;

/** Grey values of 1, 2 or 4 bits, in rows of whole bytes, as 8 bits. */
function unpacked(data: ArrayLike<number>, width: number, height: number, depth: number): Uint8Array {
  const out = new Uint8Array(width * height);
  const rowBytes = Math.ceil((width * depth) / 8);
  const most = 2 ** depth - 1;
  for (let at = 0; at < out.length; at++) {
    const bit = (at % width) * depth;
    const byte = data[Math.floor(at / width) * rowBytes + (bit >> 3)] as number;
    out[at] = (((byte >> (8 - depth - (bit & 7))) & most) * 255) / most;
  }
  return out;
}

/** Samples of 1 to 16 bits as 8 bits. */
function bytesOf({ data, width, height }: Omit<Pixels, "channels">, depth: number): Uint8Array {
  if (depth < 8) return unpacked(data, width, height, depth);
  return data instanceof Uint8Array ? data : Uint8Array.from(data, (sample) => (depth === 16 ? sample >> 8 : sample));
}

/** The pixels of a PNG file whose sums are right. @throws Error for what is none */
export async function pixelsOfPng(bytes: Uint8Array): Promise<Pixels> {
  const { convertIndexedToRgb, decode } = await import("fast-png");
  const png = decode(bytes, { checkCrc: true });
  const { width, height, channels, depth, palette } = png;
  if (!palette) return { data: bytesOf(png, depth), width, height, channels };
  return { data: convertIndexedToRgb(png), width, height, channels: palette[0]?.length ?? 3 };
}

const decodePng: Decode = (bytes, file) =>
  pixelsOfPng(bytes).catch((cause: Error) => {
    // What a broken file says of its size is no message for its reader.
    throw badFile("picture", cause instanceof RangeError ? "it is cut off, or its sizes are wrong" : cause.message, file);
  });

// A name that a bundler does not follow: a page has no such package.
const sharpName: string = "sharp";

/** The pixels of a JPEG file. @throws Error for what is none, GradcError `no-package` */
export async function pixelsOfJpeg(bytes: Uint8Array, file: string): Promise<Pixels> {
  const { default: sharp } = await import(/* @vite-ignore */ /* webpackIgnore: true */ sharpName).catch(() => {
    throw noPackage(sharpName, "A JPEG file", file);
  });
  const image = sharp(bytes);
  // It gives grey pictures three channels unless it is told.
  const { channels } = await image.metadata();
  const { data, info } = await image
    .toColourspace(channels < 3 ? "b-w" : "srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data: new Uint8Array(data), width: info.width, height: info.height, channels: info.channels };
}

const decodeJpeg: Decode = (bytes, file) =>
  pixelsOfJpeg(bytes, file).catch((cause: Error) => {
    throw cause instanceof GradcError ? cause : badFile("picture", cause.message, file);
  });

const decoders: Readonly<Record<string, Decode>> = { png: decodePng, jpg: decodeJpeg, jpeg: decodeJpeg };

const extensionOf = (file: string): string => file.slice(file.lastIndexOf(".") + 1).toLowerCase();

export const isPicture = (file: string): boolean => Object.hasOwn(decoders, extensionOf(file));

// Parts of 65536 (ITU-R 601), as Pillow has them.
const [red, green, blue] = [19595, 38470, 7471];

/** The pixels with so many channels; how opaque they are is left out. */
export function withChannels({ data, width, height, channels }: Pixels, wanted: 1 | 3): Picture {
  const pixels = width * height;
  if (channels === wanted && data instanceof Uint8Array) return { data, width, height, channels: wanted };
  const isGrey = channels < 3;
  const out = new Uint8Array(pixels * wanted);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const at = pixel * channels;
    const sample = (channel: number) => data[isGrey ? at : at + channel] as number;
    if (wanted === 1) out[pixel] = isGrey ? sample(0) : (sample(0) * red + sample(1) * green + sample(2) * blue + 0x8000) >> 16;
    else for (let channel = 0; channel < 3; channel++) out[pixel * 3 + channel] = sample(channel);
  }
  return { data: out, width, height, channels: wanted };
}

/** The pixels without how opaque they are. */
export const opaque = (pixels: Pixels): Picture => withChannels(pixels, pixels.channels < 3 ? 1 : 3);

/** The picture in a file; grey or in colours as the file is, unless `channels` is stated. @throws GradcError `bad-file`, `no-package` */
export async function decodePicture(bytes: Uint8Array, file: string, channels: 1 | 3 | undefined): Promise<Picture> {
  const pixels = await (decoders[extensionOf(file)] as Decode)(bytes, file);
  return channels ? withChannels(pixels, channels) : opaque(pixels);
}
