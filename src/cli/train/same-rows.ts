// Whether a training goes on with the rows that it had: which of them are held out is a matter of their numbers.
import { createHash, type Hash } from "node:crypto";
import { otherRows } from "../../../compiler/diagnostics/commands.ts";
import type { TrainingData } from "../../../data/training.ts";
import type { Net } from "../../../runtime/index.ts";
import type { Terminal } from "../terminal.ts";
import type { TrainOptions } from "./options.ts";

/** The key of the metadata under which weights say of how many rows they are, and which: a number and a hash. */
const key = "rows";

/** A hash takes less than 2 GB at once. */
const part = 2 ** 24;

/** Adds the bytes of an array to a hash. */
export function hashValues(hash: Hash, { buffer, byteOffset, byteLength }: ArrayBufferView): Hash {
  for (let at = 0; at < byteLength; at += part) hash.update(new Uint8Array(buffer, byteOffset + at, Math.min(part, byteLength - at)));
  return hash;
}

/** The rows as inputs have them: the same after columns were moved or the file was written anew. */
export function markOf({ data, rows }: Pick<TrainingData, "data" | "rows">): string {
  const hash = createHash("sha256");
  for (const name of Object.keys(data).sort()) {
    const values = data[name] as Float32Array;
    hashValues(hash.update(`${name}:${values.byteLength}:`), values);
  }
  return `${rows} ${hash.digest("hex").slice(0, 16)}`;
}

/** The data of a training, which the net's metadata name from now on; where it goes on from one with other rows, that is said. */
export function markRows<T extends Pick<TrainingData, "data" | "rows">>(
  { metadata }: Pick<Net, "metadata">,
  read: T,
  { data, resume }: Pick<TrainOptions, "data" | "resume">,
  terminal: Terminal,
): T {
  const mark = markOf(read);
  const before = metadata.get(key);
  if (resume && before !== undefined && before !== mark) terminal.note(otherRows(data, Number.parseInt(before, 10), read.rows));
  metadata.set(key, mark);
  return read;
}
