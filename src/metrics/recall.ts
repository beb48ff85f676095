import { type Metric, rate } from "./rates.ts";

/**
 * The share of the rows of a class that are taken for it, 0 where there are none. Scores and target as `confusion` takes them.
 * @throws GradcError those of `confusion`
 */
export const recall: Metric = rate("recall", ({ right, actual }) => [right, actual]);
