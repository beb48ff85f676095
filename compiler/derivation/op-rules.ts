// The rule of each op in words; none for those that have no gradient. What the rules do stands in the ops' own records.
import { axisName } from "../formula/axes.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { withoutBodies } from "../ir/walk.ts";
import { parseLabels } from "../ops/contraction.ts";
import type { OpName, OpNode } from "../ops/table.ts";
import { fillOf } from "../rewrite/fill.ts";
import { byOperand, chain, moved, type Saying } from "./rule.ts";

const summands = "sum: each term gets the derivative of the sum";

function power(node: Node, [operand]: readonly number[]): string {
  if (operand !== 0) return "exponential function: aᵘ has the derivative aᵘ·log(a)";
  const exponent = fillOf(elementAt(node.inputs, 1));
  if (exponent === undefined) return "power rule: uᵖ has the derivative p·u^(p − 1)";
  if (exponent === 2) return "power rule: u² has the derivative 2·u";
  return `power rule: u^${exponent} has the derivative ${exponent}·u^${exponent - 1}`.replaceAll("^-", "^−");
}

function contraction(node: Node, operands: readonly number[]): string {
  const { x, y, result } = parseLabels((node as OpNode<"contract">).params.spec);
  if (operands.length > 1) return "product rule, in both factors: sum over both paths";
  if (result.length === 0) return "inner product: each factor gets the other one";
  const isVector = x.length === 1 || y.length === 1;
  if (operands[0] === 0) return "product of matrices, in the left factor: multiply by the right one, transposed";
  if (isVector) return "product of matrices, in the right factor; for one example the outer product";
  return "product of matrices, in the right factor: multiply by the left one, transposed; this sums over the rows";
}

function repeated(node: Node): string {
  const { axes } = (node as OpNode<"broadcast">).params;
  const over = node.shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axisName(node.shape, axis)]));
  const where = over[0] === "batch" && over.length === 1 ? "in every row (broadcast), so its derivative is the sum over the rows" : undefined;
  return `stands ${where ?? "in several places (broadcast), so its derivative is the sum over them"}`;
}

const chosen = (node: Node): string =>
  withoutBodies(node.inputs.slice(0, 1)).some(({ op }) => op === "random")
    ? "dropout: what is kept gets the derivative, what is dropped 0"
    : "choice: the derivative goes to the branch that is taken, the other gets 0";

const largest = (node: Node): string =>
  (node as OpNode<"max">).params.ties === "first"
    ? "kink: the derivative goes to the largest, of equal ones to the first"
    : "kink: the derivative goes to the largest, of equal ones in equal parts";

const extreme = (which: string): Saying => ({ words: `kink: the derivative goes to the ${which} of the two, at a tie half to each` });

/** By op; what is not here has no gradient, or is a function whose rule has no words of its own. */
export const opRules: Readonly<Partial<Record<OpName, Saying>>> = {
  add: { words: byOperand(summands, summands, "sum over both paths, of which each gets the derivative"), isQuiet: true },
  sub: {
    words: byOperand(summands, "difference: what is taken away gets the derivative with a minus", "difference: the second path has a minus"),
    isQuiet: 0,
  },
  mul: {
    words: byOperand(
      "product rule: the derivative is multiplied by the other factor",
      "product rule: the derivative is multiplied by the other factor",
      "product rule, (u·v)′ = u′·v + u·v′: sum over both paths",
    ),
  },
  div: {
    words: byOperand(
      "quotient, in the numerator: divide by the denominator",
      "quotient, in the denominator: u/v has the derivative −u/v² by v",
      "quotient rule, (u/v)′ = u′/v − u·v′/v²: sum over both paths",
    ),
  },
  pow: { words: power },
  neg: { words: "minus: the sign changes" },
  minimum: extreme("smaller"),
  maximum: extreme("larger"),
  abs: chain("|u|′ = sign(u)", "0 is taken at u = 0"),
  exp: chain("exp′(u) = exp(u)"),
  log: chain("log′(u) = 1/u"),
  log2: chain("log₂′(u) = 1/(u·log(2))"),
  log1p: chain("log1p′(u) = 1/(1 + u)"),
  expm1: chain("expm1′(u) = exp(u)"),
  sinh: chain("sinh′(u) = cosh(u)"),
  cosh: chain("cosh′(u) = sinh(u)"),
  sqrt: chain("√u has the derivative 1/(2·√u)"),
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
  cast: moved("another type: the derivative stays"),
  contract: { words: contraction },
  sum: { words: "sum: every element gets the derivative of the sum" },
  max: { words: largest },
  reshape: moved("another shape: the derivative is brought back to the first"),
  permute: moved("axes are exchanged: those of the derivative are exchanged back"),
  broadcast: { words: repeated },
  slice: { words: "a part is taken: it gets its derivative, the rest 0" },
  pad: { words: "padding: the derivative is cut to what was there before" },
  flip: moved("the order is turned round: that of the derivative is turned back"),
  concat: { words: "side by side: each part gets its part of the derivative" },
  window: { words: "windows: an element that stands in several gets the sum of their derivatives" },
  fold: { words: "windows are added up: each gets the derivative of where it was added" },
  gather: { words: "rows that are read (embedding): a row gets the sum of the derivatives of where it was read" },
  scatterAdd: { words: "rows are added at places: each gets the derivative of its place" },
  recompute: moved("computed again: the derivative stays"),
  barrier: moved("kept: the derivative stays"),
  withGradient: { words: "a derivative that the definition states itself" },
  loop: { words: "a loop: through time, from the last step to the first; what every step uses gets the sum over the steps" },
  stack: moved("all steps: each gets its part of the derivative"),
  last: moved("the last step: the derivative begins there"),
};

/** What is said of an op that has a gradient. */
export const sayingOf = (op: OpName): Saying => opRules[op] ?? chain(`${op}′(u)`);
