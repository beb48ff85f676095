// Weight and bias of layers: of those that multiply, and of those that scale and shift what they have normalised.

import { settingOutOfRange } from "../../compiler/diagnostics/settings.ts";
import { dynamicDimension } from "../../compiler/diagnostics/tensors.ts";
import type { Shape } from "../../compiler/ir/type.ts";
import { anything, checkOptions, checkSetting, count, flag, isOptions, type Kinds } from "../settings.ts";
import type { Data } from "../tensor.ts";
import { defaultInit, distributionKinds, type Fans, type Init, isDistribution } from "./init.ts";
import { type Named, namedKinds } from "./layer.ts";
import type { Part } from "./parts.ts";

/** `init` of a layer: of its weight, or of both parameters. */
export type LayerInit = Init | { readonly weight?: Init; readonly bias?: Init };

/** Settings of layers with parameters. */
export interface Weighted extends Named {
  readonly init?: LayerInit;
  /** Whether there is a bias; true unless stated. */
  readonly bias?: boolean;
}

/** What the settings of a layer with parameters may be. */
export const weightedKinds: Kinds<Weighted> = { ...namedKinds, init: anything, bias: flag };

/** Initial values by parameter. */
type Inits = { readonly weight?: Init; readonly bias?: Init };

/** The initial values that `init` gives the parameters of the layer `kind`. @throws GradcError `unknown-option` */
export function initsOf(kind: string, init: LayerInit | undefined): Inits {
  if (init === undefined) return {};
  if (!isOptions(init)) return { weight: init };
  checkOptions(`Cannot initialise the layer "nn.${kind}"`, init, { weight: anything, bias: anything, ...distributionKinds });
  return isDistribution(init as Data) ? { weight: init as Init } : (init as Inits);
}

/** What the inputs of a layer make of its weight. */
interface Weight {
  readonly shape: readonly number[];
  readonly fans: Fans;
}

/** The parts of a layer that multiplies: `weight` and, unless the options go without, `bias` of `[out]`. @throws GradcError `unknown-option` */
export function weightAndBias<Inputs>(kind: string, out: number, { init, bias: hasBias = true }: Weighted, weightFor: (inputs: Inputs) => Weight) {
  const inits = initsOf(kind, init);
  return {
    weight(inputs: Inputs): Part {
      const { shape, fans } = weightFor(inputs);
      return { shape, fans, init: inits.weight === undefined ? defaultInit(fans.in) : inits.weight };
    },
    bias(inputs: Inputs): Part | undefined {
      const { fans } = weightFor(inputs);
      return hasBias ? { shape: [out], init: inits.bias === undefined ? defaultInit(fans.in) : inits.bias } : undefined;
    },
  };
}

/** Which of the two parameters a layer has that scales and shifts. */
interface ScaleAndShift {
  readonly weight: boolean;
  readonly bias: boolean;
}

/** The parts of a layer that scales by `weight` (γ, ones at first) and shifts by `bias` (β, zeros), each of `shapeFor(inputs)`. @throws GradcError `unknown-option` */
export function scaleAndShift<Inputs>(
  kind: string,
  init: LayerInit | undefined,
  has: ScaleAndShift,
  shapeFor: (inputs: Inputs) => readonly number[],
) {
  const inits = initsOf(kind, init);
  const part = (is: boolean, letter: string, start: Init) => (inputs: Inputs) =>
    is ? { shape: shapeFor(inputs), init: start, letter, upright: true } : undefined;
  return { weight: part(has.weight, "γ", inits.weight ?? "ones"), bias: part(has.bias, "β", inits.bias ?? "zeros") };
}

/** The extent of `axis` (from the end where negative), which sizes a parameter. @throws GradcError `dynamic-dimension` */
export function parameterExtent(attempt: string, shape: Shape, axis: number): number {
  const dim = shape.at(axis);
  if (typeof dim === "string") throw dynamicDimension(attempt, axis < 0 ? axis + shape.length : axis, shape);
  if (dim === undefined) throw settingOutOfRange(attempt, "x", "a scalar", "a tensor with an axis of features");
  return dim;
}

/** `value` as a number of features or cells. @throws GradcError `setting-out-of-range` */
export function checkCount(attempt: string, setting: string, value: number): void {
  checkSetting(attempt, setting, value, count);
}
