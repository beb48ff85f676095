import * as losses from "../losses/index.ts";
import { ops } from "../ops/index.ts";
import type { Tensor } from "../tensor.ts";
import { rowsOf } from "./classes.ts";

/**
 * `e^crossEntropy`: among how many equally likely classes a guess would be as uncertain, of logits `[..., classes]` and i32 classes `[...]`; rows of
 * class -100 are left out. Jelinek et al. 1977.
 * @throws GradcError `dtype-mismatch`, `shape-mismatch`, `dynamic-dimension`
 */
export function perplexity(logits: Tensor, target: Tensor): Tensor {
  const { values, classes } = rowsOf("perplexity", logits, target);
  return ops.exp(losses.nll(ops.logSoftmax(values), classes));
}
