// One root as a computation over axes of its own, before it is placed in a kernel: lowered once, and over other axes by substitution.
import type { Dim } from "../ir/dim.ts";
import type { Node } from "../ir/node.ts";
import { along } from "../kernel/affine.ts";
import type { Affine, Axis, Buffer, Combine, Expr } from "../kernel/kernel.ts";
import { isOp } from "../ops/table.ts";
import { isSource } from "./cost.ts";
import { type Lowering, lowering, reducedIndex, type Scope } from "./lower.ts";
import { type Index, indexExpr } from "./moves.ts";
import type { Roots } from "./roots.ts";

/** An axis of a member: one of its result, or one that it reduces. `symbol` stands for its index while members are compared. */
export interface MemberAxis {
  readonly name: string;
  readonly extent: Dim;
  readonly symbol: Axis;
}

/** A stored value that a member reads, and at which index of its own axes. What is computed of it loads from `buffer`, which stands for wherever it is. */
export interface Read {
  readonly node: Node;
  readonly index: Index;
  readonly buffer: Buffer;
}

/** What a member computes at one point: a value, or what is combined over the reduce axes. */
export interface Definition {
  readonly combine: Combine | undefined;
  readonly value: Expr;
  /** The index that an argmax keeps; the row that a scatter adds to. */
  readonly at?: Expr;
}

export interface Member {
  readonly root: Node;
  readonly out: readonly MemberAxis[];
  readonly reduce: readonly MemberAxis[];
  readonly reads: readonly Read[];
  readonly definition: Definition;
}

const letters = "ijkabcdefghlmnopqstvwxyz";

/** The element that a scatter adds at each point of its operand, and the row that it adds it to. */
function scattered(root: Node, lower: Lowering, scope: Scope): Definition {
  const [updates, rows] = root.inputs as [Node, Node];
  const index = updates.shape.map((extent, axis) => scope.reduceLoop(`s${axis}`, extent));
  return { combine: undefined, value: lower.value(updates, index), at: lower.value(rows, index.slice(0, rows.shape.length)) };
}

/** The root's own computation at `index` of its result; of a scatter, what it adds where. */
function define(root: Node, index: Index, lower: Lowering, scope: Scope): Definition {
  if (isOp(root, "contract") || isOp(root, "sum") || isOp(root, "fold")) return { combine: "sum", value: lower.summand(root as Node, index) };
  if (isOp(root, "scatterAdd")) return scattered(root as Node, lower, scope);
  const operand = root.inputs[0] as Node;
  if (isOp(root, "max")) return { combine: "max", value: lower.value(operand, reducedIndex(root as Node, root.params.axes, index, scope)) };
  if (isOp(root, "argmax")) {
    const full = reducedIndex(root as Node, [root.params.axis], index, scope);
    return { combine: "argmax", value: lower.value(operand, full), at: indexExpr(full[root.params.axis] as Affine) };
  }
  return { combine: undefined, value: lower.value(root, index) };
}

function newAxis(name: string, extent: Dim): MemberAxis {
  return { name, extent, symbol: { name, extent } };
}

/** Which stored values `root` reads, seen from its own axes. `isStored` tells sources that live in memory. */
export function analyse(root: Node, { roots }: Roots, isStored: (source: Node) => boolean): Member {
  const out = root.shape.map((extent, axis) => newAxis(letters[axis % letters.length] as string, extent));
  const reduce: MemberAxis[] = [];
  const reads: Read[] = [];
  const buffers = new Map<Node, Buffer>();
  const scope: Scope = {
    read(node, index) {
      if (node === root || !(roots.has(node) || (isSource(node) && isStored(node)))) return undefined;
      const { dtype, shape } = node;
      const buffer: Buffer = buffers.get(node) ?? { name: `${node.id}`, kind: "temporary", dtype, shape };
      buffers.set(node, buffer);
      reads.push({ node, index, buffer });
      return { kind: "load", dtype, buffer, index };
    },
    reduceLoop(name, extent) {
      const axis = newAxis(name, extent);
      reduce.push(axis);
      return along(axis.symbol);
    },
  };
  const index = out.map((axis) => along(axis.symbol));
  const definition = define(root, index, lowering(scope), scope);
  return { root, out, reduce, reads, definition };
}
