// Rebuilding kernels with other expressions, loop variables and buffers.
import { plus, scale, shift } from "./affine.ts";
import { type Affine, type Axis, type Bound, type Buffer, type Expr, isAxis, type Kernel, type Statement } from "./kernel.ts";
import { computedBy } from "./visit.ts";

/** The element of a buffer that a load or a store is at. */
export interface Element {
  readonly buffer: Buffer;
  readonly index: readonly Affine[];
}

/** What a kernel is rebuilt with; what is left out stays as it is. */
export interface Rewriting {
  /** The expression that takes the place of one whose operands are replaced already. */
  readonly expr?: (expr: Expr) => Expr;
  /** `axis + by` takes the place of a loop variable; `by` is 0 where one of its coefficients is dynamic. */
  readonly axis?: (axis: Axis) => { readonly axis: Axis; readonly by: number };
  /** The place of a load or store whose index is replaced already. */
  readonly place?: (place: Element) => Element;
}

/** Images of the parts of statements and expressions. */
interface Images {
  expr(expr: Expr): Expr;
  index(index: Affine): Affine;
  place(buffer: Buffer, index: readonly Affine[]): Element;
  bounds(bounds: readonly Bound[]): Bound[];
}

function imagesFor({ axis, place }: Rewriting, exprs: ReadonlyMap<Expr, Expr>): Images {
  const expr = (one: Expr) => exprs.get(one) ?? one;
  const term = ({ atom, coefficient }: Affine["terms"][number]): Affine => {
    const moved = isAxis(atom) ? axis?.(atom) : undefined;
    if (!moved) return { offset: 0, terms: [{ atom: isAxis(atom) ? atom : expr(atom), coefficient }] };
    return scale(shift({ offset: 0, terms: [{ atom: moved.axis, coefficient: 1 }] }, moved.by), coefficient);
  };
  const index = (one: Affine) => one.terms.map(term).reduce(plus, { offset: one.offset, terms: [] });
  return {
    expr,
    index,
    place: (buffer, indices) => {
      const rebuilt = { buffer, index: indices.map(index) };
      return place?.(rebuilt) ?? rebuilt;
    },
    bounds: (bounds) => bounds.map((bound) => ({ ...bound, index: index(bound.index) })),
  };
}

const rebuilders: { readonly [K in Expr["kind"]]: (expr: Extract<Expr, { kind: K }>, images: Images) => Expr } = {
  constant: (expr) => expr,
  index: (expr, images) => ({ ...expr, index: images.index(expr.index) }),
  scalar: (expr) => expr,
  extent: (expr) => expr,
  local: (expr) => expr,
  load: (expr, images) => ({ ...expr, ...images.place(expr.buffer, expr.index) }),
  op: (expr, images) => ({ ...expr, args: expr.args.map(images.expr) }),
  guard: (expr, images) => ({ ...expr, bounds: images.bounds(expr.bounds), value: images.expr(expr.value), fill: images.expr(expr.fill) }),
};

type Simple = Exclude<Statement["kind"], "loop">;
const statementRebuilders: { readonly [K in Simple]: (statement: Extract<Statement, { kind: K }>, images: Images) => Statement } = {
  let: (statement, images) => ({ ...statement, value: images.expr(statement.value) }),
  accumulator: (statement) => statement,
  combine: (statement, images) => ({ ...statement, value: images.expr(statement.value), ...(statement.at ? { at: images.expr(statement.at) } : {}) }),
  store: (statement, images) => ({
    ...statement,
    ...images.place(statement.buffer, statement.index),
    value: images.expr(statement.value),
    inside: images.bounds(statement.inside),
  }),
};

/** The kernel rebuilt. Shared expressions stay shared. */
export function rewriteKernel(kernel: Kernel, rewriting: Rewriting): Kernel {
  const exprs = new Map<Expr, Expr>();
  const images = imagesFor(rewriting, exprs);
  const replace = rewriting.expr ?? ((expr: Expr) => expr);
  const rewrite = (body: readonly Statement[]): Statement[] =>
    body.map((statement) => {
      if (statement.kind === "loop")
        return { ...statement, axis: rewriting.axis?.(statement.axis).axis ?? statement.axis, body: rewrite(statement.body) };
      for (const expr of computedBy(statement)) if (!exprs.has(expr)) exprs.set(expr, replace(rebuilders[expr.kind](expr as never, images)));
      return statementRebuilders[statement.kind](statement as never, images);
    });
  return { ...kernel, body: rewrite(kernel.body) };
}
