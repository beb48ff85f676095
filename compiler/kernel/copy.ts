// Copies of statements at other points: what loops are split with.
//
//   y[i] = exp(x[i]), with i + u for i   =>   y[i + u] = exp(x[i + u])
//
// Requires: what stands for an axis is in its range wherever the statements are used.
// Ensures: expressions in which nothing changes are the same objects, so that they are computed once.
// Cost: linear in the statements.
import { along } from "./affine.ts";
import { type Affine, type Axis, type Course, type Expr, isAxis, type Local, type Statement } from "./kernel.ts";
import type { Element } from "./rewrite.ts";
import { substitution } from "./substitute.ts";
import { indicesOf, kept, operandsOf, sitesOf, subexpressions } from "./visit.ts";

/** What is another in a copy. */
interface Changes {
  readonly axes: ReadonlyMap<Axis, Affine>;
  readonly locals: ReadonlyMap<Local, Local>;
  readonly place: (element: Element) => Element;
}

/** Whether an expression changes. Answers come from the operands up, so that deep expressions need no deep recursion. */
function changing({ axes, locals, place }: Changes): (expr: Expr) => boolean {
  const known = new Map<Expr, boolean>();
  const moves = (element: Element) => place(element) !== element;
  const own = (expr: Expr) =>
    (expr.kind === "load" && moves(expr)) ||
    (expr.kind === "local" && locals.has(expr.local)) ||
    indicesOf(expr).some(({ terms }) => terms.some(({ atom }) => isAxis(atom) && axes.has(atom)));
  return (asked) => {
    if (!known.has(asked)) for (const expr of subexpressions([asked])) known.set(expr, own(expr) || operandsOf(expr).some((part) => known.get(part)));
    return known.get(asked) as boolean;
  };
}

function copied(body: readonly Statement[], changes: Changes): readonly Statement[] {
  const { place } = changes;
  const changed = changing(changes);
  const images = substitution({
    axis: (axis) => changes.axes.get(axis),
    load: (load, index) => ({ ...load, ...place({ buffer: load.buffer, index }) }),
    expr: (expr) => (expr.kind === "local" ? { ...expr, local: localOf(expr.local) } : expr),
    stays: (expr) => !changed(expr),
  });
  const localOf = (local: Local): Local => changes.locals.get(local) ?? local;
  const axisOf = (axis: Axis): Axis => (changes.axes.get(axis)?.terms[0]?.atom as Axis | undefined) ?? axis;
  const courseOf = ({ from, until, ...rest }: Course): Course => ({
    ...rest,
    ...(from && { from: "after" in from ? { after: axisOf(from.after) } : images.index(from) }),
    ...(until && { until: until.map(images.index) }),
  });
  const copy = (statement: Statement): Statement => {
    if (statement.kind === "loop") {
      const { course } = statement;
      return { ...statement, axis: axisOf(statement.axis), ...(course && { course: courseOf(course) }), body: statement.body.map(copy) };
    }
    if (statement.kind === "accumulator") return { ...statement, local: localOf(statement.local) };
    const value = images.expr(statement.value);
    if (statement.kind === "let") return { ...statement, local: localOf(statement.local), value };
    if (statement.kind === "combine")
      return { ...statement, local: localOf(statement.local), value, ...(statement.at && { at: images.expr(statement.at) }) };
    const inside = statement.inside.map((bound) => ({ ...bound, index: images.index(bound.index) }));
    return { ...statement, ...place({ buffer: statement.buffer, index: statement.index.map(images.index) }), value, inside };
  };
  return body.map(copy);
}

/** One point of a loop, and where the elements of buffers are that belong to it alone. */
export interface PointOfLoop {
  readonly axis: Axis;
  readonly index: Affine;
  /** Gives back the element itself where it stays. */
  readonly place: (element: Element) => Element;
}

/** `body` at a point. Its loops and locals are the same objects. */
export const atPoint = (body: readonly Statement[], { axis, index, place }: PointOfLoop): readonly Statement[] =>
  copied(body, { axes: new Map([[axis, index]]), locals: new Map(), place });

/** `body` with other places for what it loads and stores. */
export const withPlaces = (body: readonly Statement[], place: PointOfLoop["place"]): readonly Statement[] =>
  copied(body, { axes: new Map(), locals: new Map(), place });

/** `body` at a point, with loops and locals of its own; `own` gives the axes of its loops. */
export function copyAtPoint(
  body: readonly Statement[],
  { axis, index, place }: PointOfLoop,
  own: (one: Axis) => Axis = kept((one) => ({ ...one })),
): readonly Statement[] {
  const sites = sitesOf(body);
  const axes = sites.flatMap(({ statement }) => (statement.kind === "loop" ? [statement.axis] : []));
  const locals = sites.flatMap(({ statement }) => (statement.kind === "let" || statement.kind === "accumulator" ? [statement.local] : []));
  return copied(body, {
    axes: new Map([...axes.map((one): [Axis, Affine] => [one, along(own(one))]), [axis, index]]),
    locals: new Map(locals.map((local) => [local, { ...local }])),
    place,
  });
}

/** `body` with another accumulator in place of `local`, where it is combined. */
export function combinedInto(body: readonly Statement[], locals: ReadonlyMap<Local, Local>): readonly Statement[] {
  return body.map((statement): Statement => {
    if (statement.kind === "loop") return { ...statement, body: combinedInto(statement.body, locals) };
    if (statement.kind !== "combine") return statement;
    return { ...statement, local: locals.get(statement.local) ?? statement.local };
  });
}
