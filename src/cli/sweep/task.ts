// One training of a sweep, or a part of one, as it is handed to a worker.
import type { EpochEntry } from "../../../runtime/index.ts";
import type { Rows } from "../../constant/rows.ts";
import type { Settings } from "../train/settings.ts";

export interface Task {
  readonly wasm: Uint8Array;
  /** All rows, in memory that threads share. */
  readonly data: Rows;
  readonly rows: number;
  /** What was learned from the table, as texts that are kept with the weights. */
  readonly metadata: readonly (readonly [string, string])[];
  readonly settings: Settings;
  /** The learning rate, where it is not that of the module. */
  readonly lr: number | undefined;
  readonly firstEpoch: number;
  readonly lastEpoch: number;
  /** The net after the epoch before the first, where there is one. */
  readonly state: Uint8Array | undefined;
  /** Whether the net is to be had as it is at the end, to go on from. */
  readonly keepsState: boolean;
}

/** What became of a training. */
export type Outcome =
  | { readonly kind: "trained"; readonly kept: EpochEntry; readonly seconds: number; readonly state?: Uint8Array | undefined }
  /** A loss or weights that are not finite. */
  | { readonly kind: "diverged"; readonly epoch: number; readonly seconds: number }
  | { readonly kind: "failed"; readonly message: string; readonly seconds: number }
  /** Ended before its time. */
  | { readonly kind: "stopped" };
