// A PNG of eight bits a channel (W3C, "Portable Network Graphics"), its rows as they are: blocks of deflate that are stored. A compressor would be
// larger than all else that a page loads for event files.
import { joined, viewed } from "./bytes.ts";
import { crc32 } from "./crc.ts";

/** Pixels in rows from the top, the channels of a pixel side by side: grey, grey and alpha, RGB, or RGBA. */
export interface Image {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** How a PNG calls pixels of 1, 2, 3 and 4 channels. */
const colorTypes = [0, 4, 2, 6];

const longestBlock = 0xffff;

/** The checksum of a zlib stream (RFC 1950). */
function adler32(content: Uint8Array): number {
  let [a, b] = [1, 0];
  for (const byte of content) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return b * 65536 + a;
}

const uint32 = (value: number): Uint8Array => viewed(4, (view) => view.setUint32(0, value));

/** A zlib stream of stored blocks. */
function stored(content: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0x78, 0x01)];
  for (let at = 0; at < content.length; at += longestBlock) {
    const block = content.subarray(at, at + longestBlock);
    const size = block.length;
    const isLast = Number(at + longestBlock >= content.length);
    parts.push(Uint8Array.of(isLast, size & 255, size >> 8, ~size & 255, (~size >> 8) & 255), block);
  }
  return joined([...parts, uint32(adler32(content))]);
}

function chunk(name: string, content: Uint8Array): Uint8Array {
  const type = new TextEncoder().encode(name);
  return joined([uint32(content.length), type, content, uint32(crc32(type, content))]);
}

/** Each row with the number of its filter before it, which is none. */
function rowsOf({ data, width, height, channels }: Image): Uint8Array {
  const length = width * channels;
  const rows = new Uint8Array(height * (length + 1));
  for (let row = 0; row < height; row++) rows.set(data.subarray(row * length, (row + 1) * length), row * (length + 1) + 1);
  return rows;
}

/** The file of an image that has as many bytes as its extents say. */
export function pngOf(image: Image): Uint8Array {
  const head = joined([uint32(image.width), uint32(image.height), Uint8Array.of(8, colorTypes[image.channels - 1] as number, 0, 0, 0)]);
  const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  return joined([signature, chunk("IHDR", head), chunk("IDAT", stored(rowsOf(image))), chunk("IEND", new Uint8Array())]);
}
