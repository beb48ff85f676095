// In which order an epoch gives its rows, from any row of it on.
import { shuffle } from "../../runtime/shuffle.ts";
import type { Piece } from "../dataset/collate.ts";
import { type Core, isStream } from "../dataset/core.ts";
import { badSampler } from "../dataset/diagnostics.ts";
import { countTo, shuffled } from "../dataset/random.ts";
import { lengthOf, type Rows, type Turn, valuesIn } from "../dataset/rows.ts";
import type { Sampler } from "./samplers.ts";

/** What decides the order. */
export interface OrderOptions {
  readonly shuffle: boolean;
  readonly sampler?: Sampler | undefined;
}

/** @throws GradcError `bad-sampler` */
function sampled(rows: Rows, sampler: Sampler, turn: Turn): Int32Array {
  const length = lengthOf(rows);
  const order = sampler({ ...turn, length, column: (name) => valuesIn(rows, name) });
  if (typeof order?.length !== "number" || order.length === 0) throw badSampler("no rows");
  for (let at = 0; at < order.length; at++) {
    const place = order[at] as number;
    if (!(Number.isInteger(place) && place >= 0 && place < length)) throw badSampler(`the row ${place} of ${length}`);
  }
  return Int32Array.from(order);
}

function orderOf(rows: Rows, { shuffle: isShuffled, sampler }: OrderOptions, turn: Turn): Int32Array {
  if (sampler) return sampled(rows, sampler, turn);
  const places = countTo(lengthOf(rows));
  return isShuffled ? shuffle(places, turn.seed, turn.epoch) : places;
}

/** The rows of an epoch in order but for the first `skip`: those at hand as one piece, those of a file block by block, shuffled within each. */
export async function* rowsInOrder(core: Core, options: OrderOptions, turn: Turn, skip: number): AsyncGenerator<Piece> {
  if (!isStream(core)) {
    yield { rows: core, places: orderOf(core, options, turn).subarray(skip) };
    return;
  }
  let [block, left] = [0, skip];
  for await (const rows of core.open(skip)) {
    const length = lengthOf(rows);
    const stream = turn.epoch * blocksOfEpoch + block++;
    if (left < length) yield { rows, places: (options.shuffle ? shuffled(length, turn.seed, stream) : countTo(length)).subarray(left) };
    left -= Math.min(left, length);
  }
}

// Streams of random numbers that no epoch shares with another.
const blocksOfEpoch = 2 ** 16;
