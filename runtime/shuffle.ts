/**
 * Shuffles `rows` in place (Fisher and Yates) and returns it. Whole-number arithmetic only, so that every engine gives the same order;
 * the bits are those of mulberry32, and different streams of a seed are independent.
 */
export function shuffle(rows: Int32Array, seed: number, stream: number): Int32Array {
  let state = Math.imul(seed ^ Math.imul(stream + 1, 0x9e3779b1), 0x85ebca6b);
  for (let last = rows.length - 1; last > 0; last--) {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    const other = ((bits ^ (bits >>> 14)) >>> 0) % (last + 1);
    const row = rows[last] as number;
    rows[last] = rows[other] as number;
    rows[other] = row;
  }
  return rows;
}
