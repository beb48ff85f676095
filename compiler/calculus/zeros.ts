// Which values are 0 whatever the inputs are, as long as they are finite: gradients that change nothing.
//
//   mul(g, 0), where(true, 0, g), sum(broadcast(0))   =>   0
//
// It follows values through ops, not through numbers: x - x is not known to be 0. Cost: linear.

import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { withoutBodies } from "../ir/walk.ts";
import { unaryWhere } from "../ops/elementwise.ts";
import { isOp, type OpName } from "../ops/table.ts";
import { foldingRules } from "../passes/rules/folding.ts";
import { fillOf } from "../rewrite/fill.ts";
import { rewrite } from "../rewrite/rewrite.ts";

// 0 where one operand is; where all are; where the first is.
const oneOf: ReadonlySet<string> = new Set<OpName>(["mul", "contract"]);
const allOf: ReadonlySet<string> = new Set<OpName>(["add", "sub", "minimum", "maximum", "concat"]);
const firstOf: ReadonlySet<string> = new Set<OpName>([
  ...unaryWhere(({ f32 }) => f32.value(0, 0, 0) === 0),
  ...(["div", "cast"] as const),
  ...([
    "sum",
    "max",
    "reshape",
    "permute",
    "broadcast",
    "slice",
    "flip",
    "window",
    "fold",
    "gather",
    "scatterAdd",
    "stopGradient",
    "withGradient",
    "recompute",
    "barrier",
  ] as const),
]);

/** Those of `roots` that are 0 everywhere in a run that trains. */
export function zerosOf(roots: readonly Node[]): Set<Node> {
  const { image } = rewrite(roots, foldingRules);
  const zeros = new Set<Node>();
  for (const node of withoutBodies(roots.map(image))) if (isZero(node, zeros)) zeros.add(node);
  return new Set(roots.filter((root) => zeros.has(image(root))));
}

function isZero(node: Node, zeros: ReadonlySet<Node>): boolean {
  if (isOp(node, "constant")) return node.params.data.length > 0 && node.params.data.every((value) => value === 0);
  if (isOp(node, "where")) return takenBranches(node).every((branch) => zeros.has(branch));
  if (isOp(node, "pad") && node.params.value !== 0) return false;
  const isKnown = (input: Node) => zeros.has(input);
  if (oneOf.has(node.op)) return node.inputs.some(isKnown);
  if (allOf.has(node.op)) return node.inputs.every(isKnown);
  return (firstOf.has(node.op) || isOp(node, "pad")) && isKnown(elementAt(node.inputs, 0));
}

function takenBranches({ inputs }: Node): readonly Node[] {
  const [condition, x, y] = inputs as readonly [Node, Node, Node];
  let source = condition;
  while (isOp(source, "broadcast") || isOp(source, "reshape")) source = elementAt(source.inputs, 0);
  const holds = isOp(source, "training") ? 1 : fillOf(source);
  return holds === undefined ? [x, y] : [holds === 0 ? y : x];
}
