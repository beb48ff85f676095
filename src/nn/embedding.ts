// Layers that look rows of a table up by index.
import { settingOutOfRange, shown } from "../../compiler/diagnostics/settings.ts";
import { shapeMismatch } from "../../compiler/diagnostics/tensors.ts";
import * as build from "../../compiler/ops/build.ts";
import { ops } from "../ops/index.ts";
import { anything, axis, checkOptions, type Kinds, oneOf } from "../settings.ts";
import { index as indexOf, type Tensor } from "../tensor.ts";
import { createLayer, type Layer, type Named, namedKinds } from "./layer.ts";
import type { Part } from "./parts.ts";
import { twoForms } from "./two-forms.ts";
import { checkCount, initsOf, type LayerInit } from "./weights.ts";

/** Settings of `nn.embedding`. */
export interface EmbeddingOptions extends Named {
  /** The index, from the end where negative, whose row starts as 0 and takes no gradient. */
  readonly paddingIdx?: number;
  /** Of the table; N(0, 1) unless stated. */
  readonly init?: LayerInit;
}

/** Settings of `nn.embeddingBag`. */
export interface EmbeddingBagOptions extends EmbeddingOptions {
  /** What is made of the rows of a bag; "mean" unless stated. */
  readonly mode?: "mean" | "sum" | "max";
}

const kinds: Kinds<EmbeddingOptions> = { ...namedKinds, paddingIdx: axis, init: anything };

/** The table of a layer, and what it does with index and table. */
interface Lookup {
  readonly kind: string;
  readonly num: number;
  readonly dim: number;
  readonly options: EmbeddingOptions;
  readonly apply: (index: Tensor, weight: Tensor, padding: number | undefined) => Tensor;
}

function lookup({ kind, num, dim, options, apply }: Lookup): Layer {
  const attempt = `Cannot apply "nn.${kind}"`;
  checkCount(attempt, "num", num);
  checkCount(attempt, "dim", dim);
  const padding = paddingOf(attempt, options.paddingIdx, num);
  const { weight: init = { normal: [0, 1] } as const } = initsOf(kind, options.init);
  return createLayer({
    kind,
    name: options.name,
    parts: {
      weight: (): Part => ({
        shape: [num, dim],
        init,
        upright: true,
        // As in PyTorch, a value that is given stands for every row.
        ...(padding !== undefined &&
          options.init === undefined && { start: (table: Tensor) => build.where(isRow(table, padding), zerosLike(table), table) }),
      }),
    },
    apply: ([index], { weight }) => apply(indexOf(attempt, index), weight, padding),
  });
}

function paddingOf(attempt: string, paddingIdx: number | undefined, num: number): number | undefined {
  if (paddingIdx === undefined) return undefined;
  const row = paddingIdx < 0 ? paddingIdx + num : paddingIdx;
  if (row < 0 || row >= num)
    throw settingOutOfRange(attempt, "paddingIdx", shown(paddingIdx), `an index of ${num} rows, from the end where negative`);
  return row;
}

const zerosLike = (x: Tensor): Tensor => build.fill(x, 0);

const isRow = (table: Tensor, row: number): Tensor =>
  build.compare(build.iota(table.graph, table.shape, 0), build.fill(build.iota(table.graph, table.shape, 0), row), "eq");

/** Where `index` is not that of the padding, for each element of the rows. */
const counts = (index: Tensor, padding: number, rows: Tensor): Tensor =>
  ops.broadcast(build.reshape(ops.compare(index, padding, "ne"), [...index.shape, 1]), rows.shape);

/** The rows of `weight` by index; no gradient goes to the row of the padding. */
function rowsOf(index: Tensor, weight: Tensor, padding: number | undefined): Tensor {
  const rows = build.gather(weight, index);
  return padding === undefined ? rows : build.where(counts(index, padding, rows), rows, build.stopGradient(rows));
}

/**
 * Rows of `weight` by index: an i32 index of any shape gives `[...index, dim]`, `weight` is [num, dim] and starts as N(0, 1). The row
 * `paddingIdx` starts as 0 and takes no gradient. An index outside of [0, num) is refused where it is an input, and gives NaN elsewhere.
 * @throws GradcError `dtype-mismatch`
 */
export const embedding = twoForms("embedding", (num: number, dim: number, options: EmbeddingOptions = {}): Layer => {
  checkOptions('Cannot apply "nn.embedding"', options, kinds);
  return lookup({ kind: "embedding", num, dim, options, apply: rowsOf });
});

const bagAttempt = 'Cannot apply "nn.embeddingBag"';

/**
 * The mean, sum or largest elements (`mode`) of the rows of `weight` that a bag of indices names: an i32 index of `[batch, length]` gives
 * `[batch, dim]`. Indices `paddingIdx` do not count: a bag of nothing else gives 0. `weight` is [num, dim] and starts as N(0, 1), but 0 in the row of the padding.
 * @throws GradcError `dtype-mismatch`, `shape-mismatch`
 */
export const embeddingBag = twoForms("embeddingBag", (num: number, dim: number, options: EmbeddingBagOptions = {}): Layer => {
  checkOptions(bagAttempt, options, { ...kinds, mode: oneOf("mean", "sum", "max") });
  const { mode = "mean" } = options;
  return lookup({ kind: "embeddingBag", num, dim, options, apply: (index, weight, padding) => bags[mode](...countedRows(index, weight, padding)) });
});

/** The rows of each bag, and where they count. */
function countedRows(index: Tensor, weight: Tensor, padding: number | undefined): [rows: Tensor, counted: Tensor | undefined] {
  if (index.shape.length !== 2) throw shapeMismatch(bagAttempt, [index.shape], "[batch, length]");
  const rows = build.gather(weight, index);
  return [rows, padding === undefined ? undefined : counts(index, padding, rows)];
}

type Bag = (rows: Tensor, counted: Tensor | undefined) => Tensor;

const inBag = { dim: 1 } as const;

const sumOf: Bag = (rows, counted) => ops.sum(counted ? ops.where(counted, rows, 0) : rows, inBag);

const bags: Record<NonNullable<EmbeddingBagOptions["mode"]>, Bag> = {
  sum: sumOf,
  mean: (rows, counted) => (counted ? ops.div(sumOf(rows, counted), ops.max(ops.sum(counted, inBag), 1)) : ops.mean(rows, inBag)),
  max(rows, counted) {
    if (!counted) return ops.max(rows, inBag);
    const largest = ops.max(ops.where(counted, rows, Number.NEGATIVE_INFINITY), inBag);
    return ops.where(ops.compare(ops.sum(counted, inBag), 0, "eq"), 0, largest);
  },
};
