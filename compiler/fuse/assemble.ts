// A group of members as one kernel: loops over the group's axes, and inside them the phases.
import { InternalError } from "../../runtime/error.ts";
import type { Node } from "../ir/node.ts";
import { along } from "../kernel/affine.ts";
import { type Affine, type Axis, type Buffer, constantExpr, type Expr, type Local, type Scalar, type Statement } from "../kernel/kernel.ts";
import { type Loops, nest } from "../kernel/loops.ts";
import { substitution } from "../kernel/substitute.ts";
import { copy, everyPoint, Splits } from "./axes.ts";
import { type Group, isLocal, type Placed, readsRegister } from "./group.ts";
import type { Definition, MemberAxis } from "./member.ts";
import type { Index } from "./moves.ts";

/** Where values of the entry point lie. */
export interface Storage {
  /** Buffers that a root is stored to; none for one that lives in registers only. */
  targets(root: Node): readonly Buffer[];
  /** The buffer that a root or source is read from. */
  source(node: Node): Buffer | undefined;
}

type Store = Statement & { kind: "store" };

const store = (buffer: Buffer, index: Index, value: Expr, accumulate = false): Store => ({
  kind: "store",
  buffer,
  index,
  value,
  accumulate,
  inside: [],
});
const read = (local: Local): Expr => ({ kind: "local", dtype: local.dtype, local });

/** The loops that a member opens itself, without those of its group. */
const ownLoops = (out: readonly { readonly loops: Loops; readonly own: boolean }[]): Loops[] => out.flatMap(({ loops, own }) => (own ? [loops] : []));

/** The state of one assembly: the loops of the group's axes and the registers of its members. */
class Assembly {
  private readonly shared: ReadonlyMap<MemberAxis, Loops>;
  private readonly locals = new Map<Node, Local>();
  private readonly group: Group;
  private readonly storage: Storage;
  private readonly splits: Splits;

  constructor(group: Group, storage: Storage, splits: Splits) {
    this.group = group;
    this.storage = storage;
    this.splits = splits;
    this.shared = new Map(group.axes.map((axis, i) => [axis, splits.loops(`group.${i}`, axis.name, axis.extent)]));
  }

  body(): readonly Statement[] {
    const part = (wanted: Placed["part"]) => [...this.group.placed.values()].filter((placed) => placed.part === wanted);
    const rides = part("ride");
    const before = rides.flatMap((ride) => this.prepareRide(ride));
    const walk = [...this.group.placed.values()].filter((placed) => placed.part !== "tail");
    const inside = walk.flatMap((placed) => (placed.part === "ride" ? this.addRide(placed) : this.phase(placed)));
    const after = rides.flatMap((ride) => this.finishRide(ride));
    return [...before, ...this.walk(rides, inside), ...after, ...part("tail").flatMap((placed) => this.phase(placed))];
  }

  /** The loops over the group's axes; an axis that some ride reduces is walked in order. */
  private walk(rides: readonly Placed[], inside: readonly Statement[]): readonly Statement[] {
    const reduced = new Set(rides.flatMap(({ member, on }) => member.reduce.map((axis) => on.get(axis))));
    return this.group.axes.reduceRight(
      (body, axis) => nest([this.shared.get(axis) as Loops], reduced.has(axis) ? "reduce" : "parallel", body),
      inside,
    );
  }

  /** The loops of a member's axis: the group's, or new ones. */
  private loopsOf(placed: Placed, axis: MemberAxis, i: number, what: string): { loops: Loops; own: boolean } {
    const group = placed.on.get(axis);
    const shared = group && this.shared.get(group);
    if (shared) return { loops: shared, own: false };
    return { loops: this.splits.loops(`${placed.member.root.id}.${what}.${i}`, axis.name, axis.extent), own: true };
  }

  private outLoops(placed: Placed) {
    return placed.member.out.map((axis, i) => this.loopsOf(placed, axis, i, "out"));
  }

  private readValue(placed: Placed, node: Node, index: Index): Expr {
    const source = this.group.placed.get(node);
    const local = source && readsRegister(this.group, placed, source) ? this.locals.get(node) : undefined;
    if (local) return read(local);
    const buffer = this.storage.source(node);
    if (!buffer) throw new InternalError(`"${node.op}" has no buffer where it is read`);
    return { kind: "load", dtype: buffer.dtype, buffer, index };
  }

  /** What a member computes at `index` of its result, over the loops that its reduce axes run as; those that it opens itself are `reduce`. */
  private definition(placed: Placed, index: Index): { result: Definition; reduce: readonly Loops[]; steps: readonly Affine[] } {
    const { out, reduce, reads, scalars, lowered } = placed.member;
    const loops = reduce.map((axis, i) => this.loopsOf(placed, axis, i, "reduce"));
    const steps = loops.map((one) => one.loops.index);
    const symbols = [...out.slice(0, index.length), ...reduce].map(({ symbol }) => symbol);
    const indices = new Map([...index, ...steps].map((one, i) => [symbols[i] as Axis, one]));
    const nodes = new Map(reads.map(({ buffer, node }) => [buffer, node]));
    const image = substitution({
      axis: (symbol) => indices.get(symbol),
      load: ({ buffer }, at) => this.readValue(placed, nodes.get(buffer) as Node, at),
      expr: (expr) => (expr.kind === "scalar" ? { ...expr, scalar: scalars[lowered.scalars.indexOf(expr.scalar)] as Scalar } : expr),
      split: this.splits.split,
    }).expr;
    const { combine, value, at } = lowered.definition;
    return { result: { combine, value: image(value), ...(at && { at: image(at) }) }, reduce: ownLoops(loops), steps };
  }

  /** A value at each point: computed over the member's own loops, kept in a register where later phases read it, and stored. */
  private phase(placed: Placed): readonly Statement[] {
    if (placed.member.root.op === "scatterAdd") return this.scatter(placed);
    const out = this.outLoops(placed);
    const index = out.map(({ loops }) => loops.index);
    const { result, reduce } = this.definition(placed, index);
    const { root } = placed.member;
    const local: Local = { name: `v${root.id}`, dtype: root.dtype };
    const targets = this.storage.targets(root);
    const stores = targets.map((buffer) => store(buffer, index, read(local)));
    const point = [...this.compute(local, result, reduce), ...stores];
    if (isLocal(placed)) this.locals.set(root, local);
    return nest(ownLoops(out), "parallel", point);
  }

  private compute(local: Local, { combine, value, at }: Definition, reduce: readonly Loops[]): readonly Statement[] {
    if (!combine || reduce.length === 0) return [{ kind: "let", local, value: at ?? value }];
    const add: Statement = at ? { kind: "combine", local, combine, value, at } : { kind: "combine", local, combine, value };
    return [{ kind: "accumulator", local, combine }, ...nest(reduce, "reduce", [add])];
  }

  /** Before the walk: a scalar total starts in a register, others as zeros in memory. */
  private prepareRide(placed: Placed): readonly Statement[] {
    const { root, out } = placed.member;
    if (out.length === 0) {
      const local: Local = { name: `v${root.id}`, dtype: root.dtype };
      this.locals.set(root, local);
      return [{ kind: "accumulator", local, combine: "sum" }];
    }
    return this.zero(placed);
  }

  private zero(placed: Placed): readonly Statement[] {
    const { root, out } = placed.member;
    const [buffer] = this.storage.targets(root);
    if (!buffer) throw new InternalError(`The sum "${root.op}" has no buffer`);
    return everyPoint(this.splits, `${root.id}.zero`, out, (index) => store(buffer, index, constantExpr(0, root.dtype)));
  }

  private addRide(placed: Placed): readonly Statement[] {
    const { root } = placed.member;
    const out = this.outLoops(placed);
    const index = out.map(({ loops }) => loops.index);
    const { result, reduce } = this.definition(placed, index);
    const local = this.locals.get(root);
    const [buffer] = this.storage.targets(root);
    const add: Statement = local
      ? { kind: "combine", local, combine: "sum", value: result.value }
      : store(buffer as Buffer, index, result.value, true);
    return nest(reduce, "reduce", nest(ownLoops(out), "parallel", [add]));
  }

  /** After the walk: the total goes to all its buffers. */
  private finishRide(placed: Placed): readonly Statement[] {
    const { root, out } = placed.member;
    const targets = this.storage.targets(root);
    const local = this.locals.get(root);
    if (local) return targets.map((buffer) => store(buffer, [], read(local)));
    return this.copies(root, targets, out);
  }

  /** A sum that was built in its first buffer goes to the others. */
  private copies(root: Node, [from, ...others]: readonly Buffer[], out: readonly MemberAxis[]): readonly Statement[] {
    return others.flatMap((buffer, i) => copy(this.splits, `${root.id}.copy.${i}`, out, from as Buffer, buffer));
  }

  /** Zeros, then each row of the operand is added where its index says; an index outside is dropped. */
  private scatter(placed: Placed): readonly Statement[] {
    const { root, out } = placed.member;
    const rows = root.inputs[1] as Node;
    const targets = this.storage.targets(root);
    const { result, reduce, steps } = this.definition(placed, []);
    const row = along(result.at as Expr);
    const inside = [{ index: row, lower: 0, upper: root.shape[0] as Affine["terms"][number]["coefficient"] }];
    const { length } = rows.shape;
    const add: Statement = { ...store(targets[0] as Buffer, [row, ...steps.slice(length)], result.value, true), inside };
    const [walk, across] = [reduce.slice(0, length), reduce.slice(length)];
    const added = nest(walk, "reduce", nest(across, "parallel", [add]));
    return [...this.zero(placed), ...added, ...this.copies(root, targets, out)];
  }
}

/** The statements of a group; loops are split until every reshape inside is affine where it can be. */
export function assemble(group: Group, storage: Storage): readonly Statement[] {
  const splits = new Splits();
  for (;;) {
    splits.restart();
    const body = new Assembly(group, storage, splits).body();
    if (!splits.changed) return body;
  }
}
