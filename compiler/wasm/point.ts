// Which points of the open loops an expression is evaluated at.
import type { Axis, Expr } from "../kernel/kernel.ts";
import type { Emission } from "./emission.ts";
import { idOf } from "./emission.ts";

/** One point, or four side by side: the values of the axes whose points are side by side. Others are those of their loops. */
export interface Point {
  readonly offsets: ReadonlyMap<Axis, number>;
  /** The axis whose points lie in the lanes. */
  readonly vector?: Axis;
  /** One lane of them only. */
  readonly lane?: number;
}

/** Whether points along `axis` are side by side here. */
export const isBeside = ({ offsets, vector }: Point, axis: Axis): boolean => axis === vector || offsets.has(axis);

/** The axes whose points are side by side. */
export const axesBeside = ({ offsets, vector }: Point): Axis[] => [...offsets.keys(), ...(vector ? [vector] : [])];

/** The value of an axis whose points are side by side, that of the first lane where they are in lanes; 0 for others. */
export const offsetAlong = ({ offsets, vector, lane }: Point, axis: Axis): number => (offsets.get(axis) ?? 0) + (axis === vector ? (lane ?? 0) : 0);

/** Text that tells points apart, as far as `axes` do. */
export function pointKey(k: Emission, axes: ReadonlySet<Axis>, point: Point): string {
  const parts: string[] = [];
  for (const [axis, at] of point.offsets) if (axes.has(axis)) parts.push(`${idOf(k, axis)}:${at}`);
  if (point.lane !== undefined && point.vector && axes.has(point.vector)) parts.push(`${idOf(k, point.vector)}:${point.lane}`);
  return parts.join(",");
}

/** Whether the lanes of the point have different values of something that depends on `axes`. */
export const spreads = (axes: ReadonlySet<Axis>, { vector, lane }: Point): boolean => vector !== undefined && lane === undefined && axes.has(vector);

/** Whether `expr` has different values in the lanes of the point. */
export const varies = (k: Emission, expr: Expr, point: Point): boolean => point.vector !== undefined && spreads(k.depends.expr(expr), point);

/** The same point without its lane: where vectors are held. */
export function allLanes({ offsets, vector }: Point): Point {
  return vector === undefined ? { offsets } : { offsets, vector };
}

/** All lanes of the point, one at a time. */
export const lanesOf = (point: Point): Point[] => [0, 1, 2, 3].map((lane) => ({ ...point, lane }));
