// Random numbers that depend on whole numbers alone, so that every engine and any number of workers gives the same.
import { shuffle } from "../../runtime/shuffle.ts";

/** A number from 0 to 2^32 - 1 that mixes all of these (the end of MurmurHash3, Appleby 2011). */
export function hash(...numbers: readonly number[]): number {
  let state = 0x9e3779b1;
  for (const number of numbers) {
    state = Math.imul(state ^ number ^ Math.floor(number / 2 ** 32), 0x85ebca6b);
    state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
    state = (state ^ (state >>> 16)) + 0x6d2b79f5;
  }
  return state >>> 0;
}

/** A number from 0 up to 1. */
export const share = (...numbers: readonly number[]): number => hash(...numbers) / 2 ** 32;

/** A hash of a text. */
export function hashText(text: string, seed: number): number {
  let state = seed;
  for (let at = 0; at < text.length; at++) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  return hash(seed, state);
}

/** The numbers from 0 on. */
export const countTo = (length: number): Int32Array => new Int32Array(length).map((_, at) => at);

/** The numbers from 0 on in an order that a seed and the number of a stream give. */
export const shuffled = (length: number, seed: number, stream: number): Int32Array => shuffle(countTo(length), seed, stream);
