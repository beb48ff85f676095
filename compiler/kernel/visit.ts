// Walks over kernels that print, layout, schedule, plan-memory and the emitter share.
import type { Affine, Axis, Bound, Buffer, Course, Expr, Kernel, Local, Statement } from "./kernel.ts";
import { isAxis } from "./kernel.ts";

export type Loop = Extract<Statement, { kind: "loop" }>;
export type Store = Extract<Statement, { kind: "store" }>;
export type Combine = Extract<Statement, { kind: "combine" }>;
export type Load = Extract<Expr, { kind: "load" }>;

/** A statement with the loops around it, outermost first. */
export interface Site {
  readonly statement: Statement;
  readonly loops: readonly Loop[];
}

/** Answers are kept as long as what they are about: kernels do not change, and each pass asks for the same. */
export function kept<K extends object, V>(compute: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, V>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined || known.has(key)) return found as V;
    const value = compute(key);
    known.set(key, value);
    return value;
  };
}

function addSites(sites: Site[], body: readonly Statement[], loops: readonly Loop[]): Site[] {
  for (const statement of body) {
    sites.push({ statement, loops });
    if (statement.kind === "loop") addSites(sites, statement.body, [...loops, statement]);
  }
  return sites;
}

/** All statements in program order, a loop before its body. */
export const sitesOf = kept((body: readonly Statement[]): readonly Site[] => addSites([], body, []));

export const loopsOf = (body: readonly Statement[]): Loop[] =>
  sitesOf(body).flatMap(({ statement }) => (statement.kind === "loop" ? [statement] : []));

/** The computed values that an index is made of. */
export const atomsOf = (index: Affine): Expr[] => index.terms.flatMap(({ atom }) => (isAxis(atom) ? [] : [atom]));

const atomsOfBounds = (bounds: readonly Bound[]): Expr[] => bounds.flatMap((bound) => atomsOf(bound.index));

const operands: { readonly [K in Expr["kind"]]: (expr: Extract<Expr, { kind: K }>) => readonly Expr[] } = {
  constant: () => [],
  index: ({ index }) => atomsOf(index),
  scalar: () => [],
  extent: () => [],
  local: () => [],
  load: ({ index }) => index.flatMap(atomsOf),
  op: ({ args }) => args,
  guard: ({ bounds, value, fill }) => [...atomsOfBounds(bounds), value, fill],
};

/** The expressions that `expr` is computed from directly. */
export const operandsOf = (expr: Expr): readonly Expr[] => operands[expr.kind](expr as never);

/** The indices that stand in an expression itself. */
export function indicesOf(expr: Expr): readonly Affine[] {
  if (expr.kind === "index") return [expr.index];
  if (expr.kind === "load") return expr.index;
  return expr.kind === "guard" ? expr.bounds.map((bound) => bound.index) : [];
}

/** The indices that a loop begins and ends at. */
export const indicesOfCourse = ({ from, until = [] }: Partial<Course> = {}): readonly Affine[] => [
  ...(from && "terms" in from ? [from] : []),
  ...until,
];

const expressions: { readonly [K in Statement["kind"]]: (statement: Extract<Statement, { kind: K }>) => readonly Expr[] } = {
  loop: ({ course }) => indicesOfCourse(course).flatMap(atomsOf),
  let: ({ value }) => [value],
  accumulator: () => [],
  combine: ({ value, at }) => (at ? [value, at] : [value]),
  store: ({ index, value, inside }) => [...index.flatMap(atomsOf), ...atomsOfBounds(inside), value],
};

/** The expressions that a statement evaluates itself; those in the body of a loop are not its own. */
export const expressionsOf = (statement: Statement): readonly Expr[] => expressions[statement.kind](statement as never);

/** Every distinct expression that `roots` are computed from, and the roots: operands before users. */
export function subexpressions(roots: readonly Expr[]): Expr[] {
  const order = new Set<Expr>();
  const opened = new Set<Expr>();
  const stack = [...roots].reverse();
  for (let expr = stack.at(-1); expr; expr = stack.at(-1)) {
    if (order.has(expr) || opened.has(expr)) {
      stack.pop();
      order.add(expr);
      continue;
    }
    opened.add(expr);
    stack.push(...[...operandsOf(expr)].reverse());
  }
  return [...order];
}

/** Every distinct expression that a statement computes itself, operands before users. */
export const computedBy = kept((statement: Statement): readonly Expr[] => subexpressions(expressionsOf(statement)));

/** Every distinct load that a statement does itself. */
export const loadsOf = kept((statement: Statement): readonly Load[] => computedBy(statement).flatMap((expr) => (expr.kind === "load" ? [expr] : [])));

/** The buffers that a kernel loads, in order of first use. */
export const readsOf = kept(
  (kernel: Kernel): ReadonlySet<Buffer> => new Set(sitesOf(kernel.body).flatMap(({ statement }) => loadsOf(statement).map((load) => load.buffer))),
);

/** The buffers that a kernel stores to, in order of first use. */
export const writesOf = kept(
  (kernel: Kernel): ReadonlySet<Buffer> =>
    new Set(sitesOf(kernel.body).flatMap(({ statement }) => (statement.kind === "store" ? [statement.buffer] : []))),
);

/** The buffers that a kernel touches. */
export const buffersOf = kept((kernel: Kernel): ReadonlySet<Buffer> => new Set([...readsOf(kernel), ...writesOf(kernel)]));

export type Axes = ReadonlySet<Axis>;
const none: Axes = new Set();

/** The axes with which an expression or an index changes. */
export interface Dependence {
  expr(expr: Expr): Axes;
  index(index: Affine): Axes;
}

/** Dependence of everything in `body`. An accumulator changes with the axes around its declaration that its terms depend on. */
export function dependence(body: readonly Statement[]): Dependence {
  const locals = new Map<Local, Set<Axis>>();
  const scopes = new Map<Local, Axes>();
  const known = new Map<Expr, Axes>();

  const indexAxes = (index: Affine): Axes =>
    new Set(index.terms.flatMap(({ atom }) => (isAxis(atom) ? [atom] : [...(known.get(atom) ?? exprAxes(atom))])));
  const derive = (expr: Expr): Axes => {
    if (expr.kind === "local") return locals.get(expr.local) ?? none;
    const parts = [...indicesOf(expr).map(indexAxes), ...operandsOf(expr).map((operand) => known.get(operand) ?? none)];
    return new Set(parts.flatMap((part) => [...part]));
  };
  function exprAxes(expr: Expr): Axes {
    const parts = operandsOf(expr).every((operand) => known.has(operand)) ? [expr] : subexpressions([expr]);
    for (const part of parts) if (!known.has(part)) known.set(part, derive(part));
    return known.get(expr) ?? none;
  }

  for (const { statement, loops } of sitesOf(body)) {
    if (statement.kind === "let") locals.set(statement.local, new Set(exprAxes(statement.value)));
    if (statement.kind === "accumulator") {
      locals.set(statement.local, new Set());
      scopes.set(statement.local, new Set(loops.map((loop) => loop.axis)));
    }
    if (statement.kind !== "combine") continue;
    const terms = [statement.value, ...(statement.at ? [statement.at] : [])].flatMap((term) => [...exprAxes(term)]);
    for (const axis of terms) if (scopes.get(statement.local)?.has(axis)) locals.get(statement.local)?.add(axis);
  }
  return { expr: exprAxes, index: indexAxes };
}
