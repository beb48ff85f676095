// The parts of a kernel that can go over a block of rows, and what has to stand before and behind them.
//
//   sum s; reduce i < n { s += f(i) }; let m = s / n; loss = m
//
//   =>   sums = 0   |   sum s; reduce i < n { s += f(i) }; sums += s   |   let s = sums; let m = s / n; loss = m
//
// Requires: a kernel before its schedule. Ensures: the parts one after the other do what the kernel does; those of rows can run for a block of rows after
//   the other, and the sums of blocks are added in order.
// Cost: linear in the kernel, times the number of its loops.
import type { Dim } from "../ir/dim.ts";
import { instanceOf } from "../kernel/call.ts";
import { type Axis, type Buffer, type Call, constantExpr, type Expr, type KeptSums, type Local, type Statement } from "../kernel/kernel.ts";
import { type Loop, loadsOf, readsOf, sitesOf, writesOf } from "../kernel/visit.ts";
import { outerAccumulators } from "../schedule/legality.ts";
import { keptSums, type SumNest, sumNestOf } from "../schedule/steps/accumulate.ts";
import { type Accesses, accessesByRow, accessesOf, hasRows, needsAllRows } from "./accesses.ts";
import { distributed, localsIn } from "./distribute.ts";

/** What runs together. */
export interface Unit extends Accesses {
  /** What it is of: a call, or all that stand within a loop. */
  readonly calls: readonly Call[];
  /** The statements of a part of one call; undefined for all. */
  readonly body?: readonly Statement[];
  /** Whether it goes over rows, and can do so block by block. */
  readonly isByRows: boolean;
}

type Accumulator = Extract<Statement, { kind: "accumulator" }>;

/** Calls as they are. */
export const wholeUnit = (calls: readonly Call[]): Unit => {
  const kernels = calls.map(instanceOf);
  const all = accessesOf(
    kernels.flatMap((kernel) => [...readsOf(kernel)]),
    kernels.flatMap((kernel) => [...writesOf(kernel)]),
  );
  return { calls, isByRows: false, ...all };
};

/** What a kernel cannot be divided for. */
class Undivided extends Error {}

/** A value that later parts read, and how many parts stand before it. */
interface Given {
  readonly statement: Statement & { readonly kind: "let" };
  readonly at: number;
}

const read = (local: Local): Expr => ({ kind: "local", dtype: local.dtype, local });
const storeAt = (buffer: Buffer, value: Expr, accumulate: boolean): Statement => ({
  ...{ kind: "store", buffer, index: [], value, accumulate, inside: [] },
});

/** A nest around a sum over rows alone. */
function sumOverRows(loop: Loop, rows: Dim): SumNest | undefined {
  const nest = sumNestOf(loop);
  return nest && nest.reduction.axis.extent === rows && !hasRows(nest.reduction.body, rows) && nest.loops.every(({ axis }) => axis.extent !== rows)
    ? nest
    : undefined;
}

/** A kernel while it is divided. */
class Division {
  readonly units: Unit[] = [];
  private readonly given = new Map<Local, Given>();
  private readonly open = new Map<Local, Accumulator>();
  private readonly call: Call;
  private readonly rows: Dim;

  constructor(call: Call, rows: Dim) {
    this.call = call;
    this.rows = rows;
  }

  take(statement: Statement): void {
    if (statement.kind === "combine") throw new Undivided();
    if (statement.kind === "let") this.given.set(statement.local, { statement, at: this.units.length });
    else if (statement.kind === "accumulator") this.open.set(statement.local, statement);
    else if (statement.kind === "store") this.add([statement], false);
    else this.loop(statement);
  }

  private loop(loop: Loop): void {
    const nest = sumOverRows(loop, this.rows);
    if (nest) this.sums(nest);
    else this.walk(loop);
  }

  /** A loop that may add to sums outside of it, which are left in memory. */
  private walk(loop: Loop): void {
    const isByRows = hasRows([loop], this.rows);
    const locals = [...outerAccumulators(sitesOf([loop]))];
    const sums = locals.map((local) => ({ local, start: this.startOf(local, isByRows), buffer: this.kept(local, []) }));
    if (needsAllRows([...sums.map(({ start }) => start), loop], this.rows)) throw new Undivided();
    if (isByRows) for (const { buffer, local } of sums) this.add([storeAt(buffer, constantExpr(0, local.dtype), false)], false);
    this.add([...sums.map(({ start }) => start), loop, ...sums.map(({ local, buffer }) => storeAt(buffer, read(local), isByRows))], isByRows);
    for (const { local, buffer } of sums) this.give(local, { kind: "load", dtype: local.dtype, buffer, index: [] });
  }

  private startOf(local: Local, isSum: boolean): Accumulator {
    const start = this.open.get(local);
    this.open.delete(local);
    if (!start || start.combine === "argmax" || (isSum && start.combine !== "sum")) throw new Undivided();
    return start;
  }

  private sums(nest: SumNest): void {
    const own = () => nest.loops.map(({ axis: { name, extent } }): Axis => ({ name, extent }));
    const axes = nest.loops.map(({ axis }) => axis);
    const buffer = this.kept(nest.sum.local, axes);
    const kept: KeptSums = { buffer, axes, cleared: own(), finished: own() };
    const { clear, add, finish } = keptSums(nest, kept);
    this.add(clear, false);
    this.add(add([nest.reduction]), true);
    this.add(finish, false);
  }

  private kept = ({ name, dtype }: Local, axes: readonly Axis[]): Buffer => ({
    ...{ name: `${name}.sums`, kind: "temporary", dtype, shape: axes.map(({ extent }) => extent) },
  });

  private give(local: Local, value: Expr): void {
    this.given.set(local, { statement: { kind: "let", local, value }, at: this.units.length });
  }

  /** The values that `body` needs, in order. */
  private before(body: readonly Statement[], found: Set<Statement & { kind: "let" }> = new Set()): Set<Statement & { kind: "let" }> {
    for (const local of localsIn(body)) {
      const value = this.given.get(local);
      if (!value) continue;
      const loaded = new Set(loadsOf(value.statement).map(({ buffer }) => buffer));
      const isChanged = this.units.slice(value.at).some(({ writes }) => [...loaded].some((buffer) => writes.has(buffer)));
      if (isChanged) throw new Undivided();
      this.before([value.statement], found).add(value.statement);
    }
    return found;
  }

  private add(statements: readonly Statement[], isByRows: boolean): void {
    const body = [...this.before(statements), ...statements];
    const kernel = { ...this.call.kernel, body };
    const accesses = isByRows ? accessesByRow(body, this.rows) : accessesOf(readsOf(kernel), writesOf(kernel));
    if (!accesses) throw new Undivided();
    this.units.push({ calls: [this.call], body, isByRows, ...accesses });
  }
}

/** The parts of a call in order; the call itself where nothing in it goes over rows, or not one by one. */
export function unitsOf(call: Call, rows: Dim): readonly Unit[] {
  const whole = [wholeUnit([call])];
  const { body } = instanceOf(call);
  if (!hasRows(body, rows)) return whole;
  const division = new Division(call, rows);
  try {
    for (const statement of body.flatMap((one) => (one.kind === "loop" ? distributed(one, rows) : [one]))) division.take(statement);
  } catch (error) {
    if (error instanceof Undivided) return whole;
    throw error;
  }
  return division.units;
}
