import type { Assignment } from "../../../../data/assign.ts";
import type { TrainingData } from "../../../../data/training.ts";
import type { Traced } from "../../../divergence/trace.ts";
import type { Trainable } from "../net.ts";
import type { Split } from "../rows.ts";
import type { Settings } from "../settings.ts";
import type { Steps } from "../steps.ts";
import type { Guard } from "./guard.ts";

/** A training that went wrong. */
export interface Course {
  readonly trainable: Trainable;
  readonly guard: Guard;
  readonly split: Split;
  readonly settings: Settings;
  readonly steps: Steps;
  readonly read: Pick<TrainingData, "placeOf">;
  /** A name for each number that an input takes of a row. */
  readonly columns: Assignment;
  /** The file that is written after each epoch, where it was asked for. */
  readonly checkpoint: string | undefined;
}

/** `none` where the module has no graph, `fine` where the interpreter finds nothing that is not finite. */
export type Trace = Traced | "none" | "fine";
