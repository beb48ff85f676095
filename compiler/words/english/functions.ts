// What functions mean, in the words and the grammar of a page.
import type { Meaning } from "../meaning.ts";
import { numberFunctions } from "./number-functions.ts";
import { windowFunctions } from "./windows.ts";

/** Functions by the name that formulas call them by. */
export const functions: Readonly<Record<string, Meaning>> = {
  softmax: "softmax(x) is exp(x) / Σ exp(x) along the last axis, or those that stand below",
  logSoftmax: "logSoftmax(x) is x − log(Σ exp(x)) along the last axis, or those that stand below",
  logSumExp: "logSumExp(x) is log(Σ exp(x)) over all axes or those that stand below",
  onehot: (_, __, classes) =>
    `onehot(y) is 1 at the class y and 0 at the others, along a last axis of ${classes === undefined ? "classes from 0" : `the classes 0 to ${classes - 1}`}`,
  mean: "mean(x) is the sum divided by how many are summed, over all axes or those that stand below",
  var: "var(x) is mean((x − mean(x))²) over the same axes",
  std: "std(x) is the root of the sum of (x − mean(x))² divided by one less than how many are summed, over all axes or those that stand below",
  norm: "norm(x) is √(Σ x²) over all axes or those that stand below",
  sigmoid: "sigmoid(x) is 1/(1 + exp(−x))",
  logsigmoid: "logsigmoid(x) is log(sigmoid(x))",
  relu: "relu(x) is 0 where x ≤ 0, else x, and its derivative is [x > 0]: 0 at 0",
  softplus: "softplus(x) is log(1 + exp(x))",
  erf: "erf(x) is 2/√π times the integral of exp(−t²) from 0 to x",
  sign: "sign(x) is −1, 0 or 1, and 0 at 0",
  argmax: "argmax(x) is the place of the first largest element, from 0",
  argmin: "argmin(x) is the place of the first smallest element, from 0",
  random: "random() draws numbers between 0 and 1 anew in each step, other ones for each number that stands below",
  gather: "gather(W, i) is the row i of W, for each i",
  scatter:
    "scatter(g, i) adds each row of g to the row i of a table of zeros, of as many rows as stand below or as the parameter has; a row that is not there is left out",
  reshape: "reshape(x, s) has the elements of x in their order, in the shape s",
  broadcast: "broadcast(x, s) has x again and again along those axes of the shape s that it lacks",
  permute: "permute(x) has the axes of x in the order that stands below, from 0",
  slice: "slice(x) is x from the first number up to before the second, along the last axes; : is all of an axis",
  concat: "concat(x, y) puts x and y side by side, along the axis that stands below or the last",
  stack:
    "stack(x, y) has x and y one behind the other along a new axis, which stands below: i if it is the first, j the second …; a number is one everywhere",
  at: "at_j=1(x) is x at the place 1, counted from 0, along the axis j, which it has no more",
  take: "take_j(x, i) has the elements of x at the places i, counted from 0, along the axis j, which it lacks where i lacks it",
  heads: ([count]) =>
    `heads_${count}(x)[n,h,l,e] is x[n,l,h·d+e]: the d columns that each of ${count} heads has of the rows l, which · multiplies head by head`,
  joined: "joined(x)[n,l,h·d+e] is x[n,h,l,e]: the d columns of each head h side by side",
  flip: "flip(x) has the elements in the opposite order along the axes that stand below",
  pad: "pad(x, c) has c around x, 0 unless stated: below stands how many before and behind along the last axes",
  windows: "windows(x) has what lies in each window along an axis, in a last axis: below stand the axis and how many",
  fold: "fold(x) adds what lies in windows up at the places that it is of",
  ...windowFunctions,
  cumsum: "cumsum(x) has at each place the sum of x up to there, along the axis that stands below",
  cumprod: "cumprod(x) has at each place the product of x up to there, along the axis that stands below",
  expm1: "expm1(x) is exp(x) − 1",
  log1p: "log1p(x) is log(1 + x)",
  ...numberFunctions,
};
