// Numbers as decimals.

/** The shortest decimal that rounds to the same f32 as `value`: `0.1`, not `0.10000000149`. */
export function shortest(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return String(Math.abs(value));
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : "∞";
  let text = String(Math.abs(value));
  for (let digits = 9; digits >= 1; digits--) {
    const shorter = Number(Math.abs(value).toPrecision(digits));
    if (Math.fround(shorter) !== Math.fround(Math.abs(value))) break;
    text = String(shorter);
  }
  return text;
}

/** So many significant digits, fewer where the number has no more: `0.5`, `3.5390`, `1.2346e-7`. */
export function measured(value: number, digits: number): string {
  const magnitude = Math.abs(value);
  const [written, closer] = [magnitude.toPrecision(digits), magnitude.toPrecision(digits + 2)];
  return Number.isFinite(value) && Number(written) !== Number(closer) ? written : shortest(Number(written));
}
