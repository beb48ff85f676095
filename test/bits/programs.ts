// Random programs by number. The names of ops are written out, so that a new op changes none of them.
import fc from "fast-check";
import type { OpName } from "../../compiler/ops/table.ts";
import { grow, type Recipe, recipes } from "../fuzz/program.ts";

const names =
  `input parameter state constant iota size training random add sub mul div pow neg minimum maximum abs sign exp log log1p expm1 sinh cosh sqrt tanh
  sigmoid softplus erf sin cos floor round trunc compare where cast contract sum max argmax reshape permute broadcast slice pad flip concat window
  fold gather scatterAdd oneHot stopGradient`.split(/\s+/) as OpName[];

/** The first programs, `count` of them. */
export const randomPrograms = (count: number) =>
  fc.sample(recipes(10, names), { numRuns: count, seed: 8 }).map((recipe: Recipe) => grow(recipe).program);
