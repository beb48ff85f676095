// Elements at places along an axis, as `ops.takeAlongDim` makes them: all of the axis beside each place, of which the own one is chosen, or NaN where
// there is none. `take_j(x, i)`; where i has one place of the axis alone, it may lack that.
import { axisName } from "../formula/axes.ts";
import { call, type Formula, inShape } from "../formula/tree.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { sameShape } from "../ir/type.ts";
import { withoutBodies } from "../ir/walk.ts";
import { isOp, type OpNode } from "../ops/table.ts";
import { fillOf } from "../rewrite/fill.ts";
import { any, as, fill, is, match } from "../rewrite/pattern.ts";
import { type Composition, nothing } from "./form.ts";

/** Where `own` holds somewhere, the sum of x where it holds. */
const choice = is(
  "where",
  is("cast", as("count", is("sum", is("cast", any("own"))))),
  as("total", is("sum", is("where", as("own", is("compare", any("places"), is("iota"))), any("x"), fill(0)))),
  any("none"),
);

interface Taken {
  readonly x: Node;
  readonly places: Node;
  readonly axis: number;
  /** Whether the places lack the axis. */
  readonly isSingle: boolean;
}

const isAll = (axes: readonly number[], rank: number, but?: number): boolean =>
  String(axes) === String([...Array(rank).keys()].filter((axis) => axis !== but));

/** Of what `taken` takes the elements, and where; the axis behind that of the places is that of x. */
function takenBy(taken: Node): Taken | undefined {
  const bound = match(choice, taken, nothing);
  if (!bound || !Number.isNaN(fillOf(bound.none)) || !sameSum(bound.count, bound.total)) return undefined;
  const { own, x, places } = bound;
  const [iota] = own.inputs.filter((input) => isOp(input, "iota")) as unknown as OpNode<"iota">[];
  const behind = iota?.params.axis as number;
  const axis = behind - 1;
  const isOwn = isOp(own, "compare") && own.params.relation === "eq" && (bound.total as OpNode<"sum">).params.axes.join() === String(behind);
  if (!isOwn || !isOp(x, "broadcast") || !isOp(places, "broadcast") || !isAll(x.params.axes, own.shape.length, axis)) return undefined;
  const ofPlaces = places.params.axes.map((at) => at - Number(at > behind));
  const isSingle = isAll(ofPlaces, taken.shape.length, axis) && taken.shape[axis] === 1;
  const isWhole = isAll(ofPlaces, taken.shape.length);
  return isSingle || isWhole ? { x: elementAt(x.inputs, 0), places: elementAt(places.inputs, 0), axis, isSingle } : undefined;
}

/** Whether x may be no number although all that is given is one, as elements at places that there are not. */
export function mayBeNoNumber(x: Node): boolean {
  const isUnknown = (node: Node) => isOp(node, "where") && Number.isNaN(fillOf(elementAt(node.inputs, 2)));
  return x.graph.nodes.some(isUnknown) && withoutBodies([x]).some(isUnknown);
}

const sameSum = (a: Node, b: Node): boolean => String((a as OpNode<"sum">).params.axes) === String((b as OpNode<"sum">).params.axes);

const takeCall = ({ x, axis }: Taken, args: readonly Formula[]): Formula => call("take", args, axisName(x.shape, axis));

/** Elements at places, and those of one place without the axis that it is along. */
export function takenAt(node: Node): Composition | undefined {
  const isCut = isOp(node, "reshape");
  const taken = takenBy(isCut ? elementAt(node.inputs, 0) : node);
  if (!taken) return undefined;
  const { x, places, axis, isSingle } = taken;
  const inputs = [x, places];
  if (!isCut) return { inputs, build: (args) => (isSingle ? inShape("reshape", takeCall(taken, args), node.shape) : takeCall(taken, args)) };
  const without = x.shape.filter((_, at) => at !== axis);
  return isSingle && sameShape(node.shape, without) ? { inputs, build: (args) => takeCall(taken, args) } : undefined;
}
