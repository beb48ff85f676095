// Variances by the number of inputs and outputs: Glorot & Bengio 2010, equations 12 and 16; He et al. 2015, equations 10 and 14.
import type { Node } from "../../../compiler/ir/node.ts";
import { amount, finite, type Kinds, oneOf } from "../../settings.ts";
import { normalOf, uniformBetween } from "./draw.ts";
import type { Place } from "./place.ts";
import { options } from "./settings.ts";

/** Settings of `xavierUniform` and `xavierNormal`. */
export interface Xavier {
  /** The bound or deviation is multiplied by it; 1 unless stated. */
  readonly gain?: number;
}

/** Settings of `kaimingUniform` and `kaimingNormal`. */
export interface Kaiming {
  /** The slope of a leaky relu below 0; 0 unless stated. */
  readonly a?: number;
  /** Whether the forward pass keeps its variance, unless stated, or the backward pass. */
  readonly mode?: "fanIn" | "fanOut";
  /** What follows the layer; `"leakyRelu"` unless stated, which of slope 0 is relu. */
  readonly nonlinearity?: "linear" | "sigmoid" | "tanh" | "relu" | "leakyRelu" | "selu";
}

const xavierKinds: Kinds<Xavier> = { gain: amount };

// The squares of torch.nn.init.calculate_gain: what the function makes of the variance, inverted.
const gains: Record<NonNullable<Kaiming["nonlinearity"]>, (slope: number) => number> = {
  linear: () => 1,
  sigmoid: () => 1,
  tanh: () => 25 / 9,
  relu: () => 2,
  leakyRelu: (slope) => 2 / (1 + slope * slope),
  selu: () => 9 / 16,
};

const kaimingKinds: Kinds<Kaiming> = { a: finite, mode: oneOf("fanIn", "fanOut"), nonlinearity: oneOf(...Object.keys(gains)) };

/** Of mean 0 and variance `square / fan`. */
type Draw = (place: Place, square: number, fan: number) => Node;

const normal: Draw = (place, square, fan) => normalOf(place, 0, Math.sqrt(square / fan));

const symmetric: Draw = (place, square, fan) => {
  const bound = Math.sqrt((3 * square) / fan);
  return uniformBetween(place, -bound, bound);
};

const xavier =
  (kind: string, draw: Draw) =>
  (place: Place, setting: unknown): Node => {
    const { gain = 1 } = options<Xavier>(place.what, kind, setting, xavierKinds);
    const fans = place.fans();
    return draw(place, 2 * gain * gain, fans.in + fans.out);
  };

const kaiming =
  (kind: string, draw: Draw) =>
  (place: Place, setting: unknown): Node => {
    const { a = 0, mode = "fanIn", nonlinearity = "leakyRelu" } = options<Kaiming>(place.what, kind, setting, kaimingKinds);
    const fans = place.fans();
    return draw(place, gains[nonlinearity](a), mode === "fanIn" ? fans.in : fans.out);
  };

export const scaledKinds = {
  xavierUniform: xavier("xavierUniform", symmetric),
  xavierNormal: xavier("xavierNormal", normal),
  kaimingUniform: kaiming("kaimingUniform", symmetric),
  kaimingNormal: kaiming("kaimingNormal", normal),
};
