// Gradients of elements that were taken at places along an axis. Only to be read: what stands elsewhere may be no number.
//
//   i_n = j ? g : 0   =>   g·onehot(i)          (i_n = j ? (Σ_k [i_n = k] ≠ 0 ? g : 0) : y)   =>   (i_n = j ? g : y)
import { elementAt } from "../../ir/element.ts";
import type { Node } from "../../ir/node.ts";
import { withoutBodies } from "../../ir/walk.ts";
import * as build from "../../ops/build.ts";
import { isOp, type OpNode } from "../../ops/table.ts";
import { any, as, fill, is } from "../../rewrite/pattern.ts";
import { finite, type Rule } from "../../rewrite/rewrite.ts";
import { paramsOf } from "./params.ts";
import { restores } from "./softmax.ts";

/** 1 where `condition` compares places with the last axis and holds, as rows of one-hot; undefined of other conditions, and where the places are counted. */
function onehotOf(condition: Node): Node | undefined {
  const [repeated, place] = condition.inputs as readonly [Node, Node];
  const last = condition.shape.length - 1;
  const isOwn = isOp(condition, "compare") && condition.params.relation === "eq" && isOp(repeated, "broadcast") && isOp(place, "iota");
  if (!isOwn || place.params.axis !== last || repeated.params.axes.includes(last)) return undefined;
  const places = elementAt(repeated.inputs, 0);
  if (places.dtype !== "i32" || withoutBodies([places]).some(({ op }) => op === "iota")) return undefined;
  const rows = build.oneHot(places, elementAt(condition.shape, last));
  return rows.shape.length === condition.shape.length ? rows : build.broadcast(rows, condition.shape, [...repeated.params.axes, last]);
}

/** Whether `condition`, repeated as `repeated` is, says that `own` holds somewhere along the axes that it is repeated along. */
function isSomewhere(condition: Node, repeated: OpNode<"broadcast">, own: Node): boolean {
  const sum = isOp(condition, "cast") ? elementAt(condition.inputs, 0) : condition;
  const counted = isOp(sum, "sum") ? elementAt(sum.inputs, 0) : undefined;
  return counted !== undefined && isOp(counted, "cast") && counted.inputs[0] === own && restores(repeated as Node, sum);
}

const inner = is("where", any("some"), any("g"), any("other"));

/** Of what is not in `written`, which the definition wrote. */
export const ownPlaceRules = (written: ReadonlySet<Node>): readonly Rule[] => [
  finite(
    "c ? (Σ c > 0 ? g : x) : y = c ? g : y",
    is("where", any("c"), as("repeated", is("broadcast", inner)), any("y")),
    ({ c, repeated, g, y }) => build.where(c, build.broadcast(g, repeated.shape, paramsOf(repeated, "broadcast").axes), y),
    ({ c, repeated, some }) => isSomewhere(some, repeated as OpNode<"broadcast">, c),
  ),
  finite(
    "i = j ? g : 0 = g·onehot(i)",
    is("where", any("c"), any("g"), fill(0)),
    ({ c, g }) => {
      const rows = onehotOf(c);
      return rows && build.mul(g, rows);
    },
    (_, node) => !written.has(node),
  ),
];
