// The ops of AutoAugment and its successors by name: each takes a magnitude.
import { given } from "../runtime/record.ts";
import { rotate, type SampleOptions, sampleKinds, shearX, shearY, translate } from "./affine.ts";
import { checkNumber, checkSettings } from "./checks.ts";
import { adjustSaturation } from "./colour.ts";
import { unknownOp } from "./diagnostics.ts";
import { adjustSharpness } from "./filter.ts";
import { checkColours, copyOf, type Image } from "./image.ts";
import { adjustBrightness, adjustContrast, autocontrast, equalize, invert, posterize, solarize } from "./levels.ts";

type Op = (image: Image, magnitude: number, options: SampleOptions) => Image;

const ops = {
  Identity: copyOf,
  ShearX: shearX,
  ShearY: shearY,
  TranslateX: (image, magnitude, options) => translate(image, Math.trunc(magnitude), 0, options),
  TranslateY: (image, magnitude, options) => translate(image, 0, Math.trunc(magnitude), options),
  Rotate: rotate,
  Brightness: (image, magnitude) => adjustBrightness(image, 1 + magnitude),
  Color: (image, magnitude) => adjustSaturation(image, 1 + magnitude),
  Contrast: (image, magnitude) => adjustContrast(image, 1 + magnitude),
  Sharpness: (image, magnitude) => adjustSharpness(image, 1 + magnitude),
  Posterize: (image, magnitude) => posterize(image, Math.trunc(magnitude)),
  Solarize: solarize,
  AutoContrast: autocontrast,
  Equalize: equalize,
  Invert: invert,
} as const satisfies Record<string, Op>;

/** The name of an op of AutoAugment, RandAugment or TrivialAugment. */
export type OpName = keyof typeof ops;

/** What magnitudes an op takes; any where it is not named. */
const ranges: Partial<Record<OpName, readonly [least: number, most: number]>> = {
  Brightness: [-1, Number.POSITIVE_INFINITY],
  Color: [-1, Number.POSITIVE_INFINITY],
  Contrast: [-1, Number.POSITIVE_INFINITY],
  Sharpness: [-1, Number.POSITIVE_INFINITY],
  Posterize: [0, 8],
  Solarize: [0, 255],
};

/**
 * The grey or RGB image after one op: ShearX and ShearY by pixels a row or column, TranslateX and TranslateY by whole pixels, Rotate by degrees,
 * Brightness, Color, Contrast and Sharpness by a factor of `1 + magnitude`, Posterize to so many bits, Solarize from a level on; AutoContrast, Equalize,
 * Invert and Identity take no magnitude.
 * @example apply(image, "ShearX", -0.2, { fill: 128 })
 * @throws GradcError `bad-image`, `unknown-augmentation`, `bad-option`, `unknown-option`
 */
export function apply(image: Image, opName: OpName, magnitude = 0, options: SampleOptions = {}): Image {
  checkColours(image);
  const op: Op | undefined = given(ops, opName);
  if (!op) throw unknownOp(opName, Object.keys(ops));
  checkNumber(`magnitude of ${opName}`, magnitude, ...(ranges[opName] ?? []));
  checkSettings(options, sampleKinds);
  return op(image, magnitude, options);
}
