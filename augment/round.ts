// Arithmetic of f32, of which the pixels of torchvision are made.

export const { fround } = Math;

/** `a·b + c` of f32, rounded once. */
export const fma = (a: number, b: number, c: number): number => fround(a * b + c);

// Above it, f64 has whole numbers alone.
const whole = 1.5 * 2 ** 52;

/** The nearest whole number, of two that are as near the even one. */
export const roundEven = (x: number): number => x + whole - whole;

/** `factor·a + (1 - factor)·b` of levels, held within them; the fraction is cut off where it becomes one. */
export function blended(factor: number): (a: number, b: number) => number {
  const [share, rest] = [fround(factor), fround(1 - factor)];
  return (a, b) => Math.min(Math.max(fround(fround(share * a) + fround(rest * b)), 0), 255);
}
