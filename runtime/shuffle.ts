/**
 * A generator of whole numbers from [0, bound), equal on every engine: the splitmix32 mixing of a counter.
 * Draws of different `stream`s with one seed are independent.
 */
function randomIntegers(seed: number, stream: number): (bound: number) => number {
  let counter = Math.imul(seed, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca77);
  return (bound) => {
    counter = (counter + 0x9e3779b9) | 0;
    let bits = Math.imul(counter ^ (counter >>> 16), 0x21f0aaad);
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
    return Math.floor((((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32) * bound);
  };
}

/** Shuffles `rows` in place (Fisher and Yates) and returns it. */
export function shuffle(rows: Int32Array, seed: number, stream: number): Int32Array {
  const draw = randomIntegers(seed, stream);
  for (let last = rows.length - 1; last > 0; last--) {
    const other = draw(last + 1);
    const row = rows[last] as number;
    rows[last] = rows[other] as number;
    rows[other] = row;
  }
  return rows;
}
