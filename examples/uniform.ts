/** Uniform numbers between 0 and 1, the same ones for a seed in each run (a linear congruential generator, Numerical Recipes 1992, section 7.1). */
export function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
}
