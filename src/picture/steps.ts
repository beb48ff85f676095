// The forward pass as steps of mathematics: what each is made of that depends on data, and what of parameters alone.
import { compositionOf } from "../../compiler/describe/outline.ts";
import { type Formula, variable } from "../../compiler/formula/tree.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { withoutBodies } from "../../compiler/ir/walk.ts";
import { isOp, type OpNode } from "../../compiler/ops/table.ts";

export interface Step {
  readonly node: Node;
  /** Values that it is made of and that depend on data, each once. */
  readonly from: readonly Node[];
  /** Parameters that it is made of beside them. */
  readonly parameters: readonly OpNode<"parameter">[];
  readonly isRandom: boolean;
  /** What it does, of variables that stand for what it is made of. */
  readonly formula: Formula;
}

/** The steps that `roots` consist of and that depend on data, inputs of a step before it. Those within loops are parts of the loop. */
export function stepsOf(roots: readonly Node[]): Step[] {
  const isData = dependsOnData();
  const done = new Map<Node, Step>();
  const opened = new Map<Node, Step>();
  const stack = roots.filter(isData).reverse();
  for (let node = stack.at(-1); node; node = stack.at(-1)) {
    const step = opened.get(node) ?? stepOf(node, isData);
    opened.set(node, step);
    const missing = step.from.filter((part) => !done.has(part));
    if (missing.length > 0 && !done.has(node)) stack.push(...missing.reverse());
    else done.set(stack.pop() as Node, step);
  }
  return [...done.values()];
}

function stepOf(node: Node, isData: (node: Node) => boolean): Step {
  const { inputs, build } = compositionOf(node);
  const beside = withoutBodies(inputs.filter((input) => !isData(input)));
  return {
    node,
    from: [...new Set(inputs.filter(isData))],
    parameters: beside.filter((source): source is OpNode<"parameter"> => isOp(source, "parameter")),
    isRandom: beside.some(({ op }) => op === "random"),
    formula: build(inputs.map((input) => variable(`#${input.id}`))),
  };
}

/** Whether a value depends on an input of the model. */
function dependsOnData(): (node: Node) => boolean {
  const known = new Map<Node, boolean>();
  return (asked) => {
    if (!known.has(asked))
      for (const node of withoutBodies([asked])) known.set(node, isOp(node, "input") || node.inputs.some((input) => known.get(input)));
    return known.get(asked) as boolean;
  };
}
