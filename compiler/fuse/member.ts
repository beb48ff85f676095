// One root as a computation over axes of its own, before it is placed in a kernel: lowered once, and over other axes by substitution.
import type { Dim } from "../ir/dim.ts";
import type { Node } from "../ir/node.ts";
import { along } from "../kernel/affine.ts";
import { type Affine, type Axis, type Buffer, type Combine, constantExpr, type Expr, type Scalar } from "../kernel/kernel.ts";
import { isOp } from "../ops/table.ts";
import { formOfRoot, type RootForm } from "./form.ts";
import { type Lowering, lowering, reducedIndex, type Scope } from "./lower.ts";
import { type Index, indexExpr } from "./moves.ts";

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

/** What all roots of one form are lowered to. */
export interface Lowered {
  /** Of the form. */
  readonly number: number;
  readonly out: readonly MemberAxis[];
  readonly reduce: readonly MemberAxis[];
  readonly reads: readonly (Omit<Read, "node"> & { readonly source: number })[];
  readonly scalars: readonly Scalar[];
  readonly definition: Definition;
}

export interface Member {
  readonly root: Node;
  readonly lowered: Lowered;
  readonly out: readonly MemberAxis[];
  readonly reduce: readonly MemberAxis[];
  readonly reads: readonly Read[];
  /** What is asked of a loop. */
  readonly views?: readonly Node[];
  /** What its form leaves open. */
  readonly sources: readonly Node[];
  readonly scalars: readonly Scalar[];
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

function lowerRoot(root: Node, { sources, scalars }: RootForm, number: number): Lowered {
  const out = root.shape.map((extent, axis) => newAxis(letters[axis % letters.length] as string, extent));
  const reduce: MemberAxis[] = [];
  const reads: Lowered["reads"][number][] = [];
  const buffers = new Map(
    sources.map(({ dtype, shape }, i): [Node, Buffer] => [sources[i] as Node, { name: `${i}`, kind: "temporary", dtype, shape }]),
  );
  const scope: Scope = {
    read(node, index) {
      const buffer = buffers.get(node);
      if (!buffer) return undefined;
      reads.push({ source: sources.indexOf(node), index, buffer });
      return { kind: "load", dtype: buffer.dtype, buffer, index };
    },
    reduceLoop(name, extent) {
      const axis = newAxis(name, extent);
      reduce.push(axis);
      return along(axis.symbol);
    },
    scalar: (node) => scalars.get(node) as Scalar,
  };
  const index = out.map((axis) => along(axis.symbol));
  const definition = define(root, index, lowering(scope), scope);
  return { number, out, reduce, reads, scalars: [...scalars.values()], definition };
}

/** A loop as what others wait for, and what it waits for. */
export function loopMember(root: Node, reads: readonly Node[], views: readonly Node[]): Member {
  const read = reads.map((node): Read => ({ node, index: [], buffer: { name: "", kind: "temporary", dtype: node.dtype, shape: node.shape } }));
  const lowered: Lowered = { number: -1, out: [], reduce: [], reads: [], scalars: [], definition: { combine: undefined, value: constantExpr(0) } };
  return { root, lowered, out: [], reduce: [], reads: read, views, sources: [], scalars: [] };
}

/** The members of a module by their form. */
export class Members {
  private readonly known = new Map<string, Lowered>();

  /** Which stored values `root` reads, seen from its own axes. `isStored` tells values that live in memory or are members of their own. */
  analyse(root: Node, isStored: (node: Node) => boolean): Member {
    const form = formOfRoot(root, isStored);
    const lowered = this.known.get(form.text) ?? lowerRoot(root, form, this.known.size);
    this.known.set(form.text, lowered);
    const { out, reduce } = lowered;
    const reads = lowered.reads.map(({ source, index, buffer }): Read => ({ node: form.sources[source] as Node, index, buffer }));
    return { root, lowered, out, reduce, reads, sources: form.sources, scalars: [...form.scalars.values()] };
  }
}
