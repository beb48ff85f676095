// What is told of a training as it goes on, and may end it.
import { badOption } from "../diagnostics.ts";
import type { Losses, Net } from "../types.ts";

/** One epoch, counted from 1: the mean loss of its steps, weighted by rows, and the losses of the validation rows after it. */
export interface EpochEntry<M extends string = string, A extends string = never> {
  readonly epoch: number;
  readonly loss: number;
  readonly validation?: Losses<M, A>;
}

/** What `fit` gives: an entry for each epoch that it made. */
export interface History<M extends string = string, A extends string = never> {
  readonly epochs: EpochEntry<M, A>[];
}

/** Where a training is: it goes on from there as if it had never ended. */
export interface Position {
  /** The epoch, counted from 1, and how many of its steps are made. */
  readonly epoch: number;
  readonly step: number;
  /** The losses of these steps, each as often as it had rows, and the rows: what the epoch's mean is made of. */
  readonly sum: number;
  readonly rows: number;
}

/** A training, as callbacks see it. */
export interface Training {
  readonly net: Pick<Net, "setHyper" | "state" | "restore" | "manifest" | "read" | "write">;
  readonly position: Position;
  /** Ends it: after this step, or where an epoch was told, after that. */
  stop(): void;
}

/** What a step gave; epoch and step count from 1. `steps` is infinite where batches are given: how many is not known. */
export type StepEntry<S extends string = string, A extends string = never> = Losses<S, A> & {
  readonly epoch: number;
  readonly step: number;
  readonly steps: number;
};

/** What `fit` tells of a training; a promise is waited for. */
export interface Callback<M extends string = string, A extends string = never, S extends string = M> {
  /** Before the first step, where the training begins or goes on. */
  onBegin?(position: Position, training: Training): unknown;
  onStep?(entry: StepEntry<S, A>, training: Training): unknown;
  /** After the validation rows were evaluated; before `onEpoch`. */
  onEvaluation?(losses: Losses<M, A>, training: Training): unknown;
  onEpoch?(entry: EpochEntry<M, A>, training: Training): unknown;
  /** At the end, however it ended but by an error. */
  onEnd?(history: History<M, A>, training: Training): unknown;
}

/** What is looked at after each epoch. */
export interface Monitor {
  /** A loss or metric by name, of the validation rows where there are some; `"loss"` unless stated. */
  readonly monitor?: string | undefined;
  /** Whether it is to fall or to grow; `"min"` unless stated. */
  readonly mode?: "min" | "max";
}

export const monitorKinds = { monitor: "string", mode: "min or max" };

/**
 * What is looked at of an epoch, of which less is better.
 * @throws GradcError `bad-option` for a name that the epoch has not
 */
export function monitored(entry: EpochEntry, { monitor = "loss", mode }: Monitor): number {
  const losses: Readonly<Record<string, unknown>> = { ...entry, ...entry.validation };
  const value = losses[monitor];
  if (typeof value !== "number") throw badOption("monitor", monitor, Object.keys(losses).join(" or "));
  return mode === "max" ? -value : value;
}
