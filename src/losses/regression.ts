import { scalar, square } from "../ops/scalar.ts";
import { pairwise } from "./reduction.ts";

/** The mean of `(prediction - target)²`. @throws GradcError `loss-shape` */
export const mse = pairwise("mse", (p, y) => square(scalar.sub(p, y)));

/** The mean of `|prediction - target|`; gradient 0 where they are equal. @throws GradcError `loss-shape` */
export const l1 = pairwise("l1", (p, y) => scalar.abs(scalar.sub(p, y)));
