// The parts of a layer as a table: its parameters and states, each with what is known of it.

import type { Graph } from "../../compiler/ir/node.ts";
import type { Item } from "../definition.ts";
import type { Tensor } from "../tensor.ts";
import { declareVariable } from "../variables.ts";
import { type Fans, type Init, initial } from "./init.ts";

/** A parameter of a layer, or a state of it. */
export interface Part {
  readonly shape: readonly number[];
  readonly init: Init;
  /** What "xavierUniform" and the like go by; `init` cannot be one of them unless stated. */
  readonly fans?: Fans;
  /** A state takes no gradient and changes by `update` only; a parameter unless stated. */
  readonly role?: "parameter" | "state";
  /** What formulas call it, before the name of the layer: `γ` in `γ_norm`. Unless stated, W for `weight` and b for `bias`. */
  readonly letter?: string;
  /** What formulas call the error at its product, behind the name of the layer, where its parameters have several: `δ_rec_U`. */
  readonly error?: string;
  /** What the value at the start is made of, where `init` does not say all: the row of a padding that is 0. */
  readonly start?: (value: Tensor) => Tensor;
  /** Whether the weight decay of an optimizer weighs it; true unless stated, as in PyTorch. */
  readonly decays?: boolean;
  /** That it multiplies no last axis: with two axes it is a matrix as PyTorch has it. One that multiplies is [in, out], and [out, in] there. */
  readonly upright?: boolean;
}

/** Parts by their last names. */
export type Rows = Readonly<Record<string, Part | undefined>>;

/** The parts by their last names, as the inputs of the first application make them; undefined where the layer goes without. */
export type Table<Inputs, P extends Rows = Rows> = { readonly [name in keyof P]: (inputs: Inputs) => P[name] };

/** What a table makes. */
export type Parts<P extends Rows> = { readonly [name in keyof P]: undefined extends P[name] ? Tensor | undefined : Tensor };

/** Declares what `table` says, in its order. */
export function declareParts<Inputs>(graph: Graph, item: Item, table: Table<Inputs>, inputs: Inputs): Record<string, Tensor> {
  const made = Object.entries(table).flatMap(([name, partFor]): [string, Tensor][] => {
    const part = partFor(inputs);
    return part ? [[name, declarePart(graph, item, name, part)]] : [];
  });
  return Object.fromEntries(made);
}

function declarePart(
  graph: Graph,
  item: Item,
  suffix: string,
  { shape, init, fans, start, role = "parameter", letter, error, decays, upright }: Part,
): Tensor {
  const isParameter = role === "parameter";
  return declareVariable(graph, {
    item,
    suffix,
    shape,
    role: isParameter ? "parameter" : "layer",
    trainable: isParameter,
    init(stream) {
      const value = initial({ what: `"${suffix}"`, init, shape, fans }, stream, graph);
      return start ? start(value) : value;
    },
    letter,
    error,
    decays,
    upright,
  });
}
