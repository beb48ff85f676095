// Ops that are drawn: AutoAugment, RandAugment and TrivialAugment.
import { checkWhole } from "../runtime/whole.ts";
import { type SampleOptions, sampleKinds } from "./affine.ts";
import { checkSettings } from "./checks.ts";
import { checkColours, copyOf, type Image } from "./image.ts";
import { apply, type OpName } from "./ops.ts";
import { type PolicyName, policies, type SubPolicy } from "./policies.ts";
import { type Draw, drawFrom, type Seed } from "./random.ts";
import { type Magnitudes, signedOps, spaceOf } from "./spaces.ts";

/** What all of them take. */
export interface DrawnOptions extends SampleOptions {
  /** One image is augmented the same way for one seed, such as `[seed, epoch, row]`. */
  readonly seed: Seed;
}

/** Settings of `autoAugment`. */
export interface AutoAugmentOptions extends DrawnOptions {
  /** The data that the sub-policies were found on (default: "imagenet"). */
  readonly policy?: PolicyName | undefined;
}

/** Settings of `randAugment`. */
export interface RandAugmentOptions extends DrawnOptions {
  /** How many ops are applied (default: 2). */
  readonly numOps?: number | undefined;
  /** Which magnitude all of them have, from 0 (default: 9). */
  readonly magnitude?: number | undefined;
  /** How many magnitudes there are (default: 31). */
  readonly numMagnitudeBins?: number | undefined;
}

/** Settings of `trivialAugmentWide`. */
export interface TrivialAugmentOptions extends DrawnOptions {
  /** How many magnitudes there are (default: 31). */
  readonly numMagnitudeBins?: number | undefined;
}

const drawnKinds = { ...sampleKinds, seed: "number or Array" } as const;

const sampling = ({ interpolation, fill }: SampleOptions): SampleOptions => ({ interpolation, fill });

/** The numbers that the steps of one sub-policy are drawn with. */
export const drawSteps = (seed: Seed): Draw => drawFrom("autoAugment", seed);

/** The image after the ops of a sub-policy, each by its probability and with a sign that is drawn. */
export function applySteps(image: Image, steps: SubPolicy, draw: Draw, options: SampleOptions): Image {
  const strengths = spaceOf("autoAugment", image.height, image.width);
  const result = steps.reduce((before, [op, probability, bin]) => {
    const [chance, sign] = [draw.next(), draw.below(2)];
    if (chance > probability) return before;
    const magnitude = bin === null ? 0 : (strengths.get(op)?.()[bin] as number);
    return apply(before, op, sign === 0 && signedOps.has(op) ? -magnitude : magnitude, options);
  }, image);
  return result === image ? copyOf(image) : result;
}

/**
 * The grey or RGB image after one of the 25 sub-policies of AutoAugment (Cubuk et al. 2019), each of its two ops by its probability, with a sign that
 * is drawn.
 * @example autoAugment(image, { policy: "cifar10", seed: [seed, epoch, row] })
 * @throws GradcError `bad-image`, `bad-option`, `unknown-option`
 */
export function autoAugment(image: Image, options: AutoAugmentOptions): Image {
  checkColours(image);
  checkSettings(options, { ...drawnKinds, policy: Object.keys(policies).join(" or ") });
  const draw = drawSteps(options?.seed);
  const { policy = "imagenet" } = options;
  const table: readonly SubPolicy[] = policies[policy];
  return applySteps(image, table[draw.below(table.length)] as SubPolicy, draw, sampling(options));
}

/** One op of a space, `binOf` its magnitudes. */
function drawOp(image: Image, draw: Draw, strengths: Magnitudes, binOf: (count: number) => number, options: SampleOptions): Image {
  const [op, valuesOf] = [...strengths][draw.below(strengths.size)] as [OpName, () => readonly number[]];
  const values = valuesOf();
  const magnitude = values[values.length > 1 ? binOf(values.length) : 0] as number;
  return apply(image, op, signedOps.has(op) && draw.below(2) === 1 ? -magnitude : magnitude, options);
}

/**
 * The grey or RGB image after `numOps` ops that are drawn, all with one magnitude and a sign that is drawn: RandAugment (Cubuk et al. 2020).
 * @example randAugment(image, { numOps: 2, magnitude: 9, seed: [seed, epoch, row] })
 * @throws GradcError `bad-image`, `bad-option`, `unknown-option`
 */
export function randAugment(image: Image, options: RandAugmentOptions): Image {
  checkColours(image);
  checkSettings(options, { ...drawnKinds, numOps: "a whole number", magnitude: "a whole number", numMagnitudeBins: "a whole number" });
  const draw = drawFrom("randAugment", options?.seed);
  const { numOps = 2, magnitude = 9, numMagnitudeBins = 31 } = options;
  const strengths = spaceOf("randAugment", image.height, image.width, numMagnitudeBins);
  checkWhole("numOps", numOps, 0, 1000);
  checkWhole("magnitude", magnitude, 0, numMagnitudeBins - 1);
  let result = image;
  for (let count = 0; count < numOps; count++) result = drawOp(result, draw, strengths, () => magnitude, sampling(options));
  return result === image ? copyOf(image) : result;
}

/**
 * The grey or RGB image after one op with a magnitude and a sign, all of them drawn: the wide space of TrivialAugment (Müller and Hutter 2021).
 * @example trivialAugmentWide(image, { seed: [seed, epoch, row] })
 * @throws GradcError `bad-image`, `bad-option`, `unknown-option`
 */
export function trivialAugmentWide(image: Image, options: TrivialAugmentOptions): Image {
  checkColours(image);
  checkSettings(options, { ...drawnKinds, numMagnitudeBins: "a whole number" });
  const draw = drawFrom("trivialAugmentWide", options?.seed);
  const strengths = spaceOf("trivialAugmentWide", image.height, image.width, options.numMagnitudeBins);
  return drawOp(image, draw, strengths, draw.below, sampling(options));
}
