/**
 * Shuffles `rows` in place (Fisher and Yates) and returns it. Whole numbers only, so that every engine gives the same order: xorshift32
 * (Marsaglia 2003), begun at a mixture of the seed and the number of the stream.
 */
export function shuffle(rows: Int32Array, seed: number, stream: number): Int32Array {
  let state = Math.imul(seed ^ Math.imul(stream + 1, 0x9e3779b1), 0x85ebca6b) || 1;
  for (let last = rows.length - 1; last > 0; last--) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const other = (state >>> 0) % (last + 1);
    const row = rows[last] as number;
    rows[last] = rows[other] as number;
    rows[other] = row;
  }
  return rows;
}
