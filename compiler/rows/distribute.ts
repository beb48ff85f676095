// Parallel loops around what goes over rows, taken apart.
//
//   parallel j { parallel i < n { t[i, j] = … }; sum s; reduce i < n { s += t[i, j] }; w[j] = s }
//
//   =>   parallel j { parallel i < n { t[i, j] = … } }   parallel j.2 { sum s; reduce i < n { s += t[i, j.2] }; w[j.2] = s }
//
// Requires: nothing. Ensures: the same values; a parallel loop's points are independent, so that all may do the first part before one does the second.
// Cost: linear in the loop.
import type { Dim } from "../ir/dim.ts";
import { along } from "../kernel/affine.ts";
import { copyAtPoint } from "../kernel/copy.ts";
import type { Axis, Local, Statement } from "../kernel/kernel.ts";
import { computedBy, type Loop, sitesOf } from "../kernel/visit.ts";
import { sumNestOf } from "../schedule/steps/accumulate.ts";
import { hasRows } from "./accesses.ts";

/** The locals that statements read. */
export const localsIn = (body: readonly Statement[]): Set<Local> =>
  new Set(
    sitesOf(body).flatMap(({ statement }) => [
      ...computedBy(statement).flatMap((expr) => (expr.kind === "local" ? [expr.local] : [])),
      ...(statement.kind === "combine" ? [statement.local] : []),
    ]),
  );

const setIn = (body: readonly Statement[]): Local[] =>
  sitesOf(body).flatMap(({ statement }) => (statement.kind === "let" || statement.kind === "accumulator" ? [statement.local] : []));

/** Statements in parts, none of which reads a local of another. */
function partsOf(body: readonly Statement[]): Statement[][] {
  const parts: Statement[][] = [];
  let from = 0;
  for (let to = 1; to <= body.length; to++) {
    const [part, later] = [body.slice(from, to), localsIn(body.slice(to))];
    if (setIn(part).some((local) => later.has(local))) continue;
    parts.push(part);
    from = to;
  }
  return parts;
}

/** The loops that `loop` is taken apart into where it is around loops over rows, unless they are one sum. */
export function distributed(loop: Loop, rows: Dim): readonly Statement[] {
  const isAround = loop.role === "parallel" && loop.axis.extent !== rows && hasRows(loop.body, rows);
  if (!isAround || sumNestOf(loop)) return [loop];
  const parts = partsOf(loop.body.flatMap((inner) => (inner.kind === "loop" ? distributed(inner, rows) : [inner])));
  return parts.map((body, i) => {
    if (i === 0) return { ...loop, body };
    const axis: Axis = { ...loop.axis };
    return { ...loop, axis, body: copyAtPoint(body, { axis: loop.axis, index: along(axis), place: (element) => element }) };
  });
}
