// Which outputs a cross-entropy compares with which inputs, and what makes probabilities of them.
import type { Node } from "../compiler/ir/node.ts";
import { isOp, type OpName } from "../compiler/ops/table.ts";
import type { Head } from "../runtime/program.ts";
import type { Definition } from "./definition.ts";
import { sigmoid } from "./ops/scalar.ts";
import { softmax } from "./ops/softmax.ts";

// These hold the elements of their input.
const carries: ReadonlySet<string> = new Set<OpName>(["broadcast", "cast", "permute", "reshape"]);

/** The name of the input whose elements `node` holds; undefined where they are computed. */
function inputName(node: Node): string | undefined {
  let source = node;
  while (carries.has(source.op)) source = source.inputs[0] as Node;
  return isOp(source, "input") ? source.params.name : undefined;
}

/** The outputs that are compared with an input, or are the probabilities of what is. Equal values are one node, so that a second softmax is found. */
export function headsOf({ compared }: Definition, outputs: Readonly<Record<string, Node>>): Head[] {
  const links = new Map<Node, Omit<Head, "output">>();
  for (const { prediction, target: node, link } of compared) {
    const target = inputName(node);
    if (target === undefined) continue;
    links.set(prediction, { target, link });
    const probabilities = { softmax, sigmoid, identity: undefined }[link]?.(prediction);
    if (probabilities) links.set(probabilities, { target, link: "identity" });
  }
  return Object.entries(outputs).flatMap(([output, node]) => {
    const head = links.get(node);
    return head ? [{ output, ...head }] : [];
  });
}

/** The inputs that are targets of a binary cross-entropy. */
export const binaryTargets = ({ compared }: Definition): string[] => [
  ...new Set(compared.flatMap(({ target, link }) => (link === "softmax" ? [] : (inputName(target) ?? [])))),
];
