import type { Graph } from "../../compiler/ir/graph.ts";
import { isOp } from "../../compiler/ir/node.ts";
import { definitionOf } from "../definition.ts";
import * as ops from "../ops/index.ts";
import { checkOptions } from "../settings.ts";
import { float, type Tensor } from "../tensor.ts";
import { type Init, initial } from "./init.ts";
import { createLayer, type Declare, type Layer, type Named, namedKinds, twoForms } from "./layer.ts";
import { parameterExtent } from "./weights.ts";

const attempt = 'Cannot apply "nn.standardize"';

/**
 * `(x - mean) / deviation` for each element of the last axis. Both are states that start at 0 and 1 and take no gradient;
 * where x is an input, `fit` sets them from the training rows before the first step.
 */
export const standardize = twoForms("standardize", (options: Named = {}): Layer => {
  checkOptions(attempt, options, namedKinds);
  return createLayer({
    kind: "standardize",
    name: options.name,
    width: (x) => `[..., ${x.shape.at(-1)}]`,
    create(x, declare, graph) {
      const width = parameterExtent(attempt, x.shape, -1);
      const parts = {
        mean: declareState(declare, graph, "mean", width, "zeros"),
        deviation: declareState(declare, graph, "deviation", width, "ones"),
      };
      recordInput(x, parts);
      return parts;
    },
    apply: (x, { mean, deviation }) => ops.div(ops.sub(float(attempt, x), mean as Tensor), deviation as Tensor),
  });
});

const declareState = (declare: Declare, graph: Graph, suffix: string, width: number, init: Init): Tensor =>
  declare(suffix, { shape: [width], role: "layer", trainable: false, init: (stream) => initial(suffix, init, [width], stream, graph) });

function recordInput(x: Tensor, { mean, deviation }: { readonly mean: Tensor; readonly deviation: Tensor }): void {
  if (isOp(x, "input")) definitionOf(x.graph)?.standardized.push({ input: x, mean, deviation });
}
