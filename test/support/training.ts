// Tables as small models are trained on them.
import { type Kept, keepLearned, keptOf } from "../../data/kept.ts";
import { readPrediction } from "../../data/prediction.ts";
import { readTraining, type TrainingOptions } from "../../data/training.ts";
import type { EntryPoint, InputSlot, Manifest } from "../../runtime/program.ts";
import { openText } from "./table.ts";

const entry = (name: string, inputs: readonly string[], results: EntryPoint["results"] = []): EntryPoint => ({
  name,
  inputs,
  results,
  dims: ["batch"],
  updates: [],
  training: false,
  splittable: true,
  minimum: 1,
  checks: [],
});

export const slot = (name: string, dtype: "f32" | "i32", ...row: number[]): InputSlot => ({ name, dtype, shape: ["batch", ...row], offset: 0 });
export const classes = (upper: number, except?: number): InputSlot => ({
  ...slot("y", "i32"),
  range: { lower: 0, upper, ...(except !== undefined && { except }) },
});
export const binary: InputSlot = { ...slot("y", "f32", 1), range: { lower: 0, upper: 1 } };

/** A model of an input x of `width` numbers, a target, and an output of `width` numbers. */
export const manifestOf = (width: number, target = slot("y", "f32", 1), more: Partial<Manifest> = {}): Manifest => ({
  version: 2,
  name: "net",
  profile: "exact",
  capacity: { batch: 4 },
  inputs: [slot("x", "f32", width), target],
  variables: [],
  entries: [
    entry("step", ["x", "y"]),
    entry("predict", ["x"], [{ name: "out", dtype: "f32", shape: ["batch", target.range?.upper ?? 1], offset: 0 }]),
  ],
  metrics: [],
  outputs: ["out"],
  targets: ["y"],
  standardize: [],
  bytes: 0,
  ...more,
});

export const fresh: Kept = { columns: {}, classes: {} };
export const read = async (text: string, manifest: Manifest, options: Partial<TrainingOptions> = {}, kept = fresh) =>
  readTraining(await openText(text), manifest, kept, { target: ["y"], validation: 0, seed: 1, ...options });

/** What is kept of a training, as it comes out of a file. */
export async function keptAfter(...args: Parameters<typeof read>): Promise<Kept> {
  const metadata = new Map<string, string>();
  keepLearned(metadata, (await read(...args)).learned);
  return keptOf(metadata);
}

export const predict = async (text: string, manifest: Manifest, kept: Kept, missing?: "drop" | "error" | "mean") =>
  readPrediction(await openText(text), manifest, kept, { missing });
