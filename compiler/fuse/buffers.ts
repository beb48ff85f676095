import type { Program } from "../ir/entry.ts";
import type { Node } from "../ir/node.ts";
import type { Buffer } from "../kernel/kernel.ts";
import { isOp, type OpNode } from "../ops/table.ts";

/** The buffers that all entry points of a program share, each made once: inputs, variables, constant tensors, and temporaries by value. */
export interface SharedBuffers {
  /** The buffer of a source, or undefined for sources that are computed (iota, size, scalars). */
  of(source: Node): Buffer | undefined;
  /** The temporary for the value of `node`, in whichever entry point it is computed. */
  temporary(node: Node, name: string): Buffer;
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
  const constantOf = (node: OpNode<"constant">): Buffer => {
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
  const temporaries = new Map<Node, Buffer>();
  const temporary = (node: Node, name: string): Buffer => {
    const known: Buffer = temporaries.get(node) ?? { name, kind: "temporary", dtype: node.dtype, shape: node.shape };
    temporaries.set(node, known);
    return known;
  };
  const of = (node: Node) =>
    inputs.get(node) ?? variables.get(node) ?? (isOp(node, "constant") && node.shape.length > 0 ? constantOf(node) : undefined);
  return { of, temporary, inputs, variables, constants };
}
