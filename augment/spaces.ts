// Which magnitudes the ops have that are drawn from.

import { badOption } from "../runtime/diagnostics.ts";
import { checkWhole } from "../runtime/whole.ts";
import type { OpName } from "./ops.ts";
import { fma, fround, roundEven } from "./round.ts";

/** What of a space differs: how many magnitudes each op has, the strongest of them, and which ops there are without any. */
interface Space {
  readonly bins: number;
  readonly shear: number;
  /** The farthest move along a side of so many pixels. */
  readonly move: (extent: number) => number;
  readonly turn: number;
  readonly factor: number;
  /** How many bits Posterize takes away. */
  readonly bits: number;
  readonly before: readonly OpName[];
  readonly after: readonly OpName[];
}

// Of images of 331 pixels a side, on which the policies were found, 150.
const part = (extent: number): number => (150 / 331) * extent;

const usual = { shear: 0.3, move: part, turn: 30, factor: 0.9, bits: 4, after: ["AutoContrast", "Equalize"] } as const;

const spaces = {
  autoAugment: { ...usual, bins: 10, before: [], after: ["AutoContrast", "Equalize", "Invert"] },
  randAugment: { ...usual, bins: 31, before: ["Identity"] },
  trivialAugmentWide: { ...usual, bins: 31, shear: 0.99, move: () => 32, turn: 135, factor: 0.99, bits: 6, before: ["Identity"] },
} satisfies Record<string, Space>;

/** The name of a set of ops with their magnitudes. */
export type SpaceName = keyof typeof spaces;

/** Ops whose magnitudes are applied with either sign. */
export const signedOps: ReadonlySet<OpName> = new Set<OpName>([
  "ShearX",
  "ShearY",
  "TranslateX",
  "TranslateY",
  "Rotate",
  "Brightness",
  "Color",
  "Contrast",
  "Sharpness",
]);

/** `torch.linspace` in f32: from both ends, sixteen at a time in eights of which each begins at its first, the others by themselves. */
function spaced(start: number, end: number, count: number): number[] {
  const step = fround(fround(fround(end) - fround(start)) / (count - 1));
  const single = (at: number) => (at < count >> 1 ? fma(step, at, fround(start)) : fma(-step, count - 1 - at, fround(end)));
  const together = count - (count % 16);
  return Array.from({ length: count }, (_, at) => (at < together ? fround(single(at - (at % 8)) + fround(step * (at % 8))) : single(at)));
}

/** Magnitudes that are computed when they are asked for: of all ops, few are drawn. */
export type Magnitudes = ReadonlyMap<OpName, () => readonly number[]>;

/** The magnitudes of a space by op. @throws GradcError `bad-option` */
export function spaceOf(space: SpaceName, height: number, width: number, numMagnitudeBins?: number): Magnitudes {
  const { bins: usualBins, shear, move, turn, factor, bits, before, after }: Space = spaces[space];
  const bins = numMagnitudeBins ?? usualBins;
  checkWhole("numMagnitudeBins", bins, 2, 1000);
  const to = (most: number) => () => spaced(0, most, bins);
  const none = (names: readonly OpName[]) => names.map((name) => [name, () => [0]] as const);
  return new Map<OpName, () => readonly number[]>([
    ...none(before),
    ["ShearX", to(shear)],
    ["ShearY", to(shear)],
    ["TranslateX", to(move(width))],
    ["TranslateY", to(move(height))],
    ["Rotate", to(turn)],
    ["Brightness", to(factor)],
    ["Color", to(factor)],
    ["Contrast", to(factor)],
    ["Sharpness", to(factor)],
    ["Posterize", () => Array.from({ length: bins }, (_, at) => 8 - roundEven(fround(at / fround((bins - 1) / bits))))],
    ["Solarize", () => spaced(255, 0, bins)],
    ...none(after),
  ]);
}

/**
 * The magnitudes of each op in a space by the size of the image, in the order of their bins and without signs; [0] for an op that takes none.
 * @example magnitudes("autoAugment", 28, 28).Rotate[9]
 * @throws GradcError `bad-option`
 */
export function magnitudes(space: SpaceName, height: number, width: number, numMagnitudeBins?: number): Partial<Record<OpName, readonly number[]>> {
  if (!Object.hasOwn(spaces, space)) throw badOption("space", space, Object.keys(spaces).join(" or "));
  checkWhole("height", height, 1);
  checkWhole("width", width, 1);
  return Object.fromEntries([...spaceOf(space, height, width, numMagnitudeBins)].map(([op, values]) => [op, values()]));
}
