// Random choices as a function of a seed alone: of no order and of no other call.

import { randomKey, uniform } from "../runtime/counter-random.ts";
import { badOption } from "../runtime/diagnostics.ts";

/** A whole number, or several such as `[seed, epoch, row]`. */
export type Seed = number | readonly number[];

/** Each function draws numbers of its own, so that two with one seed choose apart. */
const streams = { own: 0, cutout: 1, autoAugment: 2, randAugment: 3, trivialAugmentWide: 4, mixup: 5, cutmix: 6, noise: 7, dropout: 8 } as const;

/** Draws one number after the other. */
export interface Draw {
  /** A number in [0, 1), of 24 bits. */
  next(): number;
  /** A whole number in [0, count). */
  below(count: number): number;
}

/** Where the numbers of `seed` for one function begin. @throws GradcError `bad-option` */
export function drawFrom(stream: keyof typeof streams, seed: Seed): Draw {
  const numbers = typeof seed === "number" ? [seed] : Array.isArray(seed) ? (seed as readonly number[]) : [];
  if (numbers.length === 0 || !numbers.every(Number.isSafeInteger)) throw badOption("seed", seed, "a whole number or several, [seed, epoch, row]");
  // The stream stands first: [1] and [1, 0] are two seeds.
  const key = randomKey(streams[stream], ...numbers);
  let count = 0;
  const next = () => uniform(key, count++);
  return { next, below: (most) => Math.floor(next() * most) };
}

/**
 * A function that gives the numbers of `seed` in [0, 1) one after the other, for choices of your own; the same on every engine, whatever else is drawn.
 * @example randomNumbers([seed, epoch, row])() < 0.5 ? hflip(image) : image
 * @throws GradcError `bad-option`
 */
export const randomNumbers = (seed: Seed): (() => number) => drawFrom("own", seed).next;
