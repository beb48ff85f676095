import { type Metric, rate } from "./rates.ts";

/**
 * The share of the rows taken for a class that are of it, 0 where there are none. Scores and target as `confusion` takes them.
 * @throws GradcError those of `confusion`
 */
export const precision: Metric = rate("precision", ({ right, guessed }) => [right, guessed]);
