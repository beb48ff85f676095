// The natural logarithm from + - * / alone: engines disagree on the last bits of Math.log.

/** `log x` for a finite `x > 0`, within a few units of the last place of f64: log x = log m + k log 2 with m in [½, 1), log m = 2 artanh((m - 1) / (m + 1)). */
export function naturalLogarithm(x: number): number {
  let mantissa = x;
  let exponent = 0;
  for (; mantissa >= 1; exponent++) mantissa /= 2;
  for (; mantissa < 0.5; exponent--) mantissa *= 2;
  const z = (mantissa - 1) / (mantissa + 1);
  let sum = 0;
  let power = z;
  for (let n = 1; sum + power / n !== sum; n += 2) {
    sum += power / n;
    power *= z * z;
  }
  return 2 * sum + exponent * Math.LN2;
}
