// What the loops of a schedule are made of: iterations of several points side by side.
import { along, plus, shift } from "../../kernel/affine.ts";
import { copyWithIndex, withIndex } from "../../kernel/copy.ts";
import type { Affine, Axis, Course, Statement } from "../../kernel/kernel.ts";
import type { Loop } from "../../kernel/visit.ts";
import { lanes } from "../legality.ts";

/** The points that one iteration runs side by side: so many copies, a number of points apart, of one point or of a vector. */
export interface Width {
  readonly copies: number;
  readonly apart: number;
  readonly isVector: boolean;
}

export const widthOf = (copies: number, isVector: boolean): Width => ({ copies, apart: isVector ? lanes : 1, isVector });

/** How far an iteration of copies that lie one behind the other advances. */
export const stepOf = ({ copies, apart }: Width): number => copies * apart;

/** Widths of the loops that take the points which whole iterations leave over: single vectors, then single points. */
export const narrower = ({ copies, isVector }: Width): Width[] => [
  ...(copies > 1 ? [widthOf(1, isVector)] : []),
  ...(isVector ? [widthOf(1, false)] : []),
];

/** The points of one iteration: what each adds to the loop variable, and the loops over them. */
interface Sides {
  readonly offset: Affine;
  around(body: readonly Statement[]): readonly Statement[];
}

function sidesOf(axis: Axis, { copies, apart, isVector }: Width): Sides {
  const unroll: Axis = { name: `${axis.name}u`, extent: copies };
  const lane: Axis = { name: `${axis.name}l`, extent: lanes };
  const loops = [
    ...(copies > 1 ? [{ axis: unroll, beside: "unroll", by: apart } as const] : []),
    ...(isVector ? [{ axis: lane, beside: "lanes", by: 1 } as const] : []),
  ];
  const offset = loops.map((one) => along(one.axis, one.by)).reduce(plus, { offset: 0, terms: [] });
  const around = (body: readonly Statement[]) =>
    loops.reduceRight<readonly Statement[]>(
      (inner, one) => [{ kind: "loop", role: "parallel", axis: one.axis, beside: one.beside, body: inner }],
      body,
    );
  return { offset, around };
}

/** The part of a loop that `course` goes over in iterations of `width`: its axis, its body at all their points, and the loops over these. */
export interface Pass {
  readonly axis: Axis;
  readonly course: Course;
  readonly body: readonly Statement[];
  readonly around: Sides["around"];
}

/** The first pass keeps the axis, loops and locals of the loop; others have their own. */
export function passOf({ axis, body }: Loop, width: Width, course: Course, isFirst: boolean): Pass {
  const { offset, around } = sidesOf(axis, width);
  if (isFirst) return { axis, course, around, body: offset.terms.length === 0 ? body : withIndex(body, axis, plus(along(axis), offset)) };
  const own: Axis = { ...axis };
  return { axis: own, course, around, body: copyWithIndex(body, axis, plus(along(own), offset)) };
}

/** A first point that is known, or the one at which the loop before has ended. */
export const startAt = (from: number): Pick<Course, "from"> => (from === 0 ? {} : { from: shift({ offset: 0, terms: [] }, from) });
