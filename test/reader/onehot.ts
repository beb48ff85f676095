// `onehot(y)`, which has as many columns as what it stands beside anywhere on the page.
import { build, isScalar, map, reader, shapeText, type Tensor, Unreadable } from "./tensor.ts";

/** A value with ones at classes, or what arithmetic with numbers made of that, which waits to know how many classes there are. */
export interface Hot {
  readonly classes: Tensor;
  /** The text that it has on the page. */
  readonly key: string;
  /** How many there are, where that is said. */
  readonly count?: number;
  readonly off: number;
  readonly on: number;
}

export const isHot = (value: Tensor | Hot): value is Hot => "classes" in value;

export const mapHot = (hot: Hot, f: (value: number) => number): Hot => ({ ...hot, off: f(hot.off), on: f(hot.on) });

/** Why a line has to wait for others. */
export class Waiting extends Unreadable {}

export function force(value: Tensor | Hot, columns: ReadonlyMap<string, number>): Tensor {
  if (!isHot(value)) return value;
  const count = value.count ?? columns.get(value.key);
  if (count === undefined) throw new Waiting("nothing says how many columns onehot has");
  return filled(value, count);
}

export function filled({ classes, off, on }: Hot, columns: number): Tensor {
  const read = reader(classes);
  return build([...classes.axes, { extent: columns }], (at) => (read(at.slice(0, -1)) === at.at(-1) ? on : off));
}

type F = (a: number, b: number) => number;

/** How many columns `hot` has beside `other`: as many as that has behind the axes of the classes, or rows where they are multiplied as matrices. */
function columnsBeside(hot: Hot, other: Tensor, isProduct: boolean): number | undefined {
  const rank = hot.classes.axes.length + 1;
  if (isProduct) return other.axes.length === 2 ? other.axes[0]?.extent : undefined;
  const last = other.axes.at(-1);
  // Fewer axes go along the last.
  if (other.axes.length < rank && !last?.batch) return last?.extent;
  if (other.axes.length !== rank) return undefined;
  if (!hot.classes.axes.every(({ extent }, axis) => extent === other.axes[axis]?.extent))
    throw new Unreadable(`onehot of ${shapeText(hot.classes)} beside ${shapeText(other)}`);
  return last?.extent;
}

/** `f` of what one or both of is waiting: with a number it goes on to wait, beside a tensor it has as many columns as that. */
export function besideHot(x: Tensor | Hot, y: Tensor | Hot, f: F, isProduct: boolean, columns: Map<string, number>): Tensor | Hot | undefined {
  if (isHot(x) && isHot(y)) return undefined;
  if (isHot(x) && !isHot(y) && isScalar(y)) return mapHot(x, (a) => f(a, y.data[0] as number));
  if (isHot(y) && !isHot(x) && isScalar(x)) return mapHot(y, (b) => f(x.data[0] as number, b));
  const [hot, other] = (isHot(x) ? [x, y] : [y, x]) as [Hot, Tensor];
  const count = columnsBeside(hot, other, isProduct);
  if (count !== undefined && hot.count === undefined) columns.set(hot.key, count);
  return undefined;
}

/** Whole numbers as `classes`. */
export const hotOf = (classes: Tensor, key: string, last?: number): Hot => ({
  ...{ classes: map(classes, Math.trunc), key, off: 0, on: 1 },
  ...(last !== undefined && { count: last + 1 }),
});
