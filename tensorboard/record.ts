// Records of TFRecord files (tensorflow/core/lib/io/record_writer.h): length, its checksum, the content, its checksum.
import { joined, viewed } from "./bytes.ts";
import { crc32c } from "./crc.ts";

/** A checksum that may itself lie in bytes that are checked: turned right by 15 bits, and shifted. */
const masked = (crc: number): number => (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;

const checked = (content: Uint8Array): Uint8Array[] => [content, viewed(4, (view) => view.setUint32(0, masked(crc32c(content)), true))];

/** The content as a record. */
export function recordOf(content: Uint8Array): Uint8Array<ArrayBuffer> {
  const length = viewed(8, (view) => view.setBigUint64(0, BigInt(content.length), true));
  return joined([...checked(length), ...checked(content)]);
}
