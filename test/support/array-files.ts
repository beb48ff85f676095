// Files of arrays, made by hand.

/** The characters of a text, a byte each. */
export const ascii = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(text, (char) => char.charCodeAt(0));

/** A .npy file of that header and these bytes. */
export function npy(descr: string, shape: string, data: Uint8Array = new Uint8Array()): Uint8Array<ArrayBuffer> {
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }\n`;
  return Uint8Array.of(...ascii("\x93NUMPY\x01\x00"), header.length, 0, ...ascii(header), ...data);
}

/** A .npy file of numbers, as the array has them. */
export function npyOf(shape: readonly number[], values: Uint8Array | Float32Array | Float64Array): Uint8Array<ArrayBuffer> {
  const descr = values instanceof Uint8Array ? "|u1" : `<f${values.BYTES_PER_ELEMENT}`;
  return npy(descr, `(${shape.join(", ")},)`, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}

/** An IDX file of bytes. */
export const idx = (shape: readonly number[], values: readonly number[]): Uint8Array =>
  Uint8Array.from([0, 0, 8, shape.length, ...shape.flatMap((extent) => [0, 0, extent >> 8, extent & 255]), ...values]);
