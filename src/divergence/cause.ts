// What an op did when it gave what is not finite, and what keeps it from that.

import { elementAt } from "../../compiler/ir/element.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { isElementwise, type Origin, valueIn } from "./origin.ts";

/** What happened to one element. */
export interface Cause {
  /** Such as `log(0) is -Infinity`. */
  readonly text: string;
  /** What to write instead; undefined where the numbers before are to blame. */
  readonly help?: string | undefined;
}

type Explain = (result: number, x: number, y: number) => Cause;

/** As many digits as tell numbers apart: `0.25`, `4.919e19`. */
export function brief(value: number): string {
  const short = Number(value.toPrecision(4));
  return Math.abs(short) < 1e6 ? String(short) : short.toExponential().replace("e+", "e");
}

const bracketed = (value: number): string => (value < 0 ? `(${brief(value)})` : brief(value));

const largest = "3.4e38, the largest number of f32";

/** What is too large for f32: the numbers before are to blame. */
const overflow = (text: string, result: number): Cause => ({ text: `${text} is ${result}: beyond ${largest}` });

const infix =
  (sign: string): Explain =>
  (result, x, y) => {
    const text = `${brief(x)} ${sign} ${bracketed(y)}`;
    return Number.isNaN(result) ? { text: `${text} is NaN` } : overflow(text, result);
  };

const smallest = "a small number";

const division: Explain = (result, x, y) => {
  if (y !== 0) return infix("/")(result, x, y);
  const kind = x === 0 ? "0 over 0" : "a number over 0";
  return { text: `${brief(x)} / ${brief(y)} is ${result}: ${kind}`, help: `add ${smallest} to the divisor, as ops.div(x, ops.add(y, 1e-6))` };
};

const logarithm =
  (name: string, offset: number): Explain =>
  (result, x) => {
    const text = `${name}(${brief(x)}) is ${result}`;
    if (x + offset > 0) return { text };
    const form = offset === 0 ? "ops.log(ops.add(p, 1e-7))" : `ops.${name}(ops.maximum(x, -0.999999))`;
    const losses = "for a probability take a loss of logits: losses.crossEntropy, losses.bceWithLogits";
    return x + offset === 0
      ? { text: `${text}: a logarithm of 0`, help: `keep it above 0, as ${form}; ${losses}` }
      : { text: `${text}: a logarithm of a negative number`, help: `give it what is above 0, as ${form} of a p that is not negative` };
  };

const exponential =
  (name: string): Explain =>
  (result, x) => ({
    ...overflow(`${name}(${brief(x)})`, result),
    help: "nn.softmax, ops.logSumExp and the losses of logits take the largest number off first; or keep it small, as ops.exp(ops.minimum(x, 80))",
  });

const power: Explain = (result, x, y) => {
  const text = `${bracketed(x)}^${bracketed(y)}`;
  if (x < 0 && !Number.isInteger(y)) return { text: `${text} is ${result}: a fractional power of a negative number`, help: "ops.pow(ops.abs(x), y)" };
  if (x === 0) return { text: `${text} is ${result}: 0 to a negative power`, help: `add ${smallest} first, as ops.pow(ops.add(x, 1e-6), y)` };
  return overflow(text, result);
};

const root: Explain = (result, x) => ({
  text: `sqrt(${brief(x)}) is ${result}: a root of a negative number`,
  help: "ops.sqrt(ops.maximum(x, 1e-6))",
});

const explained: Readonly<Record<string, Explain>> = {
  add: infix("+"),
  sub: infix("-"),
  mul: infix("·"),
  div: division,
  log: logarithm("log", 0),
  log2: logarithm("log2", 0),
  log1p: logarithm("log1p", 1),
  exp: exponential("exp"),
  expm1: exponential("expm1"),
  sinh: exponential("sinh"),
  cosh: exponential("cosh"),
  pow: power,
  sqrt: root,
};

/** What an op that adds up many numbers is called. */
const sums: Readonly<Record<string, string>> = { contract: "a sum of products", sum: "a sum", scatterAdd: "a sum", fold: "a sum" };

const magnitude = (data: ArrayLike<number>): number => Array.from(data).reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** The numbers that an op was given at its first element that is not finite. */
export const operandsOf = ({ node, frame, at }: Origin): number[] =>
  isElementwise(node) ? node.inputs.map((input) => valueIn(frame, input).data[at] as number) : [];

/** What `origin` did. */
export function causeOf(origin: Origin): Cause {
  const { node, frame, at } = origin;
  const result = valueIn(frame, node).data[at] as number;
  const [x = Number.NaN, y = Number.NaN] = operandsOf(origin);
  const explain = explained[node.op];
  if (explain) return explain(result, x, y);
  const sum = sums[node.op];
  if (node.inputs.length === 0) return { text: `it is ${result} before the step` };
  const most = Math.max(...node.inputs.map((input) => magnitude(valueIn(frame, input).data)));
  if (sum !== undefined) return overflow(`${sum} of numbers up to ${brief(most)}`, result);
  return { text: `"${node.op}" of ${isElementwise(node) ? operandsOf(origin).map(brief).join(", ") : `numbers up to ${brief(most)}`} is ${result}` };
}

/** Ops whose slope is infinite at an end of their domain, by what is written to keep away from it. */
const steep: Readonly<Record<string, string>> = {
  sqrt: "ops.sqrt(ops.add(x, 1e-6))",
  pow: "ops.pow(ops.add(x, 1e-6), y)",
  log: "ops.log(ops.add(x, 1e-7))",
  acos: "acos of ops.minimum(x, 0.999999)",
};

/** The forward value whose infinite slope a gradient is divided by: √x at 0. */
export function steepSlope({ node, frame, at }: Origin, forward: ReadonlySet<Node>): { readonly of: Node; readonly help: string } | undefined {
  if (node.op !== "div") return undefined;
  const near = [elementAt(node.inputs, 1), ...elementAt(node.inputs, 1).inputs];
  const of = near.find((each) => forward.has(each) && steep[each.op] !== undefined && valueIn(frame, each).data[at] === 0);
  return of && { of, help: `the slope is infinite there: ${steep[of.op]}` };
}
