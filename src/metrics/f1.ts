import { ops } from "../ops/index.ts";
import { type Metric, rate } from "./rates.ts";

/**
 * The harmonic mean of `precision` and `recall`, `2·right / (guessed + actual)`, 0 where there are no such rows; `"macro"` is the mean of those of
 * the classes, or of the labels. Scores and target as `confusion` takes them. Van Rijsbergen 1979.
 * @throws GradcError those of `confusion`
 */
export const f1: Metric = rate("f1", ({ right, guessed, actual }) => [ops.mul(2, right), ops.add(guessed, actual)]);
