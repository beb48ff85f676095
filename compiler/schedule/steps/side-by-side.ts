// What the loops of a schedule are made of: iterations of several points side by side.
import { coefficientOf, isDynamic } from "../../ir/dim.ts";
import { along, fixed, plus, shift } from "../../kernel/affine.ts";
import { atPoint, copyAtPoint } from "../../kernel/copy.ts";
import type { Affine, Axis, Buffer, Course, Statement } from "../../kernel/kernel.ts";
import type { Element } from "../../kernel/rewrite.ts";
import { type Loop, sitesOf } from "../../kernel/visit.ts";
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

const divisorOf = (a: number, b: number): number => (b === 0 ? Math.abs(a) : divisorOf(b, a % b));

/** A number that the points at which a loop begins and ends are multiples of, so that iterations of as many leave none over. */
export function unitOf({ axis: { extent }, course }: Loop): number {
  const { from, until = [] } = course ?? {};
  if (isDynamic(extent) || (from && "after" in from)) return 1;
  const parts = [...(from ? [from] : []), ...until].flatMap(({ offset, terms }) => [
    offset,
    ...terms.map(({ coefficient }) => coefficientOf(coefficient)),
  ]);
  return parts.reduce(divisorOf, extent);
}

/** The widths of the loops that take all points of one which begins or ends somewhere: `width` first, as long as points can be left over. */
export function widthsOf(loop: Loop, width: Width): Width[] {
  const widths = [width, ...narrower(width)];
  const whole = widths.findIndex((one) => unitOf(loop) % stepOf(one) === 0);
  return widths.slice(0, whole < 0 ? widths.length : whole + 1);
}

/** The points of one iteration: what each adds to the loop variable, its number among them, and the loops over them. */
interface Sides {
  readonly offset: Affine;
  readonly number: Affine;
  readonly points: number;
  around(body: readonly Statement[]): readonly Statement[];
}

function sidesOf(axis: Axis, { copies, apart, isVector }: Width): Sides {
  const unroll: Axis = { name: `${axis.name}u`, extent: copies };
  const lane: Axis = { name: `${axis.name}l`, extent: lanes };
  const loops = [
    ...(copies > 1 ? [{ axis: unroll, beside: "unroll", apart, count: isVector ? lanes : 1 } as const] : []),
    ...(isVector ? [{ axis: lane, beside: "lanes", apart: 1, count: 1 } as const] : []),
  ];
  const sum = (by: "apart" | "count") => loops.map((one) => along(one.axis, one[by])).reduce(plus, fixed(0));
  const around = (body: readonly Statement[]) =>
    loops.reduceRight<readonly Statement[]>((inner, { axis, beside }) => [{ kind: "loop", role: "parallel", axis, beside, body: inner }], body);
  return { offset: sum("apart"), number: sum("count"), points: copies * (isVector ? lanes : 1), around };
}

const isAt = (index: readonly Affine[], axis: Axis): boolean => index.some(({ terms }) => terms.some(({ atom }) => atom === axis));

/** Scratch that is stored at each point, in one place, has an element for each of those that run side by side. */
function widened(body: readonly Statement[], axis: Axis, { number, points }: Sides): (element: Element) => Element {
  const stored = sitesOf(body).flatMap(({ statement }) =>
    statement.kind === "store" && statement.buffer.kind === "scratch" && !isAt(statement.index, axis) ? [statement.buffer] : [],
  );
  const wide = new Map(stored.map((buffer): [Buffer, Buffer] => [buffer, { ...buffer, shape: [...buffer.shape, points] }]));
  return (element) => {
    const buffer = wide.get(element.buffer);
    return buffer ? { buffer, index: [...element.index, number] } : element;
  };
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
  const sides = sidesOf(axis, width);
  const { around, offset } = sides;
  if (isFirst && sides.points === 1) return { axis, course, around, body };
  const own = isFirst ? axis : { ...axis };
  const point = { axis, index: plus(along(own), offset), place: widened(body, axis, sides) };
  return { axis: own, course, around, body: isFirst ? atPoint(body, point) : copyAtPoint(body, point) };
}

/** The parts that a loop over `axis` falls into, of so many points each: what goes over them, and over the points of one. */
export function inPartsOf({ name, extent }: Axis, points: number): { readonly parts: Pick<Loop, "axis" | "course">; readonly part: Course } {
  const axis: Axis = { name: `${name}c`, extent };
  return { parts: { axis, course: { step: points, partly: true } }, part: { from: along(axis), step: 1, until: [shift(along(axis), points)] } };
}

/** A first point that is known, or the one at which the loop before has ended. */
export const startAt = (from: number): Pick<Course, "from"> => (from === 0 ? {} : { from: fixed(from) });
