// The sub-policies that AutoAugment found (Cubuk et al. 2019), as torchvision has them.
import type { OpName } from "./ops.ts";

/** An op, the probability that it is applied, and which of its magnitudes; null where it has none. */
export type PolicyStep = readonly [op: OpName, probability: number, bin: number | null];

/** Ops that are applied one after the other. */
export type SubPolicy = readonly [PolicyStep, PolicyStep];

const pair = (first: PolicyStep, second: PolicyStep): SubPolicy => [first, second];

/**
 * The tables of AutoAugment by the data that they were found on: 25 sub-policies each.
 * @example policies.cifar10[1]
 */
export const policies = {
  imagenet: [
    pair(["Posterize", 0.4, 8], ["Rotate", 0.6, 9]),
    pair(["Solarize", 0.6, 5], ["AutoContrast", 0.6, null]),
    pair(["Equalize", 0.8, null], ["Equalize", 0.6, null]),
    pair(["Posterize", 0.6, 7], ["Posterize", 0.6, 6]),
    pair(["Equalize", 0.4, null], ["Solarize", 0.2, 4]),
    pair(["Equalize", 0.4, null], ["Rotate", 0.8, 8]),
    pair(["Solarize", 0.6, 3], ["Equalize", 0.6, null]),
    pair(["Posterize", 0.8, 5], ["Equalize", 1, null]),
    pair(["Rotate", 0.2, 3], ["Solarize", 0.6, 8]),
    pair(["Equalize", 0.6, null], ["Posterize", 0.4, 6]),
    pair(["Rotate", 0.8, 8], ["Color", 0.4, 0]),
    pair(["Rotate", 0.4, 9], ["Equalize", 0.6, null]),
    pair(["Equalize", 0, null], ["Equalize", 0.8, null]),
    pair(["Invert", 0.6, null], ["Equalize", 1, null]),
    pair(["Color", 0.6, 4], ["Contrast", 1, 8]),
    pair(["Rotate", 0.8, 8], ["Color", 1, 2]),
    pair(["Color", 0.8, 8], ["Solarize", 0.8, 7]),
    pair(["Sharpness", 0.4, 7], ["Invert", 0.6, null]),
    pair(["ShearX", 0.6, 5], ["Equalize", 1, null]),
    pair(["Color", 0.4, 0], ["Equalize", 0.6, null]),
    pair(["Equalize", 0.4, null], ["Solarize", 0.2, 4]),
    pair(["Solarize", 0.6, 5], ["AutoContrast", 0.6, null]),
    pair(["Invert", 0.6, null], ["Equalize", 1, null]),
    pair(["Color", 0.6, 4], ["Contrast", 1, 8]),
    pair(["Equalize", 0.8, null], ["Equalize", 0.6, null]),
  ],
  cifar10: [
    pair(["Invert", 0.1, null], ["Contrast", 0.2, 6]),
    pair(["Rotate", 0.7, 2], ["TranslateX", 0.3, 9]),
    pair(["Sharpness", 0.8, 1], ["Sharpness", 0.9, 3]),
    pair(["ShearY", 0.5, 8], ["TranslateY", 0.7, 9]),
    pair(["AutoContrast", 0.5, null], ["Equalize", 0.9, null]),
    pair(["ShearY", 0.2, 7], ["Posterize", 0.3, 7]),
    pair(["Color", 0.4, 3], ["Brightness", 0.6, 7]),
    pair(["Sharpness", 0.3, 9], ["Brightness", 0.7, 9]),
    pair(["Equalize", 0.6, null], ["Equalize", 0.5, null]),
    pair(["Contrast", 0.6, 7], ["Sharpness", 0.6, 5]),
    pair(["Color", 0.7, 7], ["TranslateX", 0.5, 8]),
    pair(["Equalize", 0.3, null], ["AutoContrast", 0.4, null]),
    pair(["TranslateY", 0.4, 3], ["Sharpness", 0.2, 6]),
    pair(["Brightness", 0.9, 6], ["Color", 0.2, 8]),
    pair(["Solarize", 0.5, 2], ["Invert", 0, null]),
    pair(["Equalize", 0.2, null], ["AutoContrast", 0.6, null]),
    pair(["Equalize", 0.2, null], ["Equalize", 0.6, null]),
    pair(["Color", 0.9, 9], ["Equalize", 0.6, null]),
    pair(["AutoContrast", 0.8, null], ["Solarize", 0.2, 8]),
    pair(["Brightness", 0.1, 3], ["Color", 0.7, 0]),
    pair(["Solarize", 0.4, 5], ["AutoContrast", 0.9, null]),
    pair(["TranslateY", 0.9, 9], ["TranslateY", 0.7, 9]),
    pair(["AutoContrast", 0.9, null], ["Solarize", 0.8, 3]),
    pair(["Equalize", 0.8, null], ["Invert", 0.1, null]),
    pair(["TranslateY", 0.7, 9], ["AutoContrast", 0.9, null]),
  ],
  svhn: [
    pair(["ShearX", 0.9, 4], ["Invert", 0.2, null]),
    pair(["ShearY", 0.9, 8], ["Invert", 0.7, null]),
    pair(["Equalize", 0.6, null], ["Solarize", 0.6, 6]),
    pair(["Invert", 0.9, null], ["Equalize", 0.6, null]),
    pair(["Equalize", 0.6, null], ["Rotate", 0.9, 3]),
    pair(["ShearX", 0.9, 4], ["AutoContrast", 0.8, null]),
    pair(["ShearY", 0.9, 8], ["Invert", 0.4, null]),
    pair(["ShearY", 0.9, 5], ["Solarize", 0.2, 6]),
    pair(["Invert", 0.9, null], ["AutoContrast", 0.8, null]),
    pair(["Equalize", 0.6, null], ["Rotate", 0.9, 3]),
    pair(["ShearX", 0.9, 4], ["Solarize", 0.3, 3]),
    pair(["ShearY", 0.8, 8], ["Invert", 0.7, null]),
    pair(["Equalize", 0.9, null], ["TranslateY", 0.6, 6]),
    pair(["Invert", 0.9, null], ["Equalize", 0.6, null]),
    pair(["Contrast", 0.3, 3], ["Rotate", 0.8, 4]),
    pair(["Invert", 0.8, null], ["TranslateY", 0, 2]),
    pair(["ShearY", 0.7, 6], ["Solarize", 0.4, 8]),
    pair(["Invert", 0.6, null], ["Rotate", 0.8, 4]),
    pair(["ShearY", 0.3, 7], ["TranslateX", 0.9, 3]),
    pair(["ShearX", 0.1, 6], ["Invert", 0.6, null]),
    pair(["Solarize", 0.7, 2], ["TranslateY", 0.6, 7]),
    pair(["ShearY", 0.8, 4], ["Invert", 0.8, null]),
    pair(["ShearX", 0.7, 9], ["TranslateY", 0.8, 3]),
    pair(["ShearY", 0.8, 5], ["AutoContrast", 0.7, null]),
    pair(["ShearX", 0.7, 2], ["Invert", 0.1, null]),
  ],
} satisfies Record<string, readonly SubPolicy[]>;

/** The name of a table. */
export type PolicyName = keyof typeof policies;
