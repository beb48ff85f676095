// At how many points of loops conditions hold: loop variables that have no bound in common are counted apart.
import { evaluate, type Sizes } from "../ir/dim.ts";
import type { Condition } from "./conditions.ts";
import { type Affine, type Axis, isAxis } from "./kernel.ts";

type Literal = Condition[number];

/** The most points that are gone through one by one. */
const mostPoints = 2 ** 22;

export const axesOfIndex = ({ terms }: Affine): Axis[] => terms.flatMap(({ atom }) => (isAxis(atom) ? [atom] : []));

/** Whether an index is one of loop variables alone. */
export const isStatic = ({ terms }: Affine): boolean => terms.every(({ atom }) => isAxis(atom));

/** Things that share axes, and all of their axes: each can be gone through alone. */
interface Component<T> {
  readonly axes: readonly Axis[];
  readonly parts: readonly T[];
}

/** `parts` as those that share no axes with others. */
export function components<T>(parts: readonly T[], axesOfPart: (part: T) => readonly Axis[]): Component<T>[] {
  return parts.reduce<Component<T>[]>((before, part) => {
    const axes = axesOfPart(part);
    const joined = before.filter((one) => one.axes.some((axis) => axes.includes(axis)));
    const whole = { axes: [...new Set([...joined.flatMap((one) => one.axes), ...axes])], parts: [...joined.flatMap((one) => one.parts), part] };
    return [...before.filter((one) => !joined.includes(one)), whole];
  }, []);
}

/** Goes through the points of `axes`; false where there are too many. */
export function goThrough(axes: readonly Axis[], sizes: Sizes, visit: (at: ReadonlyMap<Axis, number>) => void): boolean {
  const extents = axes.map(({ extent }) => evaluate(extent, sizes));
  if (extents.reduce((product, extent) => product * extent, 1) > mostPoints) return false;
  const at = new Map<Axis, number>();
  const walk = (depth: number): void => {
    const axis = axes[depth];
    if (!axis) {
      visit(at);
      return;
    }
    for (let i = 0; i < (extents[depth] as number); i++) {
      at.set(axis, i);
      walk(depth + 1);
    }
  };
  walk(0);
  return true;
}

/** The value of an index of loop variables alone. */
export const valueAt = ({ offset, terms }: Affine, at: ReadonlyMap<Axis, number>, sizes: Sizes): number =>
  terms.reduce((sum, { atom, coefficient }) => sum + (at.get(atom as Axis) ?? 0) * evaluate(coefficient, sizes), offset);

export const axesOfLiteral = ({ bounds }: Literal): Axis[] => bounds.flatMap(({ index }) => axesOfIndex(index));

/** The literals that say something of loop variables alone; what depends on data is taken to hold. */
export const staticOf = (condition: Condition): Literal[] => condition.filter(({ bounds }) => bounds.every(({ index }) => isStatic(index)));

export const isSo = ({ bounds, holds }: Literal, at: ReadonlyMap<Axis, number>, sizes: Sizes): boolean =>
  holds ===
  bounds.every(({ index, lower, upper }) => {
    const value = valueAt(index, at, sizes);
    return lower <= value && value < evaluate(upper, sizes);
  });

function pointsOfOne(axes: readonly Axis[], condition: Condition, sizes: Sizes): number {
  const bound = components(staticOf(condition), axesOfLiteral);
  const free = axes.filter((axis) => !bound.some((one) => one.axes.includes(axis)));
  const all = (some: readonly Axis[]) => some.reduce((product, { extent }) => product * evaluate(extent, sizes), 1);
  return bound.reduce((product, one) => {
    let count = 0;
    const counted = goThrough(one.axes, sizes, (at) => {
      if (one.parts.every((literal) => isSo(literal, at, sizes))) count++;
    });
    return product * (counted ? count : all(one.axes));
  }, all(free));
}

/** Beyond so many cases all points are counted. */
const mostCases = 6;

/** The points of `axes` at which one of the conditions holds. */
export function pointsOf(axes: readonly Axis[], conditions: readonly Condition[], sizes: Sizes): number {
  if (conditions.length > mostCases || conditions.some((one) => one.length === 0)) return pointsOfOne(axes, [], sizes);
  const [first, ...others] = conditions;
  if (!first) return 0;
  const both = others.map((other) => [...first, ...other]);
  return pointsOfOne(axes, first, sizes) + pointsOf(axes, others, sizes) - pointsOf(axes, both, sizes);
}
