// Running means and what is kept beside them, of which most optimizers are made.

import { giveForm } from "../../compiler/ir/graph.ts";
import { ops } from "../ops/index.ts";
import type { Operand, Tensor } from "../tensor.ts";
import { update } from "../variables.ts";
import { naturalLogarithm } from "./logarithm.ts";
import type { Moment } from "./optimizer.ts";

/** `g + λw`, where there is a weight decay λ. */
export const decayed = ({ w, g, hyper }: Moment): Tensor => (hyper.weightDecay ? ops.add(g, ops.mul(hyper.weightDecay, w)) : g);

/** `(1 - lr · λ) · w`, where there is a weight decay λ: decoupled from the gradient (Loshchilov & Hutter 2019). */
export const shrunk = ({ w, lr, hyper }: Moment): Tensor => (hyper.weightDecay ? ops.mul(w, ops.sub(1, ops.mul(lr, hyper.weightDecay))) : w);

/** `1 - x` */
export const complement = (x: Operand): Operand => (typeof x === "number" ? 1 - x : ops.sub(1, x));

/** Assigns `value` to a state, and gives it. */
export function assigned(state: Tensor, value: Tensor): Tensor {
  update(state, value);
  return value;
}

/** `mean = β · mean + (1 - β) · value` */
export const runningMean = (mean: Tensor, value: Tensor, beta: Operand): Tensor =>
  assigned(mean, ops.add(ops.mul(beta, mean), ops.mul(complement(beta), value)));

/** `log β`; a constant where β is. */
const logarithm = (beta: Operand): Operand => (typeof beta === "number" ? naturalLogarithm(beta) : ops.log(beta));

/** `β^t` */
export const power = (beta: Operand, t: Operand): Operand => (beta === 0 ? 0 : giveForm(ops.exp(ops.mul(t, logarithm(beta))), ops.pow(beta, t)));

/** `1 - β^t` as it is written. */
export const writtenBias = (beta: Operand, t: Tensor): Operand => (beta === 0 ? 1 : ops.sub(1, ops.pow(beta, t)));

/** `1 - β^t = -expm1(t · log β)`, which keeps its digits when β^t is near 1. */
export const bias = (beta: Operand, t: Tensor): Operand =>
  beta === 0 ? 1 : giveForm(ops.neg(ops.expm1(ops.mul(t, logarithm(beta)))), writtenBias(beta, t) as Tensor);
