// Applies the steps of a trace one by one, knowing neither rules nor gradients: what stands in no step does not happen.
import type { Node } from "../../../compiler/ir/node.ts";
import { rebuilt } from "../../../compiler/ir/walk.ts";
import * as build from "../../../compiler/ops/build.ts";
import type { ChainStep, RuleStep, Step } from "../../../compiler/trace/trace.ts";

export const isRule = (step: Step): step is RuleStep => "rule" in step;

/** What `root` is where each `before` is its `after`, and all that uses it is made anew. */
export function rewritten(steps: readonly Step[]): (root: Node) => Node {
  const known = new Map(steps.filter(isRule).map(({ before, after }) => [before, after]));
  const images = new Map<Node, Node>();
  const image = (node: Node): Node => {
    const found = images.get(node);
    if (found) return found;
    const anew = rebuilt(node, image);
    const after = known.get(anew);
    const result = after ? image(after) : anew === node ? node : image(anew);
    images.set(node, result);
    return result;
  };
  return image;
}

/** The gradients of `y` by `wrt`: the sums of what the chain rule contributes, as far as it says so. */
export function chained(steps: readonly Step[], y: Node, wrt: readonly Node[]): Node[] {
  const rules = new Map(steps.filter(isRule).map(({ before, after }) => [before, after]));
  const told = (node: Node): Node => rules.get(node) ?? node;
  const sum = (terms: readonly Node[]): Node => told(terms.reduce((whole, term) => build.add(whole, term)));
  // What goes to one input twice is added first.
  const terms = new Map<Node, Map<Node, Node[]>>([[y, new Map([[y, [build.constant(y.graph, [1])]]])]]);
  const gradientOf = (x: Node): Node => sum([...(terms.get(x)?.values() ?? [])].map(sum));
  const apply = ({ of, input, adjoint, contribution }: ChainStep) => {
    if (gradientOf(of) !== adjoint) throw new Error(`The gradient of ${of.op} is not what its terms add up to`);
    const x = of.inputs[input] as Node;
    const known = terms.get(x) ?? new Map<Node, Node[]>();
    terms.set(x, known.set(of, [...(known.get(of) ?? []), told(contribution)]));
  };
  for (const step of steps) if (!isRule(step)) apply(step);
  return wrt.map(gradientOf);
}
