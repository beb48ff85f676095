import { badOption, compiledIn, leftOut, lossNotFinite, noRows } from "./diagnostics.ts";
import { convert, rowsOf } from "./inputs.ts";
import { callNamed, checkRange, invoke, type NativeArray, type Port } from "./machine.ts";
import { machineOf } from "./net.ts";
import { counters } from "./program.ts";
import { shuffle } from "./shuffle.ts";
import { standardize } from "./standardize.ts";
import type { Inputs, Losses, Net, TensorData } from "./types.ts";

/** One epoch, counted from 1: the mean loss of its steps, weighted by rows, and the losses of the validation rows after it. */
export interface EpochEntry {
  readonly epoch: number;
  readonly loss: number;
  readonly validation?: Losses;
}

export interface History {
  readonly epochs: EpochEntry[];
}

export interface FitOptions<I extends object = Inputs> {
  readonly epochs: number;
  /** Rows of a step; the capacity by default. */
  readonly batch?: number;
  readonly shuffle?: boolean;
  /** Seed of the order of rows and of the choice of validation rows. */
  readonly seed?: number;
  /** Leave out a last batch with fewer rows. */
  readonly dropLast?: boolean;
  /** Rows to evaluate after each epoch, or the share of the data to hold out for it. */
  readonly validation?: number | I;
  readonly onEpoch?: (entry: EpochEntry) => void | Promise<void>;
  /** Called after each step; epoch and step count from 1. */
  readonly onStep?: (progress: { readonly epoch: number; readonly step: number; readonly steps: number; readonly loss: number }) => void;
  readonly signal?: AbortSignal;
}
