import { readFile } from "node:fs/promises";

/** A text as numbers of its characters. */
export interface Text {
  readonly alphabet: readonly string[];
  readonly characters: readonly number[];
}

/** Reads text.txt; ends of lines count as what separates words. */
export async function readText(): Promise<Text> {
  const text = (await readFile(new URL("text.txt", import.meta.url), "utf8")).trim().replace(/\s+/g, " ");
  const alphabet = [...new Set(text)].sort();
  return { alphabet, characters: [...text].map((character) => alphabet.indexOf(character)) };
}

/** Pieces of `length` characters, one from every third character on, and for each the same shifted by one. */
export type Pieces = {
  readonly text: number[][];
  readonly next: number[][];
};

export function piecesOf(characters: readonly number[], length: number): Pieces {
  const starts = Array.from({ length: Math.floor((characters.length - length - 1) / 3) + 1 }, (_, at) => 3 * at);
  const from = (shift: number) => starts.map((start) => characters.slice(start + shift, start + shift + length));
  return { text: from(0), next: from(1) };
}

/** The mean −log of the frequency of each character: the loss of who knows the frequencies of letters and nothing else. */
export function lossOfFrequencies(characters: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const character of characters) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / characters.length) * Math.log(count / characters.length), 0);
}

/** Draws a character with the probabilities softmax(scores / temperature); `uniform` is a number between 0 and 1. */
export function draw(scores: ArrayLike<number>, temperature: number, uniform: number): number {
  const top = Math.max(...Array.from(scores));
  const weights = Array.from(scores, (score) => Math.exp((score - top) / temperature));
  let left = uniform * weights.reduce((sum, weight) => sum + weight, 0);
  const chosen = weights.findIndex((weight) => {
    left -= weight;
    return left <= 0;
  });
  return chosen < 0 ? weights.length - 1 : chosen;
}
