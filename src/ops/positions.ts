import { product } from "../../compiler/ir/dim.ts";
import * as build from "../../compiler/ops/build.ts";
import { checkSetting, count } from "../settings.ts";
import { definingGraph, type Tensor } from "../tensor.ts";
import { attempt } from "./attempt.ts";

/**
 * A constant that tells places apart (Vaswani et al. 2017, section 3.5): `[length, width]`, at place p `sin(p / 10000^(2i/width))` in column
 * 2i and the cosine of the same in column 2i + 1. An odd width ends with a sine.
 */
export function positionalEncoding(length: number, width: number): Tensor {
  checkSetting(attempt("positionalEncoding"), "length", length, count);
  checkSetting(attempt("positionalEncoding"), "width", width, count);
  const element = (at: number): number => {
    const [place, column] = [Math.floor(at / width), at % width];
    const angle = place / 10000 ** ((column - (column % 2)) / width);
    return column % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  };
  const shape = [length, width];
  return build.constant(
    definingGraph(attempt("positionalEncoding")),
    Array.from({ length: product(shape) as number }, (_, at) => element(at)),
    shape,
  );
}
