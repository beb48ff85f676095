// What a training is followed by: its losses by step and epoch, and how weights and gradients are distributed.
import type { EpochEntry, Net, Position } from "../../../../runtime/index.ts";
import { entryNamed } from "../../../../runtime/program.ts";
import { type Rows, sampleOf } from "../../../constant/rows.ts";
import { heldNumbers } from "../place.ts";

/** The loss of a step, counted over all epochs. */
export interface StepPoint {
  readonly step: number;
  readonly loss: number;
}

/** What is known after an epoch. */
export interface EpochPoint {
  readonly epoch: number;
  /** Steps made until then. */
  readonly step: number;
  /** The learning rate; undefined where the optimizer has none. */
  readonly lr: number | undefined;
  readonly loss: number;
  /** Losses and metrics of the rows that are held out: those that are numbers. */
  readonly validation: Readonly<Record<string, number>>;
}

/** The values of a trainable parameter and of its gradient, which needs rows to be taken on. */
export interface Distribution {
  readonly name: string;
  readonly weights: ArrayLike<number>;
  readonly gradients: ArrayLike<number> | undefined;
}

/** Takes what a training does. */
export interface Follower {
  step?(point: StepPoint): void;
  epoch?(point: EpochPoint, distributions: () => readonly Distribution[]): void;
}

/** What is told of each step and each epoch of a training. */
export interface Following {
  step(results: { readonly loss: number }): void;
  epoch(entry: EpochEntry): void;
}

/** So many steps of a training are told at most: every k-th of them. */
const mostSteps = 1000;

/** The epochs to make, and the steps of each. */
interface Plan {
  /** Where the first step is made. */
  readonly from: Pick<Position, "epoch" | "step">;
  readonly epochs: number;
  readonly steps: number;
}

/** The learning rate, with as many digits as f32 has; undefined where the optimizer has none. */
export function rateOf(net: Net): number | undefined {
  const hasRate = net.manifest.variables.some(({ name, role }) => name === "lr" && role === "hyper");
  return hasRate ? Number((net.read("lr")[0] as number).toPrecision(7)) : undefined;
}

/** What is known after an epoch, of which `step` is the last step. */
export const pointOf = (entry: EpochEntry, lr: number | undefined, step: number): EpochPoint => ({
  ...{ epoch: entry.epoch, step, lr, loss: entry.loss },
  validation: Object.fromEntries(heldNumbers(entry)),
});

/** Tells followers what `fit` tells of a training on `rows`. */
export function following(net: Net, rows: Rows, plan: Plan, followers: readonly Follower[]): Following {
  const { from, epochs, steps } = plan;
  // Wherever it goes on, those of a training without a break.
  const every = Math.max(1, Math.ceil((epochs * steps) / mostSteps));
  let made = (from.epoch - 1) * steps + from.step;
  return {
    step({ loss }) {
      made++;
      if (made % every === 0 || made === 1) for (const follower of followers) follower.step?.({ step: made, loss });
    },
    epoch(entry) {
      const point = pointOf(entry, rateOf(net), made);
      for (const follower of followers) follower.epoch?.(point, () => distributionsOf(net, rows));
    },
  };
}

/** The trainable parameters, and their gradients on as many of the rows as a step takes. */
export function distributionsOf(net: Net, rows: Rows): Distribution[] {
  const { entries, capacity } = net.manifest;
  const entry = entryNamed(entries, "gradients");
  const needed = new Set(entry?.inputs);
  const sample = Object.entries(sampleOf(net, rows, Object.values(capacity)[0] ?? 1)).filter(([name]) => needed.has(name));
  const gradients = entry ? net.gradients(Object.fromEntries(sample)).gradients : {};
  const trained = [...net.parameters].filter(([, { trainable }]) => trainable);
  return trained.map(([name]) => ({ name, weights: net.read(name), gradients: Object.hasOwn(gradients, name) ? gradients[name] : undefined }));
}
