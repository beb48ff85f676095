// The rule of each op; none for those that have no gradient. What the rules do stands in the ops' own records.
import { axisName } from "../formula/axes.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { withoutBodies } from "../ir/walk.ts";
import { parseLabels } from "../ops/contraction.ts";
import type { OpName, OpNode } from "../ops/table.ts";
import { fillOf } from "../rewrite/fill.ts";
import { words } from "../words/words.ts";
import { byOperand, chain, moved, powerRule, type Saying } from "./rule.ts";

const { kinks, ops, slopes } = words.rules;

function power(node: Node, [operand]: readonly number[]): string {
  return operand === 0 ? powerRule(fillOf(elementAt(node.inputs, 1))) : ops.pow.exponent;
}

function contraction(node: Node, operands: readonly number[]): string {
  const { x, result } = parseLabels((node as OpNode<"contract">).params.spec);
  const { inner, first, second, secondOfOne, both } = ops.contract;
  if (operands.length > 1) return both;
  if (result.length === 0) return inner;
  if (operands[0] === 0) return first;
  return x.length === 1 ? secondOfOne : second;
}

function repeated(node: Node): string {
  const { axes } = (node as OpNode<"broadcast">).params;
  const over = node.shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axisName(node.shape, axis)]));
  return over[0] === "batch" && over.length === 1 ? ops.broadcast.rows : ops.broadcast.places;
}

const chosen = (node: Node): string => (withoutBodies(node.inputs.slice(0, 1)).some(({ op }) => op === "random") ? ops.dropout : ops.where);

const largest = (node: Node): string => ((node as OpNode<"max">).params.ties === "first" ? ops.max.first : ops.max.share);

/** By op; what is not here has no gradient, or is a function whose rule has no words of its own. */
export const opRules: Readonly<Partial<Record<OpName, Saying>>> = {
  add: { words: byOperand(ops.add), isQuiet: true },
  sub: { words: byOperand(ops.sub), isQuiet: 0 },
  mul: { words: byOperand(ops.mul) },
  div: { words: byOperand(ops.div) },
  pow: { words: power },
  neg: { words: ops.neg },
  minimum: { words: ops.minimum },
  maximum: { words: ops.maximum },
  abs: chain("|u|′ = sign(u)", kinks.zero),
  exp: chain("exp′(u) = exp(u)"),
  log: chain("log′(u) = 1/u"),
  log2: chain("log₂′(u) = 1/(u·log(2))"),
  log1p: chain("log1p′(u) = 1/(1 + u)"),
  expm1: chain("expm1′(u) = exp(u)"),
  sinh: chain("sinh′(u) = cosh(u)"),
  cosh: chain("cosh′(u) = sinh(u)"),
  sqrt: chain(slopes.root),
  tanh: chain("tanh′(u) = 1 − tanh(u)²"),
  sigmoid: chain("sigmoid′(u) = sigmoid(u)·(1 − sigmoid(u))"),
  softplus: chain("softplus′(u) = sigmoid(u)"),
  erf: chain("erf′(u) = 2/√π·exp(−u²)"),
  sin: chain("sin′(u) = cos(u)"),
  cos: chain("cos′(u) = −sin(u)"),
  atan: chain("atan′(u) = 1/(1 + u²)"),
  acos: chain("acos′(u) = −1/√(1 − u²)"),
  asinh: chain("asinh′(u) = 1/√(1 + u²)"),
  where: { words: chosen },
  cast: moved(ops.cast),
  contract: { words: contraction },
  sum: { words: ops.sum },
  max: { words: largest },
  reshape: moved(ops.reshape),
  permute: moved(ops.permute),
  broadcast: { words: repeated },
  slice: { words: ops.slice },
  pad: { words: ops.pad },
  flip: moved(ops.flip),
  concat: { words: ops.concat },
  window: { words: ops.window },
  fold: { words: ops.fold },
  gather: { words: ops.gather },
  scatterAdd: { words: ops.scatterAdd },
  recompute: moved(ops.recompute),
  barrier: moved(ops.barrier),
  withGradient: { words: ops.withGradient },
  loop: { words: ops.loop },
  stack: moved(ops.stack),
  last: moved(ops.last),
};

/** What is said of an op that has a gradient. */
export const sayingOf = (op: OpName): Saying => opRules[op] ?? chain(`${op}′(u)`);
