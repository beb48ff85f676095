import type { Program } from "../../ir/entry.ts";
import { isOp, type Node } from "../../ir/node.ts";
import type { Buffer } from "../../kernel/kernel.ts";

/** The buffers that all entry points of a program share: inputs, variables and constant tensors, each made once. */
export interface SharedBuffers {
  /** The buffer of a source, or undefined for sources that are computed (iota, size, scalars). */
  of(source: Node): Buffer | undefined;
  readonly variables: ReadonlyMap<Node, Buffer>;
  readonly inputs: ReadonlyMap<Node, Buffer>;
  readonly constants: ReadonlyMap<Node, Buffer>;
}

export function sharedBuffers(program: Program): SharedBuffers {
  const inputs = new Map<Node, Buffer>();
  const variables = new Map<Node, Buffer>();
  const constants = new Map<Node, Buffer>();
  for (const node of program.inputs) inputs.set(node as Node, { name: node.params.name, kind: "input", dtype: node.dtype, shape: node.shape });
  for (const [node, { name }] of program.graph.declarations) variables.set(node, { name, kind: "variable", dtype: node.dtype, shape: node.shape });
  const constantOf = (node: Node<"constant">): Buffer => {
    const known = constants.get(node as Node);
    const made: Buffer = known ?? {
      name: `constant.${constants.size}`,
      kind: "constant",
      dtype: node.dtype,
      shape: node.shape,
      data: node.params.data,
    };
    constants.set(node as Node, made);
    return made;
  };
  const of = (node: Node) =>
    inputs.get(node) ?? variables.get(node) ?? (isOp(node, "constant") && node.shape.length > 0 ? constantOf(node) : undefined);
  return { of, inputs, variables, constants };
}
