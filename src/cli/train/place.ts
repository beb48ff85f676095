// Where a training is, as its checkpoint says it.
import { inFile } from "../../../compiler/diagnostics/places.ts";
import { badWeights } from "../../../runtime/diagnostics.ts";
import type { EpochEntry, Position } from "../../../runtime/index.ts";

/** What the steps of an epoch are counted by. */
export interface Pace {
  readonly batch: number;
  /** The numbers of rows that are trained on and held out. */
  readonly rows: number;
  readonly held: number;
}

/** Where a training is, and the pace at which it came there. */
export interface Place extends Position {
  readonly pace: Pace;
}

export const beginOf = (epoch: number): Position => ({ epoch, step: 0, sum: 0, rows: 0 });

const areWhole = (...values: readonly unknown[]): boolean => values.every((value) => Number.isSafeInteger(value) && (value as number) >= 0);

/** The place that a checkpoint holds; undefined where it holds none. @throws GradcError `bad-weights` */
export function placeIn(value: unknown, file: string): Place | undefined {
  if (value === undefined) return undefined;
  const { epoch, step, sum, rows, pace } = (value ?? {}) as Partial<Place>;
  const { batch, rows: trained, held } = pace ?? {};
  // A sum is not finite where a loss was not, with which a training does not go on.
  if (!areWhole(epoch, step, rows, batch, trained, held) || epoch === 0 || !Number.isFinite(sum))
    throw inFile(badWeights(`"position" is ${JSON.stringify(value)}, no place of a training`), file);
  return value as Place;
}

/** An epoch that was made before: its losses that are numbers, and the learning rate at its end, where there is one. */
export interface PastEpoch extends EpochEntry {
  readonly lr?: number | undefined;
}

/** The losses and metrics of the rows that are held out which are numbers; none where no rows are. */
export const heldNumbers = ({ validation }: Pick<EpochEntry, "validation">): [name: string, value: number][] =>
  Object.entries<unknown>(validation ?? {}).flatMap(([name, value]): [string, number][] => (typeof value === "number" ? [[name, value]] : []));

/** What the checkpoint tells of an epoch. */
export function told(entry: EpochEntry, lr?: number): PastEpoch {
  const { epoch, loss, validation } = entry;
  const held = validation && { validation: Object.fromEntries(heldNumbers(entry)) as Record<"loss", number> };
  return { epoch, loss, ...(lr !== undefined && { lr }), ...held };
}

/** The epochs that a checkpoint tells of; none where it tells nothing that reads as such. JSON has null for what is no number. */
export function epochsIn(history: unknown): PastEpoch[] {
  if (!Array.isArray(history)) return [];
  const number = (value: unknown) => (typeof value === "number" ? value : Number.NaN);
  return history.map(({ epoch, loss, lr, validation }) => ({
    epoch: number(epoch),
    loss: number(loss),
    ...(lr !== undefined && { lr: number(lr) }),
    ...(validation && { validation: Object.fromEntries(Object.entries(validation).map(([name, value]) => [name, number(value)])) }),
  }));
}
