// Images made of the rows and columns of another: flips, crops, borders, and sizes by the nearest pixel.
import { type Image, imageOf, levelsFor } from "./image.ts";

/** No row and no column: there is `fill`. */
export const outside = -1;

/** The image whose pixel [y, x] is [rows[y], columns[x]] of `image`, or `fill` where either is outside. */
export function gather(image: Image, rows: Int32Array, columns: Int32Array, fill?: readonly number[]): Image {
  const { data, width, channels } = image;
  const result = levelsFor(columns.length, rows.length, channels);
  let at = 0;
  for (let y = 0; y < rows.length; y++) {
    const row = rows[y] as number;
    for (let x = 0; x < columns.length; x++) {
      const column = columns[x] as number;
      if (row >= 0 && column >= 0) {
        const from = (row * width + column) * channels;
        for (let channel = 0; channel < channels; channel++) result[at + channel] = data[from + channel] as number;
      } else if (fill) for (let channel = 0; channel < channels; channel++) result[at + channel] = fill[channel] as number;
      at += channels;
    }
  }
  return imageOf(result, columns.length, rows.length, channels);
}

/** `indexOf(0)` to `indexOf(length - 1)`. */
export function indices(length: number, indexOf: (at: number) => number): Int32Array {
  const result = new Int32Array(length);
  for (let at = 0; at < length; at++) result[at] = indexOf(at);
  return result;
}

/** All of `length` in order. */
export const inOrder = (length: number): Int32Array => indices(length, (at) => at);
