// "gradc/augment": images and rows of tables, changed at random. Nothing of Node is imported, so that it bundles for a browser.
export { GradcError } from "../runtime/error.ts";
export { affine, type RotateOptions, rotate, type SampleOptions, shearX, shearY, translate } from "./affine.ts";
export { adjustHue, adjustSaturation, grayscale } from "./colour.ts";
export { type CutoutOptions, centerCrop, crop, cutout, erase, hflip, vflip } from "./crop.ts";
export { adjustSharpness, type BlurOptions, gaussianBlur } from "./filter.ts";
export { normalize, toFloat } from "./floats.ts";
export type { Image } from "./image.ts";
export { adjustBrightness, adjustContrast, adjustGamma, autocontrast, equalize, invert, posterize, solarize } from "./levels.ts";
export { cutmix, type ImageBatch, type MixedBatch, type MixOptions, mixup } from "./mix.ts";
export { apply, type OpName } from "./ops.ts";
export { type PadOptions, pad } from "./pad.ts";
export { type PolicyName, type PolicyStep, policies, type SubPolicy } from "./policies.ts";
export {
  type AutoAugmentOptions,
  autoAugment,
  type DrawnOptions,
  type RandAugmentOptions,
  randAugment,
  type TrivialAugmentOptions,
  trivialAugmentWide,
} from "./policy.ts";
export { randomNumbers, type Seed } from "./random.ts";
export { type ResizeOptions, resize } from "./resize.ts";
export type { Interpolation } from "./sample.ts";
export { magnitudes, type SpaceName, signedOps } from "./spaces.ts";
export { type FeatureDropoutOptions, featureDropout, type NoiseOptions, tabularNoise } from "./tabular.ts";
