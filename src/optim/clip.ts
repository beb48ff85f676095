import { ops } from "../ops/index.ts";
import type { Tensor } from "../tensor.ts";

/** How gradients are held small before the optimizer sees them: by one norm over all of them, or each element by itself. */
export type Clip = { readonly norm: number } | { readonly value: number };

/** `gradients` clipped. By norm all are multiplied by `min(1, max / (norm + 1e-6))`, as torch.nn.utils.clip_grad_norm_ does. */
export function clipGradients(gradients: readonly Tensor[], clip: Clip): Tensor[] {
  if ("value" in clip) return gradients.map((g) => ops.minimum(ops.maximum(g, -clip.value), clip.value));
  const [first, ...rest] = gradients.map((g) => ops.sum(ops.square(g)));
  if (!first) return [];
  const norm = ops.sqrt(rest.reduce(ops.add, first));
  const factor = ops.minimum(1, ops.div(clip.norm, ops.add(norm, 1e-6)));
  return gradients.map((g) => ops.mul(g, factor));
}
