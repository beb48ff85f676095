// Numbers that are distributed other than evenly.
import type { Draw } from "./random.ts";

/** A number in (0, 1], of which the logarithm is finite. */
const positive = (draw: Draw): number => 1 - draw.next();

/** A number from Beta(alpha, alpha): by Jöhnk (1964) up to 1, where logarithms keep small powers apart, above by Cheng (1978). */
export function beta(alpha: number, draw: Draw): number {
  if (alpha > 1) return peaked(alpha, draw);
  for (;;) {
    const [x, y] = [Math.log(positive(draw)) / alpha, Math.log(positive(draw)) / alpha];
    const most = Math.max(x, y);
    if (most + Math.log(Math.exp(x - most) + Math.exp(y - most)) <= 0) return 1 / (1 + Math.exp(y - x));
  }
}

/** Cheng's algorithm BB for two equal parameters above 1. */
function peaked(a: number, draw: Draw): number {
  for (;;) {
    const [u, other] = [positive(draw), positive(draw)];
    if (u === 1) continue;
    const v = Math.log(u / (1 - u)) / Math.sqrt(a);
    const w = a * Math.exp(v);
    const chance = Math.log(u * u * other);
    if (2 * a * Math.log((2 * a) / (a + w)) + (a + Math.sqrt(a)) * v - Math.log(4) >= chance) return w / (a + w);
  }
}

/** A number from the normal distribution of mean 0 and deviation 1 (Box and Muller 1958). */
export const normal = (draw: Draw): number => Math.sqrt(-2 * Math.log(positive(draw))) * Math.cos(2 * Math.PI * draw.next());
