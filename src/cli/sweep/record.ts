// The record of a sweep: lines of JSON, first what the sweep is, then each training or stage of one that ended. A line is written at once and whole,
// or is the last one and cut, which is as if it were not there.
import { type FileHandle, open } from "node:fs/promises";
import { badRecord, otherSweep } from "../../../compiler/diagnostics/sweep.ts";
import { writeFailed } from "../../../files/diagnostics.ts";
import { writeWhole } from "../../../files/whole.ts";
import { readBytes } from "../files/read.ts";
import type { Settings } from "./settings.ts";
import type { Outcome } from "./task.ts";

/** What a sweep must have in common with the one that it goes on from, in words, by what that is. */
export type Identity = Readonly<Record<string, string>>;

/** A training of a stage that ended; its outcome is without the state. */
export interface Entry {
  readonly trial: number;
  readonly seed: number;
  /** The stage, counted from 0. */
  readonly rung: number;
  readonly settings: Settings;
  readonly outcome: Outcome;
}

export interface SweepRecord {
  readonly path: string;
  outcome(trial: number, seed: number, rung: number): Outcome | undefined;
  /** Adds a line, which outlives the process and the machine. @throws GradcError `cannot-write` */
  add(entry: Entry): Promise<void>;
  close(): Promise<void>;
}

const keyOf = ({ trial, seed, rung }: Pick<Entry, "trial" | "seed" | "rung">): string => `${trial} ${seed} ${rung}`;

/** Opens a record, empty or with what `before` holds. @throws GradcError `cannot-write` */
export async function openRecord(path: string, identity: Identity, before: readonly Entry[]): Promise<SweepRecord> {
  const known = new Map(before.map((entry) => [keyOf(entry), entry.outcome]));
  await writeWhole(path, [{ sweep: identity }, ...before].map(line).join(""));
  let handle: FileHandle | undefined;
  // Workers end together: one line after the other.
  let last: Promise<void> = Promise.resolve();
  const append = async (entry: Entry): Promise<void> => {
    handle ??= await open(path, "a");
    await handle.writeFile(line(entry));
    await handle.sync();
  };
  return {
    path,
    outcome: (trial, seed, rung) => known.get(keyOf({ trial, seed, rung })),
    add(entry) {
      known.set(keyOf(entry), entry.outcome);
      last = last
        .then(() => append(entry))
        .catch((error) => {
          throw writeFailed(path, error);
        });
      return last;
    },
    async close() {
      await last.catch(() => undefined);
      await handle?.close();
    },
  };
}

/** JSON has no infinite numbers: a metric may be one. */
const line = (value: unknown): string =>
  `${JSON.stringify(value, (_, each) => (typeof each === "number" && !Number.isFinite(each) ? String(each) : each))}\n`;

/** The entries of a record of the same sweep. @throws GradcError `cannot-read`, `bad-record`, `other-sweep` */
export async function readRecord(path: string, identity: Identity): Promise<Entry[]> {
  const text = new TextDecoder().decode(await readBytes(path));
  const [first, ...others] = text
    .split("\n")
    .slice(0, -1)
    .map((each, at) => parsed(path, each, at + 1));
  const before = (first as { readonly sweep?: Identity } | undefined)?.sweep;
  if (!before) throw badRecord(path, 1);
  for (const [what, now] of Object.entries<string>(identity)) if (before[what] !== now) throw otherSweep(path, what, before[what] ?? "unknown", now);
  return others.map((each, at) => entryOf(path, each as Partial<Entry>, at + 2));
}

function parsed(path: string, text: string, at: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRecord(path, at);
  }
}

function entryOf(path: string, entry: Partial<Entry> | null, at: number): Entry {
  const numbers = [entry?.trial, entry?.seed, entry?.rung];
  if (!numbers.every(Number.isSafeInteger) || typeof entry?.outcome?.kind !== "string" || !entry.settings) throw badRecord(path, at);
  return entry as Entry;
}
