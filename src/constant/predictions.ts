// Where a loss compares predictions with targets, found in its graph.
//
//   mean((price − y)²)   =>   prediction: price      targets: y
//
// Every value knows the features, the targets, both or neither. What knows features alone and meets targets is what the loss sees of the
// network; the last value that all of it goes through is the prediction.
import type { Dim } from "../../compiler/ir/dim.ts";
import type { InputNode, Node } from "../../compiler/ir/node.ts";
import { sameShape } from "../../compiler/ir/type.ts";
import { withoutBodies } from "../../compiler/ir/walk.ts";
import { isOp } from "../../compiler/ops/table.ts";

/** A value of the network that the loss compares with targets. */
export interface Prediction {
  readonly node: Node;
  /** Values of the targets alone that the loss compares with it, of its shape. */
  readonly targets: readonly Node[];
}

/** Elements of one row. */
export const rowSize = (shape: readonly Dim[]): number => shape.slice(1).reduce<number>((product, extent) => product * Number(extent), 1);

/** The inputs that values are made of. */
export const inputsOf = (values: readonly Node[]): InputNode[] => withoutBodies(values).filter((node) => isOp(node, "input"));

/** Which inputs a value depends on: features, targets. */
interface Knowledge {
  readonly features: boolean;
  readonly targets: boolean;
}

type Knowing = (node: Node) => Knowledge;

/**
 * The predictions of `loss`; `targets` are the inputs that no prediction depends on. Each term of a sum may have one of its own.
 * A term whose prediction is not found has none. Cost: linear for each term.
 */
export function predictionsOf(loss: Node, targets: ReadonlySet<string>): Prediction[] {
  const knowing = knowledgeOf(loss, targets);
  const predictions = new Map<Node, Set<Node>>();
  for (const term of termsOf(loss, knowing)) {
    const found = predictionIn(term, knowing);
    if (found) predictions.set(found.node, new Set([...(predictions.get(found.node) ?? []), ...found.targets]));
  }
  return [...predictions].map(([node, compared]) => ({ node, targets: [...compared] }));
}

function knowledgeOf(loss: Node, targets: ReadonlySet<string>): Knowing {
  const known = new Map<Node, Knowledge>();
  for (const node of withoutBodies([loss])) {
    const inputs = node.inputs.map((input) => known.get(input) as Knowledge);
    const isTarget = isOp(node, "input") && targets.has(node.params.name);
    known.set(node, {
      features: (isOp(node, "input") && !isTarget) || inputs.some(({ features }) => features),
      targets: isTarget || inputs.some((input) => input.targets),
    });
  }
  return (node) => known.get(node) as Knowledge;
}

/** The terms whose weighted sum `loss` is; a weight knows no features. */
function termsOf(loss: Node, knowing: Knowing): Node[] {
  const terms: Node[] = [];
  const stack = [loss];
  for (let node = stack.pop(); node; node = stack.pop()) {
    const varying = node.inputs.filter((input) => knowing(input).features);
    const isSum = isOp(node, "add") || isOp(node, "sub") || isOp(node, "neg");
    const isWeighted = (isOp(node, "mul") || (isOp(node, "div") && varying[0] === node.inputs[0])) && varying.length === 1;
    if (node.shape.length === 0 && (isSum || isWeighted)) stack.push(...varying);
    else terms.push(node);
  }
  return terms;
}

function predictionIn(term: Node, knowing: Knowing): Prediction | undefined {
  const nodes = withoutBodies([term]);
  const met = nodes.filter((node) => knowing(node).features && knowing(node).targets).flatMap(({ inputs }) => inputs);
  const seen = new Set(met.filter((input) => knowing(input).features && !knowing(input).targets));
  const node = unshifted(gate(nodes, seen, knowing));
  if (!node || isOp(node, "input") || node.shape[0] !== "batch") return undefined;
  const targets = new Set(met.filter((input) => !knowing(input).features && knowing(input).targets && sameShape(input.shape, node.shape)));
  return targets.size > 0 ? { node, targets: [...targets] } : undefined;
}

/** Logits, where a cross-entropy takes them less the largest of the row: that shift cancels. */
function unshifted(value: Node | undefined): Node | undefined {
  const [logits, shift] = value && isOp(value, "sub") ? value.inputs : [];
  let largest = shift;
  while (largest && largest.inputs.length === 1 && !isOp(largest, "max")) largest = largest.inputs[0];
  return logits && largest && isOp(largest, "max") && largest.inputs[0] === logits ? logits : value;
}

/** The last value that every path from a feature to `ends` goes through: the nearest common dominator (Cooper, Harvey and Kennedy 2001). */
function gate(nodes: readonly Node[], ends: ReadonlySet<Node>, knowing: Knowing): Node | undefined {
  const above = new Map<Node, Node | undefined>();
  const depth = (node: Node | undefined): number => (node ? node.id : -1);
  const common = (a: Node | undefined, b: Node | undefined): Node | undefined => {
    let [x, y] = [a, b];
    while (x !== y) {
      if (depth(x) > depth(y)) x = x && above.get(x);
      else y = y && above.get(y);
    }
    return x;
  };
  const meeting = (values: readonly Node[]): Node | undefined => values.slice(1).reduce<Node | undefined>(common, values[0]);
  for (const node of nodes) if (knowing(node).features) above.set(node, meeting(node.inputs.filter((input) => knowing(input).features)));
  return meeting([...ends]);
}
