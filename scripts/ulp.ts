// Measures the worst error of every vector function: `npm run ulp -- [stride] [name...]`, every `stride`-th float by bit pattern (1: all 2^32).
// It fails where one is above its bound.
import { type Approximated, exactValue, floatsByBits, ulpBounds, vectorFunction, type Worst, worstOf } from "../test/compiler/wasm/accuracy.ts";

const [stride = 997, ...names] = process.argv.slice(2).map((word, i) => (i === 0 ? Number(word) : word)) as [number?, ...string[]];
const batch = 2 ** 16;

/** `count` floats from the bits `first` on; for pow an exponent beside each. */
function argumentsOf(op: Approximated, first: number, count: number): Float32Array[] {
  const x = floatsByBits(first, stride, count);
  if (op !== "pow") return [x];
  // Exponents for which powers of most numbers are finite, and the edges.
  return [x, x.map((value, i) => (i % 97 === 0 ? value : (((i * 7919) % 4001) - 2000) / 40))];
}

async function worstError(op: Approximated): Promise<Worst> {
  const compute = await vectorFunction(op, op === "pow" ? 2 : 1);
  let worst: Worst = { error: 0, at: [], got: 0 };
  for (let first = 0; first < 2 ** 32; first += batch * stride) {
    const count = Math.min(batch, Math.ceil((2 ** 32 - first) / stride));
    const found = worstOf(compute, exactValue[op], argumentsOf(op, first, count));
    if (found.error > worst.error) worst = found;
  }
  return worst;
}

for (const [op, bound] of Object.entries(ulpBounds) as [Approximated, number][]) {
  if (names.length > 0 && !names.includes(op)) continue;
  const { error, at, got } = await worstError(op);
  const isAbove = error > bound;
  console.log(`${op.padEnd(9)} ${error.toFixed(3).padStart(9)} ulp  at ${at.join(", ")} gives ${got}${isAbove ? `, above ${bound}` : ""}`);
  if (isAbove) process.exitCode = 1;
}
