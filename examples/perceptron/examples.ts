import type { Example } from "./rule.ts";

/** Eight points that a line separates. */
export const separable: readonly Example[] = [
  { x: [1, 4], y: 1 },
  { x: [2, 2], y: 1 },
  { x: [4, 1], y: 1 },
  { x: [5, 3], y: 1 },
  { x: [-1, 1], y: -1 },
  { x: [1, 0], y: -1 },
  { x: [0, 2], y: -1 },
  { x: [2, -2], y: -1 },
];

/** Exclusive or, which no line separates. */
export const xor: readonly Example[] = [
  { x: [0, 0], y: -1 },
  { x: [0, 1], y: 1 },
  { x: [1, 0], y: 1 },
  { x: [1, 1], y: -1 },
];
