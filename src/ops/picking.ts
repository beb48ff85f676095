// Elements by masks and by indices.
import { shapeMismatch } from "../../compiler/diagnostics/tensors.ts";
import { elementAt } from "../../compiler/ir/element.ts";
import { formatShape } from "../../compiler/ir/type.ts";
import * as build from "../../compiler/ops/build.ts";
import { axis as anAxis, checkOptions } from "../settings.ts";
import { float, index, type Operand, read, type Tensor } from "../tensor.ts";
import { attempt } from "./attempt.ts";
import { type Along, axisOf, checkAlong } from "./axes.ts";
import { sum } from "./reduction.ts";
import { compare, where } from "./selection.ts";

/** `value` where `mask` holds, else x; all of them broadcast. No gradient flows to what is covered. @throws GradcError `shape-mismatch` */
export const maskedFill = (x: Tensor, mask: Tensor, value: Operand): Tensor => where(mask, value, read(attempt("maskedFill"), x));

/**
 * The cells of x along `dim` (0) that the i32 `indices: [k]` name, in their order: k stands in place of the extent. An index outside gives NaN.
 * @throws GradcError `dtype-mismatch`, `shape-mismatch`, `axis-out-of-range`
 */
export function indexSelect(x: Tensor, indices: Tensor, options: Along = {}): Tensor {
  const what = attempt("indexSelect");
  checkAlong(what, options);
  const [value, places] = [float(what, x), index(what, indices)];
  if (places.shape.length !== 1) throw shapeMismatch(what, [places.shape], "one axis of indices");
  const axis = axisOf(what, value.shape, options.dim ?? 0);
  const others = value.shape.map((_, each) => each).filter((each) => each !== axis);
  const order = value.shape.map((_, each) => (each === axis ? 0 : each < axis ? each + 1 : each));
  return build.permute(build.gather(build.permute(value, [axis, ...others]), places), order);
}

/**
 * `x[.., indices[.., i, ..], ..]` with the i32 indices along `dim`, as torch.gather: the result has the shape of `indices`, whose other axes are those of x
 * or begin with them. An index outside gives NaN. Costs a choice among all n elements of the axis for each index.
 * @throws GradcError `dtype-mismatch`, `shape-mismatch`, `axis-out-of-range`
 */
export function takeAlongDim(x: Tensor, indices: Tensor, options: { readonly dim: number }): Tensor {
  const what = attempt("takeAlongDim");
  checkOptions(what, options, { dim: anAxis });
  const [value, places] = [float(what, x), index(what, indices)];
  const axis = axisOf(what, value.shape, options.dim);
  const begun = value.shape.map((dim, each) => (each === axis ? dim : elementAt(places.shape, each)));
  const fits =
    places.shape.length === value.shape.length && begun.every((dim, each) => dim === value.shape[each] || Number(dim) < Number(value.shape[each]));
  if (!fits) throw shapeMismatch(what, [value.shape, places.shape], `indices of ${formatShape(value.shape)}, of any extent along axis ${axis}`);
  const none = value.shape.map(() => 0);
  const cells = build.slice(value, none, begun);
  const shape = [...begun.slice(0, axis), elementAt(places.shape, axis), ...begun.slice(axis)];
  const spread = (from: Tensor, left: number) =>
    build.broadcast(
      from,
      shape,
      value.shape.map((_, each) => (each < axis ? each : each === axis ? left : each + 1)),
    );
  const isOwn = compare(spread(places, axis), build.iota(x.graph, shape, axis + 1), "eq");
  const taken = sum(where(isOwn, spread(cells, axis + 1), 0), { dim: axis + 1 });
  const isInside = sum(isOwn, { dim: axis + 1 });
  return where(isInside, taken, build.constant(x.graph, [Number.NaN]));
}
