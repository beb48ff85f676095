// Pairs of images and their labels as one.
import { shown } from "../runtime/diagnostics.ts";
import { checkExtent, checkNumber, checkSettings, isNumbers } from "./checks.ts";
import { badBatch } from "./diagnostics.ts";
import { beta } from "./distributions.ts";
import { checkImage, type Image, imageOf } from "./image.ts";
import { drawFrom, type Seed } from "./random.ts";
import { fround, roundEven } from "./round.ts";

/** Images of one size and what they show. */
export interface ImageBatch {
  readonly images: readonly Image[];
  /** For each image its class, or the probabilities of all classes. */
  readonly labels: ArrayLike<number> | readonly ArrayLike<number>[];
  /** How many classes there are, where labels are classes. */
  readonly classes?: number | undefined;
}

/** Images and the probabilities of their classes after a mixture. */
export interface MixedBatch {
  readonly images: readonly Image[];
  /** For each image the probabilities of all classes. */
  readonly labels: readonly Float32Array[];
  /** The share of an image in its mixture; the rest is the one before it, for the first the last. */
  readonly lambda: number;
}

/** Settings of `mixup` and `cutmix`. */
export interface MixOptions {
  /** Shares are drawn from Beta(alpha, alpha): all alike for 1, close to 0 and 1 for less (default: 1). */
  readonly alpha?: number | undefined;
  /** A batch is mixed the same way for one seed, such as `[seed, epoch, batch]`. */
  readonly seed: Seed;
}

/** Probabilities of classes of each image. @throws GradcError `bad-batch` */
function probabilities({ images, labels, classes }: ImageBatch): Float32Array[] {
  if (classes !== undefined) checkExtent("classes", classes);
  const given = Array.from<number | ArrayLike<number>>((labels ?? []) as ArrayLike<number | ArrayLike<number>>);
  if (given.length !== images.length) throw badBatch(`it has ${images.length} images and ${given.length} labels`);
  const rows = given.map((label, row) => {
    if (isNumbers(label)) return Float32Array.from(label);
    if (typeof label !== "number") throw badBatch(`label ${row} is ${shown(label)}, expected a class or the probabilities of all classes`);
    if (classes === undefined) throw badBatch("its labels are classes, and it does not say how many classes there are");
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) throw badBatch(`label ${row} is ${label}, expected a class below ${classes}`);
    const probability = new Float32Array(classes);
    probability[label] = 1;
    return probability;
  });
  const other = rows.findIndex((row) => row.length !== rows[0]?.length);
  if (other >= 0) throw badBatch(`label ${other} has ${rows[other]?.length} classes, the first ${rows[0]?.length}`);
  return rows;
}

/** @throws GradcError `bad-image`, `bad-batch` */
function checkBatch(batch: ImageBatch): void {
  const { images } = Object(batch) as ImageBatch;
  if (!Array.isArray(images) || images.length === 0) throw badBatch("it has no images");
  images.forEach(checkImage);
  const sizeOf = ({ height, width, channels }: Image) => `${height} x ${width} x ${channels}`;
  const [first] = images as readonly Image[];
  const other = images.findIndex((image) => sizeOf(image) !== sizeOf(first as Image));
  if (other >= 0) throw badBatch(`image ${other} is ${sizeOf(images[other])}, the first ${sizeOf(first as Image)}`);
}

const before = <T>(list: readonly T[], row: number): T => list[(row || list.length) - 1] as T;

const blend = (a: number, b: number, lambda: number): number => fround(fround(a * fround(lambda)) + fround(b * fround(1 - lambda)));

const mixedLabels = (rows: readonly Float32Array[], lambda: number): Float32Array[] =>
  rows.map((row, at) => row.map((probability, label) => blend(probability, before(rows, at)[label] as number, lambda)));

/** The share that is drawn, and what the rest is drawn from. */
function share(stream: "mixup" | "cutmix", batch: ImageBatch, options: MixOptions) {
  checkBatch(batch);
  checkSettings(options, { alpha: "number", seed: "number or Array" });
  const draw = drawFrom(stream, options?.seed);
  const { alpha = 1 } = options;
  checkNumber("alpha", alpha, 1e-3, 1e6);
  return { draw, lambda: beta(alpha, draw) };
}

/**
 * Each image as the sum of itself and the one before it, levels rounded, and its label likewise: mixup (Zhang et al. 2018). Batches are shuffled as they
 * are, so that neighbours are a pair by chance.
 * @example mixup({ images, labels: [3, 0], classes: 10 }, { alpha: 0.2, seed: [seed, epoch, row] })
 * @throws GradcError `bad-image`, `bad-batch`, `bad-option`, `unknown-option`
 */
export function mixup(batch: ImageBatch, options: MixOptions): MixedBatch {
  const { lambda } = share("mixup", batch, options);
  const images = batch.images.map(({ data, width, height, channels }, row) => {
    const other = before(batch.images, row).data;
    const mixed = Uint8Array.from(data, (level, at) => roundEven(blend(level, other[at] as number, lambda)));
    return imageOf(mixed, width, height, channels);
  });
  return { images, labels: mixedLabels(probabilities(batch), lambda), lambda };
}

/** The part of a side that the other image takes: a length with its middle anywhere, so that some of it may lie outside. */
function taken(extent: number, middle: number, part: number): readonly [from: number, to: number] {
  const half = Math.trunc(0.5 * part * extent);
  return [Math.max(middle - half, 0), Math.min(middle + half, extent)];
}

/**
 * Each image with a rectangle of the one before it, in one place for all, and its label by the share of pixels: CutMix (Yun et al. 2019).
 * @example cutmix({ images, labels: [[0, 1], [1, 0]] }, { seed: [seed, epoch, row] })
 * @throws GradcError `bad-image`, `bad-batch`, `bad-option`, `unknown-option`
 */
export function cutmix(batch: ImageBatch, options: MixOptions): MixedBatch {
  const { draw, lambda: drawn } = share("cutmix", batch, options);
  const { width, height, channels } = batch.images[0] as Image;
  const part = Math.sqrt(1 - drawn);
  const [left, right] = taken(width, draw.below(width), part);
  const [top, bottom] = taken(height, draw.below(height), part);
  const images = batch.images.map(({ data }, row) => {
    const mixed = Uint8Array.from(data);
    const other = before(batch.images, row).data;
    for (let y = top; y < bottom; y++) {
      const [from, to] = [(y * width + left) * channels, (y * width + right) * channels];
      mixed.set(other.subarray(from, to), from);
    }
    return imageOf(mixed, width, height, channels);
  });
  const lambda = 1 - ((right - left) * (bottom - top)) / (width * height);
  return { images, labels: mixedLabels(probabilities(batch), lambda), lambda };
}
