// Whether a training goes on as it began: with its rows, of which a share and a seed hold some out, and with its steps.
import { createHash, type Hash } from "node:crypto";
import { otherRows, otherSeed, otherShare, otherSteps } from "../../../compiler/diagnostics/commands.ts";
import type { TrainingData } from "../../../data/training.ts";
import type { Net } from "../../../runtime/index.ts";
import type { Terminal } from "../terminal.ts";
import type { TrainOptions } from "./options.ts";
import type { Settings } from "./settings.ts";

/**
 * The keys of the metadata under which weights say of how many rows they are, and which, a number and a hash; what share of them is held out; and how
 * steps are made.
 */
const keys = { rows: "rows", share: "validation", steps: "steps" } as const;

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

type Marked = Pick<TrainingData, "data" | "rows">;

/** Lets the metadata of a net name the rows that it is trained on; where it goes on from a training with others, or holds out others, that is said. */
export function markRows(net: Pick<Net, "metadata">, read: Marked, settings: Settings, options: TrainOptions, terminal: Terminal): void {
  const { metadata } = net;
  const mark = markOf(read);
  if (options.resume) for (const text of othersThan(metadata, { ...read, mark }, settings, options)) terminal.note(text);
  metadata.set(keys.rows, mark).set(keys.share, String(settings.validation)).set(keys.steps, stepsAs(settings, options));
}

/** How steps are made, as options. */
function stepsAs({ optimizer, batch }: Settings, { clip, weightDecay }: TrainOptions): string {
  const given = Object.entries({ optimizer, batch, clip, "weight-decay": weightDecay }).filter(([, value]) => value !== undefined);
  return given.map(([name, value]) => `--${name} ${value}`).join(" ");
}

/** What is said of rows, a share, a seed and steps that are not those of before; files of before these were kept say nothing of them. */
function othersThan(
  metadata: Net["metadata"],
  { mark, rows }: { readonly mark: string; readonly rows: number },
  settings: Settings,
  options: TrainOptions,
): string[] {
  const { validation, seed } = settings;
  const { data, seed: asked } = options;
  const [steps, now] = [metadata.get(keys.steps), stepsAs(settings, options)];
  const before = metadata.get(keys.rows);
  const share = Number(metadata.get(keys.share) ?? Number.NaN);
  return [
    ...(before !== undefined && before !== mark ? [otherRows(data, Number.parseInt(before, 10), rows)] : []),
    ...(Number.isFinite(share) && share !== validation ? [otherShare(share, validation)] : []),
    ...(steps !== undefined && steps !== now ? [otherSteps(steps, now)] : []),
    ...(asked !== undefined && asked !== seed ? [otherSeed(seed, asked)] : []),
  ];
}
