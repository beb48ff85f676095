// Rebuilding kernels with other expressions.
import { type Affine, type Bound, type Buffer, type Expr, isAxis, type Kernel, type Statement } from "./kernel.ts";
import { expressionsOf, subexpressions } from "./visit.ts";

type Image = (expr: Expr) => Expr;
type Rename = (buffer: Buffer) => Buffer;

const mapIndex = (index: Affine, image: Image): Affine => ({
  ...index,
  terms: index.terms.map((term) => (isAxis(term.atom) ? term : { ...term, atom: image(term.atom) })),
});
const mapIndices = (indices: readonly Affine[], image: Image): Affine[] => indices.map((index) => mapIndex(index, image));
const mapBounds = (bounds: readonly Bound[], image: Image): Bound[] => bounds.map((bound) => ({ ...bound, index: mapIndex(bound.index, image) }));

const rebuilders: { readonly [K in Expr["kind"]]: (expr: Extract<Expr, { kind: K }>, image: Image, rename: Rename) => Expr } = {
  constant: (expr) => expr,
  index: (expr, image) => ({ ...expr, index: mapIndex(expr.index, image) }),
  extent: (expr) => expr,
  local: (expr) => expr,
  load: (expr, image, rename) => ({ ...expr, buffer: rename(expr.buffer), index: mapIndices(expr.index, image) }),
  op: (expr, image) => ({ ...expr, args: expr.args.map(image) }),
  guard: (expr, image) => ({ ...expr, bounds: mapBounds(expr.bounds, image), value: image(expr.value), fill: image(expr.fill) }),
};

const statementRebuilders: {
  readonly [K in Exclude<Statement["kind"], "loop">]: (statement: Extract<Statement, { kind: K }>, image: Image, rename: Rename) => Statement;
} = {
  let: (statement, image) => ({ ...statement, value: image(statement.value) }),
  accumulator: (statement) => statement,
  combine: (statement, image) => ({ ...statement, value: image(statement.value), ...(statement.at ? { at: image(statement.at) } : {}) }),
  store: (statement, image, rename) => ({
    ...statement,
    buffer: rename(statement.buffer),
    index: mapIndices(statement.index, image),
    value: image(statement.value),
    inside: mapBounds(statement.inside, image),
  }),
};

/**
 * The kernel with every expression replaced by what `replace` makes of it; the operands that `replace` sees are replaced already.
 * Shared expressions stay shared. `rename` gives the buffers that take the place of others.
 */
export function rewriteKernel(kernel: Kernel, replace: Image, rename: Rename = (buffer) => buffer): Kernel {
  const images = new Map<Expr, Expr>();
  const image = (expr: Expr): Expr => images.get(expr) ?? expr;
  const rewrite = (body: readonly Statement[]): Statement[] =>
    body.map((statement) => {
      if (statement.kind === "loop") return { ...statement, body: rewrite(statement.body) };
      for (const expr of subexpressions(expressionsOf(statement)))
        if (!images.has(expr)) images.set(expr, replace(rebuilders[expr.kind](expr as never, image, rename)));
      return statementRebuilders[statement.kind](statement as never, image, rename);
    });
  return { ...kernel, body: rewrite(kernel.body) };
}
