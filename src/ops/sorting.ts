// Sorting by ranks: each element's place is the number of those that come before it. n² comparisons, and n² choices to bring each to its place; no
// element is multiplied by a 0, so that NaN and infinities stay what they are, and each value's gradient flows to the element that it is.
import { settingOutOfRange } from "../../compiler/diagnostics/settings.ts";
import * as build from "../../compiler/ops/build.ts";
import { nameInLayer } from "../definition.ts";
import { axis as anAxis, checkOptions, checkSetting, flag, type Kind } from "../settings.ts";
import { read, type Tensor } from "../tensor.ts";
import { attempt } from "./attempt.ts";
import { axisOf } from "./axes.ts";
import { knownExtent, replaced } from "./known.ts";
import { isAbove } from "./ranks.ts";
import { sum } from "./reduction.ts";
import { compare, where } from "./selection.ts";

/** Elements in an order, and the i32 index of each where it stood. */
export interface Sorted {
  readonly values: Tensor;
  readonly indices: Tensor;
}

/** Settings of `sort`. */
export interface SortOptions {
  /** The axis; the last unless stated. */
  readonly dim?: number;
  /** The largest first. */
  readonly descending?: boolean;
}

/** Settings of `topK`. */
export interface TopKOptions {
  /** The axis; the last unless stated. */
  readonly dim?: number;
  /** The largest, unless it is false: then the smallest. */
  readonly largest?: boolean;
}

/**
 * The first `most` of x along `axis` (of all, unless stated) in their order. Two axes stand in place of the one: that of the places, and
 * behind it that of the elements.
 */
function inOrder(x: Tensor, axis: number, extent: number, descending: boolean, most = extent): Sorted {
  const pairs = [...x.shape.slice(0, axis), extent, extent, ...x.shape.slice(axis + 1)];
  // Axis i of x is that axis of the pairs, where the one that is sorted stands at `at`.
  const spread = (at: number, shape = pairs) =>
    build.broadcast(
      x,
      shape,
      x.shape.map((_, each) => (each < axis ? each : each === axis ? at : each + 1)),
    );
  const [own, other] = [spread(axis), spread(axis + 1)];
  const isEarlier = compare(build.iota(x.graph, pairs, axis + 1), build.iota(x.graph, pairs, axis), "lt");
  const comesBefore = descending ? isAbove(other, own, isEarlier) : isAbove(own, other, isEarlier);
  const rank = nameInLayer(sum(comesBefore, { dim: axis + 1 }), "rank");
  const places = replaced(pairs, axis, most);
  const stands = compare(
    build.broadcast(
      rank,
      places,
      x.shape.map((_, each) => (each < axis ? each : each + 1)),
    ),
    build.iota(x.graph, places, axis),
    "eq",
  );
  const pick = (elements: Tensor) => sum(where(stands, elements, 0), { dim: axis + 1 });
  return { values: pick(spread(axis + 1, places)), indices: pick(build.iota(x.graph, places, axis + 1)) };
}

function sortable(name: string, x: Tensor, dim: number): { value: Tensor; axis: number; extent: number } {
  const node = read(attempt(name), x);
  const value = node.dtype === "bool" ? build.cast(node, "i32") : node;
  const axis = axisOf(attempt(name), value.shape, dim);
  return { value, axis, extent: knownExtent(attempt(name), value.shape, axis) };
}

/**
 * x in order along `dim`, and where each element stood: `{ values, indices }`, both of the shape of x. Equal elements stay in their order, NaN counts
 * as the largest. Costs n² comparisons and n² choices along an axis of known extent n. No gradient flows to the indices.
 * @throws GradcError `axis-out-of-range`, `dynamic-dimension`
 */
export function sort(x: Tensor, options: SortOptions = {}): Sorted {
  checkOptions(attempt("sort"), options, { dim: anAxis, descending: flag });
  const { dim = -1, descending = false } = options;
  const { value, axis, extent } = sortable("sort", x, dim);
  return inOrder(value, axis, extent, descending);
}

const fromZero: Kind = { fits: (value) => Number.isInteger(value) && (value as number) >= 0, expected: "a whole number of at least 0" };

/**
 * The `k` largest elements of x along `dim`, the largest first, or the smallest, and where they stood: `{ values, indices }` with k in place of
 * the extent n. Of equal elements the first comes first, NaN counts as the largest. Costs n² comparisons and n·k choices.
 * @throws GradcError `axis-out-of-range`, `dynamic-dimension`, `setting-out-of-range`
 */
export function topK(x: Tensor, k: number, options: TopKOptions = {}): Sorted {
  checkSetting(attempt("topK"), "k", k, fromZero);
  checkOptions(attempt("topK"), options, { dim: anAxis, largest: flag });
  const { dim = -1, largest = true } = options;
  const { value, axis, extent } = sortable("topK", x, dim);
  if (k > extent) throw settingOutOfRange(attempt("topK"), "k", String(k), `at most ${extent}, the extent of axis ${axis}`);
  return inOrder(value, axis, extent, largest, k);
}
