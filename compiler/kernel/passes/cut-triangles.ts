// What: leaves out blocks of points at which loops do nothing, as where no place attends to those behind it.
// Before: `for i < 64 { for j < 64 { s += a[i, j]·v[j] } }` with a = 0 where j > i
// After: `for ib < 4 { for i < 16 { for j < 16·ib + 16 { s += a[16·ib + i, j]·v[j] } } }`
//   The columns of a product go in blocks, not its rows, so that what is read for a few columns is read for all of their rows at once.
// Requires: the calls of all entry points, with guards where they stay, and a layout. Rule `finite` (see `beyond.ts`): a value of NaN or infinity that a mask leaves out
//   is no term any more. Sums begin at +0, which neither 0 nor -0 changes, so that others keep their bits. What of a temporary no one reads is not stored.
// Cost: see `triangles.ts`; nothing where no kernel compares two loops.
import { along, fixed, plus, shift, soleAxis } from "../affine.ts";
import { instanceOf, replaced } from "../call.ts";
import { atPoint } from "../copy.ts";
import type { Affine, Axis, Call, Course, Layout, Statement } from "../kernel.ts";
import { type Triangle, trianglesOf } from "../triangles.ts";
import { kept, type Loop, loopsOf, type Store, sitesOf } from "../visit.ts";

/** A loop as one over its blocks, and one over the points of each. */
interface Blocks {
  readonly blocks: Axis;
  readonly points: Axis;
  readonly index: Affine;
}

function blocksOf({ name, extent }: Axis, size: number): Blocks {
  const [blocks, points] = [
    { name: `${name}b`, extent: Number(extent) / size },
    { name, extent: size },
  ];
  return { blocks, points, index: plus(along(blocks, size), along(points)) };
}

/** Where a loop of a triangle goes, for a block of the other one. */
function courseOf({ further, points }: Triangle, { axis }: Loop, { blocks }: Blocks): Course {
  const block = along(blocks, points);
  return axis === further ? { step: 1, until: [shift(block, points)] } : { step: 1, from: block };
}

/** `body` with the courses of its loops that are in triangles. */
const withCourses = (body: readonly Statement[], triangles: readonly Triangle[], blocks: Blocks): readonly Statement[] =>
  body.map((statement) => {
    if (statement.kind !== "loop") return statement;
    const triangle = triangles.find(({ inner }) => inner.axis === statement.axis);
    const course = triangle && courseOf(triangle, statement, blocks);
    return { ...statement, ...(course && { course }), body: withCourses(statement.body, triangles, blocks) };
  });

const split = ({ axis, body }: Loop, { index }: Blocks): readonly Statement[] => atPoint(body, { axis, index, place: (element) => element });

/** Whether the inner loop goes over the columns of a product: what is stored of them lies side by side. */
function hasColumns({ outer, inner }: Triangle, layout: Layout): boolean {
  const isAll = outer.body.length === 1 && outer.body[0] === inner && outer.role === "parallel" && inner.role === "parallel";
  const stores = sitesOf(inner.body).flatMap(({ statement }) => (statement.kind === "store" ? [statement] : []));
  const liesInRows = ({ buffer, index }: Store) => soleAxis(index[(layout.get(buffer) ?? []).lastIndexOf(1)] ?? fixed(0)) === inner.axis;
  return isAll && loopsOf(inner.body).length > 0 && stores.every(liesInRows);
}

/** The blocks of the columns around the rows that each of them needs. */
function byColumns(triangle: Triangle): Statement {
  const { outer, inner, points } = triangle;
  const blocks = blocksOf(inner.axis, points);
  const columns: Loop = { ...inner, axis: blocks.points, body: split(inner, blocks) };
  return { ...inner, axis: blocks.blocks, body: [{ ...outer, course: courseOf(triangle, outer, blocks), body: [columns] }] };
}

/** The blocks of the rows, with loops inside that go as far as each block needs. */
function byRows(outer: Loop, triangles: readonly Triangle[]): Statement {
  const blocks = blocksOf(outer.axis, (triangles[0] as Triangle).points);
  const body = withCourses(split(outer, blocks), triangles, blocks);
  return { ...outer, axis: blocks.blocks, body: [{ ...outer, axis: blocks.points, body }] };
}

function cut(statement: Statement, triangles: readonly Triangle[], layout: Layout): Statement {
  if (statement.kind !== "loop") return statement;
  const own = triangles.filter(({ outer }) => outer === statement);
  const [first] = own;
  if (!first) return { ...statement, body: statement.body.map((inner) => cut(inner, triangles, layout)) };
  return own.length === 1 && hasColumns(first, layout) ? byColumns(first) : byRows(statement, own);
}

/** The calls of each entry point without what is nothing in blocks of triangles; a call of several entry points stays one. */
export function cutTriangles(entries: readonly (readonly Call[])[], layout: Layout): readonly (readonly Call[])[] {
  const triangles = trianglesOf(entries);
  if (triangles.size === 0) return entries;
  const image = kept((call: Call): Call => {
    const own = triangles.get(call);
    if (!own) return call;
    const { name, body, computes } = instanceOf(call);
    return replaced(call, { name, body: body.map((statement) => cut(statement, own, layout)), computes });
  });
  return entries.map((calls) => calls.map(image));
}
