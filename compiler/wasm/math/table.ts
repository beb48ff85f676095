// The vector functions by name.
import type { Ref } from "../binaryen.ts";
import type { Writer } from "../writer.ts";
import { erf } from "./erf.ts";
import { exp, sigmoid, tanh } from "./exp.ts";
import { cosh, sinh } from "./hyperbolic.ts";
import { log } from "./log.ts";
import { expm1, log1p, softplus } from "./logarithmic.ts";
import { pow } from "./pow.ts";
import { reduceLarge } from "./reduce-large.ts";
import { cos, sin } from "./trigonometric.ts";

export type MathName =
  | "exp"
  | "log"
  | "log1p"
  | "expm1"
  | "sinh"
  | "cosh"
  | "tanh"
  | "sigmoid"
  | "softplus"
  | "erf"
  | "sin"
  | "cos"
  | "pow"
  | "reduceLarge";

/** A function of v128 to v128, written with + - * / and bits alone, so that its results are the same on every engine. */
export interface MathFunction {
  readonly parameters: number;
  /** Whether a call costs more than the code. */
  readonly short: boolean;
  body(w: Writer, ...args: Ref[]): Ref;
}

const unary = (body: (w: Writer, x: Ref) => Ref, short = false): MathFunction => ({ parameters: 1, short, body: (w, x) => body(w, x as Ref) });

export const mathFunctions: { readonly [N in MathName]: MathFunction } = {
  exp: unary(exp, true),
  log: unary(log, true),
  log1p: unary(log1p),
  expm1: unary(expm1),
  sinh: unary(sinh),
  cosh: unary(cosh),
  tanh: unary(tanh, true),
  sigmoid: unary(sigmoid, true),
  softplus: unary(softplus),
  erf: unary(erf),
  sin: unary(sin),
  cos: unary(cos),
  pow: { parameters: 2, short: false, body: (w, x, y) => pow(w, x as Ref, y as Ref) },
  reduceLarge: unary(reduceLarge),
};
