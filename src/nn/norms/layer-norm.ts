// Layers that normalise each row by itself: layerNorm and rmsNorm.
import { shapeMismatch } from "../../../compiler/diagnostics/tensors.ts";
import type { Dim } from "../../../compiler/ir/dim.ts";
import { formatShape, sameShape } from "../../../compiler/ir/type.ts";
import { ops } from "../../ops/index.ts";
import { anything, checkOptions, count, flag, type Kind, type Kinds } from "../../settings.ts";
import { float, type Tensor } from "../../tensor.ts";
import { createLayer, type Layer, type Named, namedKinds, type Tensors } from "../layer.ts";
import { twoForms } from "../two-forms.ts";
import { type LayerInit, parameterExtent, scaleAndShift } from "../weights.ts";
import { epsilon, normalise, overRoot, scaleAndShifted, statisticsOf } from "./normalise.ts";

/** Settings of a layer that normalises over the last axes. */
export interface RmsNormOptions extends Named {
  /** The extents of the last axes, which are normalised over together; the last one alone unless stated. */
  readonly normalizedShape?: number | readonly number[];
  /** What is added below the root. */
  readonly eps?: number;
  /** Whether there are parameters; true unless stated. */
  readonly elementwiseAffine?: boolean;
  readonly init?: LayerInit;
}

/** Settings of `nn.layerNorm`. */
export interface LayerNormOptions extends RmsNormOptions {
  /** Whether there is a `bias` beside the weight; true unless stated. */
  readonly bias?: boolean;
}

const extents: Kind = {
  fits: (value) => count.fits(value) || (Array.isArray(value) && value.length > 0 && value.every(count.fits)),
  expected: "the extents of the last axes: a whole number of at least 1, or a list of them",
};

const rmsKinds: Kinds<RmsNormOptions> = { ...namedKinds, normalizedShape: extents, eps: epsilon, elementwiseAffine: flag, init: anything };

/** The last axes of x that `normalizedShape` names, as shape and as axes from the end. */
function lastAxes(attempt: string, x: Tensor, { normalizedShape }: RmsNormOptions): { shape: readonly number[]; dim: readonly number[] } {
  const shape = typeof normalizedShape === "object" ? normalizedShape : [normalizedShape ?? parameterExtent(attempt, x.shape, -1)];
  if (!sameShape(x.shape.slice(-shape.length), shape)) throw shapeMismatch(attempt, [x.shape], formatShape(["...", ...shape] as readonly Dim[]));
  return { shape, dim: shape.map((_, axis) => axis - shape.length) };
}

type Apply = (x: Tensor, dim: readonly number[]) => Tensor;

/** The layer `kind`, which scales and shifts what `apply` gives. */
function overLastAxes(kind: string, options: LayerNormOptions, hasBias: boolean, apply: Apply): Layer {
  const attempt = `Cannot apply "nn.${kind}"`;
  const { elementwiseAffine: weight = true } = options;
  return createLayer({
    kind,
    name: options.name,
    width: ([x]) => formatShape(["...", ...lastAxes(attempt, x, options).shape] as readonly Dim[]),
    parts: scaleAndShift(kind, options.init, { weight, bias: weight && hasBias }, ([x]: Tensors) => lastAxes(attempt, x, options).shape),
    apply: ([x], { weight, bias }) => scaleAndShifted(apply(float(attempt, x), lastAxes(attempt, x, options).dim), weight, bias),
  });
}

/**
 * `(x - mean) / √(variance + eps) ⊙ weight + bias` over the last axes of each row (Ba, Kiros & Hinton 2016), with the biased variance in
 * two passes: x of any shape gives that shape. `weight` (ones at first) and `bias` (zeros) have the shape that is normalised over.
 * @throws GradcError `shape-mismatch` where x does not end with `normalizedShape`
 */
export const layerNorm = twoForms("layerNorm", (options: LayerNormOptions = {}): Layer => {
  checkOptions('Cannot apply "nn.layerNorm"', options, { ...rmsKinds, bias: flag });
  const { eps = 1e-5, bias = true } = options;
  return overLastAxes("layerNorm", options, bias, (x, dim) => normalise(x, statisticsOf(x, dim), eps));
});

/**
 * `x / √(mean x² + eps) ⊙ weight` over the last axes of each row (Zhang & Sennrich 2019): x of any shape gives that shape. `weight` (ones at
 * first) has the shape that is normalised over; `eps` is the distance from 1 to the next number of f32 unless stated.
 * @throws GradcError `shape-mismatch` where x does not end with `normalizedShape`
 */
export const rmsNorm = twoForms("rmsNorm", (options: RmsNormOptions = {}): Layer => {
  checkOptions('Cannot apply "nn.rmsNorm"', options, rmsKinds);
  const { eps = 2 ** -23 } = options;
  return overLastAxes("rmsNorm", options, false, (x, dim) => overRoot(x, ops.mean(ops.square(x), { dim, keepDim: true }), eps));
});
