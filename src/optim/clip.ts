import { ops } from "../ops/index.ts";
import { isFinite32, isOptions, type Kind } from "../settings.ts";
import type { Tensor } from "../tensor.ts";

/**
 * How gradients are held small before the optimizer sees them: by one norm over all of them, or each element by itself. `normType` is 2 unless
 * stated, 1 or Infinity.
 */
export type Clip = { readonly norm: number; readonly normType?: number } | { readonly value: number };

const isBound = (value: unknown): boolean => isFinite32(value) && value > 0;

function isClip(value: unknown): boolean {
  if (!isOptions(value)) return false;
  const { norm, normType = 2, value: most, ...others } = value;
  if (Object.keys(others).length > 0) return false;
  return "value" in value ? Object.keys(value).length === 1 && isBound(most) : isBound(norm) && Object.hasOwn(norms, String(normType));
}

/** Settings of `compile`. */
export const clipKind: Kind = { fits: isClip, expected: "{ norm, normType: 2, 1 or Infinity } or { value } with a number above 0" };

const total = (terms: readonly Tensor[]): Tensor => terms.reduce(ops.add);

/** One norm over all gradients, by type. */
const norms: Readonly<Record<string, (gradients: readonly Tensor[]) => Tensor>> = {
  1: (gradients) => total(gradients.map((g) => ops.sum(ops.abs(g)))),
  2: (gradients) => ops.sqrt(total(gradients.map((g) => ops.sum(ops.square(g))))),
  Infinity: (gradients) => gradients.map((g) => ops.amax(ops.abs(g))).reduce(ops.maximum),
};

/** `gradients` clipped. By norm all are multiplied by `min(1, max / (norm + 1e-6))`, as torch.nn.utils.clip_grad_norm_ does. */
export function clipGradients(gradients: readonly Tensor[], clip: Clip): Tensor[] {
  if ("value" in clip) return gradients.map((g) => ops.minimum(ops.maximum(g, -clip.value), clip.value));
  if (gradients.length === 0) return [];
  const { norm, normType = 2 } = clip;
  const size = norms[normType]?.(gradients) as Tensor;
  const factor = ops.minimum(1, ops.div(norm, ops.add(size, 1e-6)));
  return gradients.map((g) => ops.mul(g, factor));
}
