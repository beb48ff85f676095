// Cyclic redundancy checks of 32 bits with reflected polynomials (Koopman, 2002; RFC 3720, appendix B).

/** The remainder of each byte by a polynomial, lowest bit first. */
const tableOf = (polynomial: number): Uint32Array =>
  Uint32Array.from({ length: 256 }, (_, byte) => {
    for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? (byte >>> 1) ^ polynomial : byte >>> 1;
    return byte;
  });

/** The checksum of bytes in parts, by a polynomial. */
function checksum(polynomial: number) {
  let table: Uint32Array | undefined;
  return (...parts: readonly Uint8Array[]): number => {
    table ??= tableOf(polynomial);
    let crc = -1;
    for (const part of parts) for (const byte of part) crc = (table[(crc ^ byte) & 255] as number) ^ (crc >>> 8);
    return ~crc >>> 0;
  };
}

/** That of PNG and zip. */
export const crc32 = checksum(0xedb88320);

/** Castagnoli's, that of records. */
export const crc32c = checksum(0x82f63b78);
