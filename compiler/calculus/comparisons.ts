// What a loss compares: the values behind which no parameter comes any more, whichever functions or formulas they are compared by.
//
//   mean((w·x - y)²)              =>   the difference of w·x and y
//   -mean(log(softmax(z)) · t)    =>   z, by a softmax
//   mean(softplus(z) - z·y)       =>   z, by a sigmoid
//
// Cost: linear in the nodes of the loss.
import { below, expOfShifted, nothing, oneOf, softmax, sumOf, z } from "../describe/form.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { withoutBodies } from "../ir/walk.ts";
import { scalarNamed } from "../ops/elementwise.ts";
import { isOp, type OpName } from "../ops/table.ts";
import { fillOf } from "../rewrite/fill.ts";
import { any, either, fill, is, match } from "../rewrite/pattern.ts";

/** Logits that a loss makes probabilities of. */
export interface Logits {
  readonly prediction: Node;
  readonly by: "softmax" | "sigmoid";
}

/** A prediction less a target, or the other way round. */
export interface Difference {
  readonly prediction: Node;
  readonly target: Node;
  readonly node: Node;
}

/** Nodes by what they depend on. */
export interface Sources {
  /** On a parameter that training changes. */
  readonly trained: ReadonlySet<Node>;
  /** On an input. */
  readonly given: ReadonlySet<Node>;
}

/** What each of `nodes` depends on, inputs before users. */
export function sourcesOf(nodes: readonly Node[]): Sources {
  const [trained, given] = [new Set<Node>(), new Set<Node>()];
  for (const node of nodes) {
    const isTrained = isOp(node, "parameter") && node.graph.declarations.get(node)?.trainable;
    if (isTrained || node.inputs.some((input) => trained.has(input))) trained.add(node);
    if (isOp(node, "input") || node.inputs.some((input) => given.has(input))) given.add(node);
  }
  return { trained, given };
}

/** The nodes of `loss` behind which no layer comes, and the last layers themselves, users before inputs. */
function tailOf(loss: Node, { trained, given }: Sources): Node[] {
  const isLayer = ({ op, inputs, body }: Node) =>
    op === "contract" ||
    body.length > 0 ||
    (inputs.some((input) => given.has(input)) && inputs.some((input) => trained.has(input) && !given.has(input)));
  const tail = new Set([loss]);
  for (const node of tail) if (!isLayer(node)) for (const input of node.inputs) tail.add(input);
  return [...tail];
}

const logOfSoftmax = is("log", oneOf(sumOf(oneOf(expOfShifted, is("exp", z))), below(softmax)));
const logOfSigmoid = is("log", below(is("sigmoid", z)));
const entropyOfSigmoid = is("sub", is("softplus", z), either("mul", z, any("y")));

function logitsAt(node: Node): Logits[] {
  const scores = match(logOfSoftmax, node, nothing)?.z;
  if (scores) return [{ prediction: scores, by: "softmax" }];
  const chance = match(oneOf(logOfSigmoid, entropyOfSigmoid), node, nothing)?.z;
  return chance ? [{ prediction: chance, by: "sigmoid" }] : [];
}

function differenceAt(node: Node, { trained, given }: Sources): Difference[] {
  if (node.op !== "sub") return [];
  const [first, second] = node.inputs as readonly [Node, Node];
  const [prediction, target] = trained.has(first) ? [first, second] : [second, first];
  return trained.has(prediction) && !trained.has(target) && given.has(target) ? [{ prediction, target, node }] : [];
}

/** What a loss compares. */
export interface Comparisons {
  /** Of which it takes logarithms of probabilities. */
  readonly logits: readonly Logits[];
  readonly differences: readonly Difference[];
  /** Of which it takes logarithms as they are. */
  readonly logarithms: readonly Node[];
}

/** What `loss` compares; `known` are logits that are known without a look at its graph. */
export function comparisonsIn(loss: Node, known: readonly Logits[]): Comparisons {
  const sources = sourcesOf(withoutBodies([loss]));
  const tail = tailOf(loss, sources);
  const isKnown = ({ prediction, by }: Logits) => known.some((other) => other.prediction === prediction && other.by === by);
  return {
    logits: [...known, ...tail.flatMap(logitsAt).filter((found) => !isKnown(found))],
    differences: tail.flatMap((node) => differenceAt(node, sources)),
    logarithms: tail.flatMap((node) => (node.op === "log" ? node.inputs : [])),
  };
}

const movements: ReadonlySet<string> = new Set<OpName>(["broadcast", "permute", "reshape"]);

/** The value whose elements `node` holds in other places. */
export function unmoved(node: Node): Node {
  let inner = node;
  while (movements.has(inner.op)) inner = elementAt(inner.inputs, 0);
  return inner;
}

export const isSoftmax = (node: Node): boolean => match(softmax, node, nothing) !== undefined;

const grown = either("add", is("exp", any("u")), fill(1));
const sigmoid = oneOf(is("sigmoid", any("u")), is("div", oneOf(fill(1), is("exp", any("u"))), grown), is("pow", grown, fill(-1)));

/** Whether `node` is a sigmoid, written out too. */
export const isSigmoid = (node: Node): boolean => match(sigmoid, node, nothing) !== undefined;

/** The values that predictions are made of one by one: below reshapes, functions of one element, and softmaxes. */
export function behindLast({ logits, differences, logarithms }: Comparisons): Set<Node> {
  const found = new Set([...[...logits, ...differences].map(({ prediction }) => prediction), ...logarithms]);
  for (const node of found) {
    const isPointwise = movements.has(node.op) || scalarNamed(node.op)?.arity === 1;
    const inner = isPointwise ? node.inputs[0] : match(softmax, node, nothing)?.z;
    if (inner) found.add(inner);
  }
  return found;
}

const isParameter = (node: Node): boolean => isOp(unmoved(node), "parameter");

/** Whether `node` is what a layer with weights gives, with or without a bias: it can be any number. */
export function isLinear(node: Node): boolean {
  if (isOp(node, "contract")) return node.inputs.some(isParameter);
  return (
    isOp(node, "add") &&
    node.inputs.some((input) => isParameter(input) || fillOf(input) !== undefined) &&
    node.inputs.some((input) => isLinear(unmoved(input)))
  );
}
