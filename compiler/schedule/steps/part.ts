// The columns that fill vectors, and those that are left over, in nests of their own.
//
//   parallel i < n { parallel j < 5 { … } }   =>   parallel i < n { parallel jv < 4 { … } }
//                                                  parallel ir < n { parallel jr < 1 { …jr + 4… } }
//
// The rows ir can then run in vectors, where jr are too few for one.
//
// Requires: two parallel loops over all of their points, of which the inner one is all that the outer one holds, of a known extent.
// Ensures: the same values.
// Cost: linear in the loop.
import { InternalError } from "../../../runtime/error.ts";
import { along, shift } from "../../kernel/affine.ts";
import { atPoint, copyAtPoint } from "../../kernel/copy.ts";
import type { Axis, Statement, Step } from "../../kernel/kernel.ts";
import { type Loop, loopsOf } from "../../kernel/visit.ts";

type Nest = Extract<Step, { kind: "part" }>["first"];

/** The loop that is all that `outer` holds, where both are parallel and go over all of their points. */
export function columnsOf(outer: Loop): Loop | undefined {
  const [inner, ...others] = outer.body;
  const isPlain = (loop: Loop) => loop.role === "parallel" && loop.course === undefined;
  return inner?.kind === "loop" && others.length === 0 && isPlain(outer) && isPlain(inner) ? inner : undefined;
}

/** @throws InternalError where the loop over the columns is not all that `outer` holds */
export function parted(outer: Loop, { first, rest }: Extract<Step, { kind: "part" }>): readonly Statement[] {
  const inner = columnsOf(outer);
  if (!inner) throw new InternalError(`The loop "${outer.axis.name}" holds more than its columns`);
  const nest = ({ row, column, inside }: Nest, from: number): Statement => {
    const place = <Element>(element: Element): Element => element;
    const index = shift(along(column), from);
    const columns = copyAtPoint(inner.body, { axis: inner.axis, index, place }, (axis) => inside.get(axis) as Axis);
    const rows = atPoint([{ ...inner, axis: column, body: columns }], { axis: outer.axis, index: along(row), place });
    return { ...outer, axis: row, body: rows };
  };
  return [nest(first, 0), nest(rest, Number(first.column.extent))];
}

/** The step that leaves `extent % by` columns over. The first nest keeps the axes of the rows and inside. */
export function partOf({ axis: row }: Loop, { axis: column, body }: Loop, extent: number, by: number): Step {
  const left = extent % by;
  const named = (axis: Axis, end: string): Axis => ({ ...axis, name: axis.name + end });
  const inside = loopsOf(body).map(({ axis }) => axis);
  return {
    kind: "part",
    axis: row,
    first: { row, column: { ...named(column, "v"), extent: extent - left }, inside: new Map(inside.map((axis) => [axis, axis])) },
    rest: { row: named(row, "r"), column: { ...named(column, "r"), extent: left }, inside: new Map(inside.map((axis) => [axis, named(axis, "r")])) },
  };
}
