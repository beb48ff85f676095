// The order of an epoch's rows, where it is no shuffle.
import { badOption } from "../../runtime/diagnostics.ts";
import { checkOptions } from "../../runtime/options.ts";
import { checkWhole } from "../../runtime/whole.ts";
import { badSampler } from "../dataset/diagnostics.ts";
import { hash, share } from "../dataset/random.ts";

/** What a sampler is told. */
export interface SamplerContext {
  /** The number of rows. */
  readonly length: number;
  readonly seed: number;
  /** From 1. */
  readonly epoch: number;
  /** What stands in a column, a label for a class, by the place of the row. */
  column(name: string): (at: number) => unknown;
}

/** Gives the places of an epoch's rows, from 0, in order; any number of them, any row any number of times. It must depend on what it is told alone. */
export type Sampler = (context: SamplerContext) => ArrayLike<number>;

/** The rows of each class by its value. */
function byClass({ length, column }: SamplerContext, name: string): Map<unknown, number[]> {
  const valueAt = column(name);
  const rows = new Map<unknown, number[]>();
  for (let at = 0; at < length; at++) {
    const value = valueAt(at);
    const list = rows.get(value);
    if (list) list.push(at);
    else rows.set(value, [at]);
  }
  return rows;
}

/** One over the number of rows of its class for each row. */
function inverse(context: SamplerContext, name: string): Float64Array {
  const weights = new Float64Array(context.length);
  for (const rows of byClass(context, name).values()) for (const at of rows) weights[at] = 1 / rows.length;
  return weights;
}

/** Sums of the weights before and with each row. @throws GradcError `bad-sampler` */
function sums(weights: ArrayLike<number>, length: number): Float64Array {
  if (weights.length !== length) throw badSampler(`${weights.length} weights for ${length} rows`);
  const total = new Float64Array(length);
  let sum = 0;
  for (let at = 0; at < length; at++) {
    const weight = weights[at] as number;
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) throw badSampler(`the weight ${weight} for row ${at}`);
    sum += weight;
    total[at] = sum;
  }
  if (!(sum > 0)) throw badSampler("no row a weight above 0");
  return total;
}

/** The first place whose sum is above a number. */
function find(total: Float64Array, wanted: number): number {
  let [low, high] = [0, total.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((total[middle] as number) > wanted) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Rows drawn with replacement by weight, as PyTorch's `WeightedRandomSampler`: a weight for each row, or the name of a column whose classes are drawn
 * equally often. `samples` is their number in an epoch, that of the rows unless stated.
 * @throws GradcError `bad-option`, and where an epoch begins `bad-sampler`, `unknown-column`
 */
export function weighted(weights: ArrayLike<number> | string, options: { readonly samples?: number | undefined } = {}): Sampler {
  checkOptions(options, { samples: "a whole number" });
  if (typeof weights !== "string" && typeof weights?.length !== "number") throw badOption("weights", weights, "a number for each row, or a column");
  const samples = options?.samples;
  if (samples !== undefined) checkWhole("samples", samples, 1);
  return (context) => {
    const { length, seed, epoch } = context;
    const total = sums(typeof weights === "string" ? inverse(context, weights) : weights, length);
    const sum = total[length - 1] as number;
    const draw = (_: unknown, at: number) => {
      // 53 bits: rows of a large table have weights that 32 would not reach.
      const random = (hash(seed, epoch, at, 0) + share(seed, epoch, at, 1)) / 2 ** 32;
      return find(total, random * sum);
    };
    return Int32Array.from({ length: samples ?? length }, draw);
  };
}

/**
 * All rows in an order in which each stretch, and so each batch, has the classes of a column in about the shares of the whole.
 * @throws GradcError `bad-option`, and where an epoch begins `unknown-column`
 */
export function stratified(column: string): Sampler {
  if (typeof column !== "string") throw badOption("column", column, "the name of a column");
  return (context) => {
    const { length, seed, epoch } = context;
    const keys = new Float64Array(length);
    for (const rows of byClass(context, column).values()) {
      // In random order, and evenly over the epoch.
      const order = rows.map((at) => [share(seed, epoch, at), at] as const).sort(([a, i], [b, j]) => a - b || i - j);
      order.forEach(([random, at], number) => {
        keys[at] = (number + random) / rows.length;
      });
    }
    return Int32Array.from({ length }, (_, at) => at).sort((a, b) => (keys[a] as number) - (keys[b] as number) || a - b);
  };
}
