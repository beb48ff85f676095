import { checkOptions } from "../settings.ts";
import type { Tensor } from "../tensor.ts";
import { attemptOf } from "./attempt.ts";
import { confusionOf, type Threshold, thresholdKinds } from "./classes.ts";

/**
 * How many rows of each class were taken for which: `[classes, classes]`, a row for each class in `target`, a column for each that has the largest
 * score. `scores: [..., classes]` stand beside i32 classes `target: [...]`; or logits of one column beside targets of 0 and 1, i32 or f32, of
 * their shape or without the last axis, of which those above `threshold` (0.5, as a probability) are of class 1. Rows of other classes, such
 * as -100, are left out.
 * @throws GradcError `dtype-mismatch`, `shape-mismatch`, `dynamic-dimension`, `setting-out-of-range`
 */
export function confusion(scores: Tensor, target: Tensor, options: Threshold = {}): Tensor {
  checkOptions(attemptOf("confusion"), options, thresholdKinds);
  return confusionOf("confusion", scores, target, options);
}
