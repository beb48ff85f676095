import { type Difference, unmoved } from "../../compiler/calculus/comparisons.ts";
import { acrossRows, eachWithEach } from "../../compiler/diagnostics/layers.ts";
import { namesOf } from "../../compiler/ir/dim.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { withoutBodies } from "../../compiler/ir/walk.ts";
import { isOp } from "../../compiler/ops/table.ts";
import { kindsOf, separationOf } from "../../compiler/passes/rows.ts";
import { entryNamed } from "../../runtime/program.ts";
import type { Lint, Subject } from "./lint.ts";

const rows = "batch";

const isAlongRows = (extent: Node["shape"][number]): boolean => namesOf(extent).includes(rows);

/** The loss as it is evaluated, where it is more than a function of sums over rows. */
function mixedLoss({ program }: Subject): Node | undefined {
  const loss = entryNamed(program.entries, "evaluate")?.results[0]?.node;
  return loss && !separationOf([loss], rows) ? loss : undefined;
}

/** The first values of `loss` that are the largest of one column over all rows, as a softmax along the rows takes it. */
function largestOfRows(loss: Node): Node[] {
  const kinds = kindsOf([loss], rows);
  return withoutBodies([loss]).filter((node) => {
    const [x] = node.inputs;
    const kind = x && kinds.get(x);
    return isOp(node, "max") && kind?.kind === "rows" && node.params.axes.includes(kind.axis);
  });
}

/** Whether `operand` was repeated for each row of something else since it lacks an axis, or has an axis of extent 1 there. */
const isRepeated = (operand: Node): boolean =>
  isOp(operand, "broadcast") && !isOp(operand.inputs[0] as Node, "reshape") && (operand.inputs[0] as Node).shape.filter(isAlongRows).length === 1;

/** Whether predictions and targets of the rows became a square, of each prediction with each target. */
const isSquare = ({ node }: Difference): boolean => node.shape.filter(isAlongRows).length > 1 && node.inputs.every(isRepeated);

/** Losses that are no function of sums over rows, by what is hardly meant. */
export const lossMixesRows: Lint = {
  code: "loss-mixes-rows",
  about:
    "The loss of a row depends on the other rows: predictions `[batch, 1]` and targets `[batch]` became `[batch, batch]`, or a softmax or maximum is taken along the rows. Give targets the shape of the predictions, and take a softmax along `dim: -1`.",
  look(subject) {
    const squares = subject.comparisons.differences.filter(isSquare);
    if (squares.length > 0) return squares.map(({ prediction, target, node }) => eachWithEach(unmoved(prediction), unmoved(target), node));
    const loss = mixedLoss(subject);
    return loss ? largestOfRows(loss).map(acrossRows) : [];
  },
};
