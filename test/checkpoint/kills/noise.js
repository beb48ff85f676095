// What a worker makes of a row: it depends on seed, epoch and row, and takes its time now and then.
export default async function noise({ x, y }, { seed, epoch, index }) {
  if ((epoch + index) % 20 === 0) await new Promise((done) => setTimeout(done, 3));
  return { x: x.map((value, at) => value + Math.sin(seed + 7 * epoch + 31 * index + at) / 8), y };
}
