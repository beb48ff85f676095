// What attends to what: scores of queries against keys, masks over them, and the mean of values that they weigh.
import { shapeMismatch } from "../../../compiler/diagnostics/tensors.ts";
import type { Dim } from "../../../compiler/ir/dim.ts";
import * as build from "../../../compiler/ops/build.ts";
import { nameInLayer } from "../../definition.ts";
import { ops } from "../../ops/index.ts";
import { read, type Tensor } from "../../tensor.ts";
import { dropped } from "../dropout.ts";

/** What an attention gives that shows its weights. */
export interface Weighed {
  readonly output: Tensor;
  /** What each query takes of each value: `[..., queries, keys]`, rows of sum 1. */
  readonly weights: Tensor;
  readonly [name: string]: Tensor;
}

/** Changes the scores `[..., queries, keys]`. */
export type Mask = (scores: Tensor) => Tensor;

const never = Number.NEGATIVE_INFINITY;

/** A mask of f32 is added to the scores; another says by true, or by an i32 other than 0, what takes part or what is left out. */
export function maskOf(attempt: string, given: Tensor, whereTrue: "takes part" | "is left out"): Mask {
  const mask = read(attempt, given);
  if (mask.dtype === "f32") return (scores) => ops.add(scores, mask);
  return (scores) => (whereTrue === "takes part" ? ops.where(mask, scores, never) : ops.where(mask, never, scores));
}

/** Query i attends to the keys 0 to i. */
export const causal: Mask = (scores) => {
  const shape = scores.shape.slice(-2);
  const [query, key] = [0, 1].map((axis): Tensor => build.iota(scores.graph, shape, axis)) as [Tensor, Tensor];
  return nameInLayer(ops.where(ops.compare(key, query, "le"), scores, never), "masked");
};

/** How queries attend. */
export interface Attending {
  readonly masks: readonly Mask[];
  /** The factor of the scores; 1/√width of the queries unless stated. */
  readonly scale?: number | undefined;
  /** The share of weights that training drops. */
  readonly dropout: number;
}

/** `softmax(q·kᵀ·scale)·v` with `masks` over the scores: `[..., L, E]`, `[..., S, E]` and `[..., S, V]` give `[..., L, V]`. */
export function attend(attempt: string, [q, k, v]: readonly [Tensor, Tensor, Tensor], { masks, scale, dropout }: Attending): Weighed {
  checkShapes(attempt, q, k, v);
  const products = ops.einsum("...qe,...ke->...qk", q, k);
  const scaled = scale === undefined ? ops.div(products, Math.sqrt(q.shape.at(-1) as number)) : ops.mul(products, scale);
  const scores = nameInLayer(scaled, "S", { hasError: true });
  const full = nameInLayer(ops.softmax(masks.reduce((sum, mask) => mask(sum), scores)), "A", { hasError: true });
  const weights = dropout > 0 ? dropped(full, dropout) : full;
  return { output: ops.matmul(weights, v), weights };
}

function checkShapes(attempt: string, q: Tensor, k: Tensor, v: Tensor): void {
  const shapes = [q, k, v].map(({ shape }) => shape);
  const ends = shapes.map((shape) => shape.slice(-2)) as [Dim, Dim][];
  const [[, width], [length, keyWidth], [values]] = ends as [[Dim, Dim], [Dim, Dim], [Dim, Dim]];
  const fits = shapes.every((shape) => shape.length >= 2) && typeof width === "number" && width === keyWidth && length === values;
  if (!fits) throw shapeMismatch(attempt, shapes, "[..., queries, width], [..., keys, width], [..., keys, any]");
}
