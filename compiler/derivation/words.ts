// The rules of differentiation in words, by the op that they are about.
import type { Node } from "../ir/node.ts";
import { isOp, type OpName } from "../ops/table.ts";

/** What is said where the chain rule goes through `node` to its input number `input`. */
type Words = string | ((node: Node, input: number) => string);

const chain = (slope: string): string => `chain rule, ${slope}`;

function product(node: Node, input: number): string {
  const [x, y] = node.inputs as readonly [Node, Node];
  if (x === y) return "power rule: u² has the derivative 2·u";
  return input === 0 ? "product rule: multiply by the right factor" : "product rule: multiply by the left factor";
}

function matrices(node: Node, input: number): string {
  const other = node.inputs[1 - input] as Node;
  if (input === 0) return "product of matrices, in the left factor: multiply by the right one, transposed";
  return other.shape.length === 1
    ? "product of matrices, in the right factor; for one example the outer product"
    : "product of matrices, in the right factor: multiply by the left one, transposed; this sums over the rows";
}

function repeated(node: Node): string {
  const isOverRows = node.shape[0] === "batch" && (node.inputs[0] as Node).shape[0] !== "batch";
  return isOverRows ? "what stands in every row (broadcast): its derivative is the sum over the rows" : "what is repeated: its derivatives are added";
}

const power = ({ inputs: [, exponent] }: Node): string =>
  exponent && isOp(exponent, "broadcast") ? "power rule: u^n has the derivative n·u^(n − 1)" : "power rule";

const divided = "quotient: divide by what is below";
const added = "linear: each element that is added gets the derivative of the sum";
const meant = "linear: each element that is added gets the derivative, divided by what the sum is divided by";

/** What moves elements or hands the derivative on as it is says nothing. */
const words: Readonly<Partial<Record<OpName, Words>>> = {
  contract: matrices,
  mul: product,
  div: (_, input) => (input === 0 ? divided : "quotient rule, in the denominator: −u/v²"),
  sub: (_, input) => (input === 0 ? "" : "difference: the sign changes"),
  neg: "the sign changes",
  pow: power,
  broadcast: repeated,
  sum: added,
  max: "the largest element alone, of equal ones the first",
  maximum: "the larger of the two, at equality half to each",
  minimum: "the smaller of the two, at equality half to each",
  abs: chain("|u|′ = sign(u), taken as 0 at 0"),
  where: "a kink: of each element the branch that the condition chooses; relu′(u) is [u > 0], 0 at 0",
  exp: chain("exp′(u) = exp(u)"),
  expm1: chain("(exp(u) − 1)′ = exp(u)"),
  log: chain("log′(u) = 1/u"),
  log1p: chain("log(1 + u)′ = 1/(1 + u)"),
  log2: chain("log₂′(u) = 1/(u·log(2))"),
  sqrt: chain("√(u)′ = 1/(2·√(u))"),
  tanh: chain("tanh′(u) = 1 − tanh(u)²"),
  sigmoid: chain("sigmoid′(u) = sigmoid(u)·(1 − sigmoid(u))"),
  softplus: chain("softplus′(u) = sigmoid(u)"),
  erf: chain("erf′(u) = 2/√π·exp(−u²)"),
  sin: chain("sin′(u) = cos(u)"),
  cos: chain("cos′(u) = −sin(u)"),
  sinh: chain("sinh′(u) = cosh(u)"),
  cosh: chain("cosh′(u) = sinh(u)"),
  gather: "rows that are read: their derivatives are added up in the rows that they are of",
  window: "windows: what lies in several of them gets the derivatives of all",
  fold: "sums of windows: each window gets what its places have",
  concat: "parts side by side: each gets its part of the derivative",
  slice: "a part: the derivative of the rest is 0",
  last: "through time: the error of each step goes back to the step before",
  stack: "through time: the error of each step goes back to the step before",
};

/** The two paths of a softmax with cross-entropy, which its single ops would only hide. */
const crossEntropy = [
  "log Σ exp(z): chain rule, log′(u) = 1/u and exp′(u) = exp(u), together exp(z)/Σ exp(z) = softmax(z)",
  "−z at the class: its derivative is −1 there, else 0: −onehot(y)",
];

const isLogOfSumOfPowers = (node: Node): boolean => {
  const [total] = isOp(node, "log") ? node.inputs : [];
  const [power] = total && isOp(total, "sum") ? total.inputs : [];
  return power !== undefined && isOp(power, "exp");
};

/** Rows of classes, or where they are 1. */
const isOneHot = (node: Node): boolean => isOp(node, "oneHot") || (isOp(node, "compare") && node.inputs.some(isOneHot));

/** Rules of one stretch as one says them, `nodes` being what is between: those of a mean together, those of a cross-entropy by its two paths. */
export function inWords(rules: readonly string[], nodes: readonly Node[]): string[] {
  const isMean = rules.includes(divided) && rules.includes(added);
  const told = isMean ? [meant, ...rules.filter((rule) => rule !== divided && rule !== added)] : [...rules];
  const isOfClasses = nodes.some(isLogOfSumOfPowers) && nodes.some(({ inputs }) => inputs.some(isOneHot));
  return isOfClasses ? [...told.filter((rule) => rule === meant || rule === divided), ...crossEntropy] : told;
}

/** The rule at `node` for its input number `input`; undefined where there is nothing to say. */
export function ruleAt(node: Node, input: number): string | undefined {
  const said = words[node.op as OpName];
  const text = typeof said === "function" ? said(node, input) : said;
  return text === "" ? undefined : text;
}
