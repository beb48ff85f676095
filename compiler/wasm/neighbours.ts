// The order in which a statement stores at points side by side: vectors that are neighbours in memory one after the other, with nothing between them, so that an
// engine may store them as one (V8 does, where it makes 256 bits of two vectors, and of all that they are computed from).
import { elementBytes } from "../ir/type.ts";
import type { Axis, Statement } from "../kernel/kernel.ts";
import { target } from "../target.ts";
import { byteIndex, laneStride } from "./address.ts";
import type { Emission } from "./emission.ts";
import { axesBeside, type Point } from "./point.ts";

type Store = Extract<Statement, { kind: "store" }>;

/** The axis beside whose neighbours are vectors side by side; undefined unless all points store in places of their own, always. */
function axisOfNeighbours(k: Emission, { buffer, index, inside }: Store, point: Point): Axis | undefined {
  const size = elementBytes[buffer.dtype];
  if (inside.length > 0 || point.lane !== undefined || laneStride(k, buffer, index, point) !== size) return undefined;
  const { terms } = byteIndex(k, buffer, index);
  const coefficientsOf = (axis: Axis) => terms.flatMap(({ atom, coefficient }) => (atom === axis ? [coefficient] : []));
  if (axesBeside(point).some((axis) => coefficientsOf(axis).length !== 1)) return undefined;
  return [...point.offsets.keys()].find((axis) => coefficientsOf(axis)[0] === target.lanes * size);
}

/** The points in groups of neighbours, in the order of the first of each; each a group of its own where there are none. */
export function inNeighbours(k: Emission, statement: Store, points: readonly Point[]): Point[][] {
  const [first] = points;
  const axis = first && axisOfNeighbours(k, statement, first);
  if (!axis) return points.map((point) => [point]);
  const others = ({ offsets }: Point) => [...offsets].map(([one, by]) => (one === axis ? "" : by)).join();
  const groups = new Map<string, Point[]>();
  for (const point of points) groups.set(others(point), [...(groups.get(others(point)) ?? []), point]);
  return [...groups.values()];
}
