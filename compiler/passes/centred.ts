// Sums of squares about a total, such as those of a variance, in parts.
//
//   sum((y - m)²)   =>   s₂ - δ·(2·s₁ - n·δ)    with s₁ = sum(y - c), s₂ = sum((y - c)²), δ = m - c
//   and where m is the mean of y itself          s₂ - s₁·s₁/n: δ is s₁/n, with all the digits that m has no room for
//
// The shift c is a state that the first part sets to its own mean and all others read, so that every sum is one over rows. It is near the mean of all
// rows where rows come in no order, and then nothing cancels: Σ y² - (Σ y)²/n would lose all digits of y with a large mean (Chan, Golub and
// LeVeque 1983). Where c is far from m the figures lost are those of ((m - c) / deviation)², never those of (m / deviation)².
import { type Dim, product } from "../ir/dim.ts";
import type { Update } from "../ir/entry.ts";
import type { Graph, Node } from "../ir/node.ts";
import { substitute, withoutBodies } from "../ir/walk.ts";
import * as build from "../ops/build.ts";
import { kindsOf, type Separation, separationOf } from "./rows.ts";
import { paramsOf } from "./rules/params.ts";
import { declareSum, type Totals } from "./totals.ts";

/** A sum of squares of `y - broadcast(m)`, a scalar or a row of totals m that is the same for all rows. */
interface Centred {
  readonly sum: Node;
  readonly y: Node;
  readonly m: Node;
  /** The axes of m among those of y. */
  readonly axes: readonly number[];
}

/** What a computation needs to know of all rows, with the shifts that sums of squares in it are taken about. */
export interface Shifted extends Separation {
  /** The totals of the sums, whose first part sets the shifts. */
  begin(totals: Totals): Totals;
}

/** The sums that `results` depend on where sums of squares are taken about shifts; undefined where there are none, or rows are mixed otherwise. */
export function separationAboutShifts(results: readonly Node[], dim: string): Shifted | undefined {
  const found = centredIn(results, dim);
  if (found.length === 0) return undefined;
  const { graph } = (found[0] as Centred).sum;
  const first = [...graph.declarations.values()].filter(({ role }) => role === "sum").length;
  const shifts = found.map(({ m }, i) => build.state(graph, `#shift.${first + i}`, "f32", m.shape));
  const images = found.map((each, i) => [each.sum, aboutShift(each, shifts[i] as Node)] as const);
  const separation = separationOf(substitute(results, new Map(images)), dim);
  return separation && { ...separation, begin: (totals) => begun(graph, found, shifts, totals) };
}

function centredIn(results: readonly Node[], dim: string): Centred[] {
  const kinds = kindsOf(results, dim);
  return withoutBodies(results).flatMap((sum) => {
    const centred = partsOf(sum);
    return centred && kinds.get(centred.y)?.kind === "rows" && kinds.get(centred.m)?.kind === "total" ? [centred] : [];
  });
}

function partsOf(sum: Node): Centred | undefined {
  const [square] = sum.op === "sum" ? sum.inputs : [];
  const [d, other] = square?.op === "mul" ? square.inputs : [];
  const [y, spread] = d !== undefined && d === other && d.op === "sub" ? d.inputs : [];
  const [m] = spread?.op === "broadcast" ? spread.inputs : [];
  if (!y || !spread || !m) return undefined;
  const { axes } = paramsOf(spread, "broadcast");
  const isWhole = axes.every((axis, own) => m.shape[own] === y.shape[axis]);
  return isWhole && !axes.some((axis) => paramsOf(sum, "sum").axes.includes(axis)) ? { sum, y, m, axes } : undefined;
}

const extentOf = ({ shape }: Node, axes: readonly number[]): Dim => product(axes.map((axis) => shape[axis] as Dim));

function aboutShift(centred: Centred, shift: Node): Node {
  const { sum, y, m, axes } = centred;
  const { axes: summed } = paramsOf(sum, "sum");
  const distance = build.sub(y, build.broadcast(shift, y.shape, axes));
  const [s1, s2] = [build.sum(distance, summed), build.sum(build.mul(distance, distance), summed)];
  const n = build.broadcast(build.count(sum.graph, extentOf(y, summed)), s1.shape, []);
  if (summed.length + axes.length === y.shape.length && m === meanOf(centred)) return build.sub(s2, build.mul(s1, build.div(s1, n)));
  const kept = y.shape.map((_, axis) => axis).filter((axis) => !summed.includes(axis));
  const delta = build.broadcast(
    build.sub(m, shift),
    s1.shape,
    axes.map((axis) => kept.indexOf(axis)),
  );
  return build.sub(s2, build.mul(delta, build.sub(build.add(s1, s1), build.mul(n, delta))));
}

/** `totals` of sums about shifts that the first part sets. */
function begun(graph: Graph, found: readonly Centred[], shifts: readonly Node[], { totals, add, clear }: Totals): Totals {
  const isBegun = declareSum(graph, "#shifted", build.constant(graph, [0], [], "i32"));
  const isFirst = build.compare(isBegun, build.constant(graph, [0], [], "i32"), "eq");
  const updates = shifts.map((shift, i): Update => {
    const value = build.where(build.broadcast(isFirst, shift.shape, []), meanOf(found[i] as Centred), shift);
    return { target: declareSum(graph, paramsOf(shift, "state").name, shift), value };
  });
  const now = new Map(updates.map(({ target, value }) => [target, value]));
  const values = substitute(
    add.map(({ value }) => value),
    now,
  );
  const added = add.map(({ target }, i): Update => ({ target, value: values[i] as Node }));
  const zeros = [...shifts, isBegun].map((target): Update => ({ target, value: build.fill(target, 0) }));
  const end = { target: isBegun, value: build.constant(graph, [1], [], "i32") };
  return { totals, add: [...added, ...updates, end], clear: [...clear, ...zeros] };
}

/** The mean of `y` by `axes`, as a model has it in its simplest form. */
function meanOf({ y, axes }: Centred): Node {
  const others = y.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const total = build.sum(y, others);
  const n = build.count(y.graph, extentOf(y, others));
  return build.div(total, total.shape.length === 0 ? n : build.broadcast(n, total.shape, []));
}
