// Sums and maxima in parts: partial results in the lanes of vectors or in copies, or of so many points each, which are combined in a fixed order.
//
//   reduce k < 22 { s += f(k) }   =>   lanes l < 4 { sum p; reduce k < 22 by 4 { p += f(k + l) }; s += p }
//                                      reduce k.2 from k < 22 { s += f(k.2) }
//
//   reduce k < n { s += f(k) }    =>   reduce c < n by up to 512 { sum p; reduce k from c < min(n, c + 512) { p += f(k) }; s += p }
//
// Requires: a reduce loop that may be a vector loop, for lanes and copies.
// Ensures: the same terms, in an order that depends on neither n, engine nor thread.
// Cost: linear in the loop, for each of up to three passes.
import { isDynamic } from "../../ir/dim.ts";
import { along } from "../../kernel/affine.ts";
import { combinedInto } from "../../kernel/copy.ts";
import type { Affine, Axis, Course, Expr, Local, Statement } from "../../kernel/kernel.ts";
import { type Combine, type Loop, sitesOf } from "../../kernel/visit.ts";
import { outerAccumulators } from "../legality.ts";
import { inPartsOf, narrower, type Pass, passOf, startAt, stepOf, type Width, widthsOf } from "./side-by-side.ts";

/** How the accumulators that `body` combines into from inside are combined. */
function outerCombines(body: readonly Statement[]): Map<Local, Combine> {
  const sites = sitesOf(body);
  const outer = outerAccumulators(sites);
  const combines = sites.flatMap(({ statement }) => (statement.kind === "combine" && outer.has(statement.local) ? [statement] : []));
  return new Map(combines.map((combine) => [combine.local, combine]));
}

const readOf = (local: Local): Expr => ({ kind: "local", dtype: local.dtype, local });

/** What `run` makes of `body`, with partial results in place of the accumulators of outside, which they are added to behind it. */
function inParts(body: readonly Statement[], run: (body: readonly Statement[]) => Statement): readonly Statement[] {
  const combines = [...outerCombines(body).values()].filter(({ combine }) => combine !== "argmax");
  const partial = new Map(combines.map(({ local }): [Local, Local] => [local, { ...local }]));
  const declared = combines.map(({ local, combine }): Statement => ({ kind: "accumulator", local: partial.get(local) as Local, combine }));
  const joined = combines.map(({ local, combine }): Statement => ({ kind: "combine", local, combine, value: readOf(partial.get(local) as Local) }));
  return [...declared, run(combinedInto(body, partial)), ...joined];
}

/** The sums of a loop in parts of `points`, of which those are empty that it does not go over. */
export function chunked(loop: Loop, points: number): readonly Statement[] {
  const { axis, body } = loop;
  if (!isDynamic(axis.extent) && axis.extent <= points) return [loop];
  const { parts, part } = inPartsOf(axis, points);
  const course = withinCourse(part, loop.course);
  return [{ ...loop, ...parts, body: inParts(body, (inside) => ({ ...loop, course, body: inside })) }];
}

const indexExpr = (index: Affine): Expr => ({ kind: "index", dtype: "i32", index });

/** The points of a part that a loop goes over. */
function withinCourse(part: Course, { from, until = [] }: Partial<Course> = {}): Course {
  const starts = [part.from, from].flatMap((start) => (start && "terms" in start ? [indexExpr(start)] : []));
  const last: Expr = { kind: "op", dtype: "i32", op: "maximum", args: starts };
  return { ...part, ...(starts.length > 1 && { from: along(last) }), until: [...(part.until ?? []), ...until] };
}

/** A reduce loop in iterations of `width`, and what they leave over. */
export function split(loop: Loop, width: Width): readonly Statement[] {
  const { from, until } = loop.course ?? {};
  const end = loop.course === undefined && !isDynamic(loop.axis.extent) ? loop.axis.extent : undefined;
  const statements: Statement[] = [];
  let at = 0;
  let before: Axis | undefined;
  for (const one of end === undefined ? widthsOf(loop, width) : [width, ...narrower(width)]) {
    const step = stepOf(one);
    const count = end === undefined ? 1 : Math.floor((end - at) / step);
    if (count === 0) continue;
    const start = end !== undefined ? startAt(at) : before ? { from: { after: before } } : from && { from };
    const pass = passOf(loop, one, { ...start, step, ...(until && { until }) }, before === undefined);
    statements.push(...partial(loop, one, pass));
    before = pass.axis;
    at += count * step;
  }
  return statements;
}

function partial(loop: Loop, width: Width, { axis, course, body, around }: Pass): readonly Statement[] {
  const run = (inside: readonly Statement[]): Statement => ({ ...loop, axis, course, body: inside });
  return around(stepOf(width) === 1 ? [run(body)] : inParts(body, run));
}
