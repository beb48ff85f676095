import type { Program } from "../ir/entry.ts";
import type { Node } from "../ir/node.ts";
import type { Buffer, Repeat, View } from "../kernel/kernel.ts";
import { isOp, type OpNode } from "../ops/table.ts";

/** The buffers that all entry points of a program share, each made once: inputs, variables, constant tensors, and temporaries by value. */
export interface SharedBuffers {
  /** The buffer of a source, or undefined for sources that are computed (iota, size, scalars). */
  of(source: Node): Buffer | undefined;
  /** The temporary for the value of `node`, in whichever entry point it is computed. */
  temporary(node: Node, name: string): Buffer;
  /** The buffer of that key, in whichever entry point it is asked for. */
  once(key: string, make: () => Buffer): Buffer;
  /** A part of `whole`: one row without its axis, or so many rows. */
  part(whole: Buffer, view: Omit<View, "of">, extent?: number): Buffer;
  /** The loop around the calls of `node`. */
  repeat(node: Node, repeat: Repeat): Repeat;
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
  return { of, temporary, ...parts(), inputs, variables, constants };
}

/** Buffers, their parts and loops, each made once. */
function parts(): Pick<SharedBuffers, "once" | "part" | "repeat"> {
  const made = new Map<string, Buffer>();
  const numbers = new Map<Buffer, number>();
  const repeats = new Map<Node, Repeat>();
  const once = (key: string, make: () => Buffer): Buffer => {
    const buffer = made.get(key) ?? make();
    made.set(key, buffer);
    return buffer;
  };
  const part = (whole: Buffer, view: Omit<View, "of">, extent?: number): Buffer => {
    const number = numbers.get(whole) ?? numbers.size;
    numbers.set(whole, number);
    return once(`part ${number} ${JSON.stringify([view, extent])}`, () => partOf(whole, view, extent));
  };
  const repeat = (node: Node, made: Repeat): Repeat => {
    const known = repeats.get(node) ?? made;
    repeats.set(node, known);
    return known;
  };
  return { once, part, repeat };
}

function partOf(whole: Buffer, view: Omit<View, "of">, extent: number | undefined): Buffer {
  const { axis } = view;
  const shape =
    extent === undefined ? whole.shape.filter((_, other) => other !== axis) : whole.shape.map((dim, other) => (other === axis ? extent : dim));
  return { name: whole.name, kind: "temporary", dtype: whole.dtype, shape, view: { ...view, of: whole } };
}
