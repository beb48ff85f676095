// Weight and bias of linear and convolution layers.
import { dynamicDimension, settingOutOfRange } from "../../compiler/diagnostics.ts";
import type { Graph } from "../../compiler/ir/graph.ts";
import type { Shape } from "../../compiler/ir/type.ts";
import { defaultInit, type Fans, type Init, initial } from "./init.ts";
import type { Declare, Named, Parts } from "./layer.ts";

/** `init` of a layer: of its weight, or of both parameters. */
export type LayerInit = Init | { readonly weight?: Init; readonly bias?: Init };

/** Settings of layers with parameters. */
export interface Weighted extends Named {
  readonly init?: LayerInit;
  /** Whether there is a bias; true unless stated. */
  readonly bias?: boolean;
}

const isBoth = (init: LayerInit | undefined): init is { readonly weight?: Init; readonly bias?: Init } =>
  typeof init === "object" && ("weight" in init || "bias" in init);

/** `weight` of `shape` and, unless switched off, `bias` of `[out]`. */
export function declareWeights(declare: Declare, graph: Graph, shape: readonly number[], out: number, fans: Fans, options: Weighted): Parts {
  const { init } = options;
  const chosen = isBoth(init) ? init : init === undefined ? {} : { weight: init };
  const make = (suffix: "weight" | "bias", dims: readonly number[]) =>
    declare(suffix, {
      shape: dims,
      role: "parameter",
      trainable: true,
      init: (stream) => initial(`"${suffix}"`, chosen[suffix] ?? defaultInit(fans.in), dims, stream, graph, suffix === "weight" ? fans : undefined),
    });
  const weight = make("weight", shape);
  return options.bias === false ? { weight } : { weight, bias: make("bias", [out]) };
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
  if (!Number.isInteger(value) || value < 1) throw settingOutOfRange(attempt, setting, String(value), "a whole number of at least 1");
}
