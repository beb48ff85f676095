// What TensorBoard shows, as fields of `Summary.Value` (tensorflow/core/framework/summary.proto), in the form that PyTorch's writer gives them. Each
// names the part of TensorBoard that shows it.
import { joined } from "./bytes.ts";
import type { Histogram } from "./histogram.ts";
import { type Image, pngOf } from "./png.ts";
import { bytes, double, doubles, float, message, text, whole } from "./protobuf.ts";

type Plugin = "scalars" | "histograms" | "images" | "text" | "hparams";

/** The part of TensorBoard that shows a value, and what it alone understands. */
export const metadata = (plugin: Plugin, ...content: readonly Uint8Array[]): Uint8Array =>
  message(9, message(1, text(1, plugin), ...content.map((each) => bytes(2, each))));

/** A summary of one value. */
export const summaryOf = (tag: string, ...fields: readonly Uint8Array[]): Uint8Array => message(5, message(1, text(1, tag), ...fields));

export const scalarOf = (tag: string, value: number): Uint8Array => summaryOf(tag, float(2, value), metadata("scalars"));

export function histogramFields({ min, max, count, sum, squares, limits, counts }: Histogram): Uint8Array {
  const moments = [min, max, count, sum, squares].map((value, i) => double(i + 1, value));
  return joined([message(5, ...moments, doubles(6, limits), doubles(7, counts)), metadata("histograms")]);
}

export const imageFields = (image: Image): Uint8Array =>
  joined([message(4, whole(1, image.height), whole(2, image.width), whole(3, image.channels), bytes(4, pngOf(image))), metadata("images")]);

const stringType = 7;

/** A list of one string; TensorBoard reads Markdown. */
export const textFields = (content: string): Uint8Array =>
  joined([message(8, whole(1, stringType), message(2, message(2, whole(1, 1))), text(8, content)), metadata("text")]);
