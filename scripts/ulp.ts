// Measures the worst error of every vector function: `npm run ulp -- [stride] [name...]`, every `stride`-th float by bit pattern (1: all 2^32).
// It fails where one is above its bound.
import { approximated, floatsByBits, vectorFunction, type Worst, worstOf } from "../test/compiler/wasm/accuracy.ts";

const [stride = 997, ...names] = process.argv.slice(2).map((word, i) => (i === 0 ? Number(word) : word)) as [number?, ...string[]];
const batch = 2 ** 16;

/** `count` floats from the bits `first` on; for a second operand exponents for which powers of most numbers are finite, and the edges. */
function argumentsOf(arity: number, first: number, count: number): Float32Array[] {
  const x = floatsByBits(first, stride, count);
  if (arity === 1) return [x];
  return [x, x.map((value, i) => (i % 97 === 0 ? value : (((i * 7919) % 4001) - 2000) / 40))];
}

async function worstError({ op, arity, exact }: (typeof approximated)[number]): Promise<Worst> {
  const compute = await vectorFunction(op, arity);
  let worst: Worst = { error: 0, at: [], got: 0 };
  for (let first = 0; first < 2 ** 32; first += batch * stride) {
    const count = Math.min(batch, Math.ceil((2 ** 32 - first) / stride));
    const found = worstOf(compute, exact, argumentsOf(arity, first, count));
    if (found.error > worst.error) worst = found;
  }
  return worst;
}

for (const each of approximated) {
  const { op, ulp } = each;
  if (names.length > 0 && !names.includes(op)) continue;
  const { error, at, got } = await worstError(each);
  const isAbove = error > ulp;
  console.log(`${op.padEnd(9)} ${error.toFixed(3).padStart(9)} ulp  at ${at.join(", ")} gives ${got}${isAbove ? `, above ${ulp}` : ""}`);
  if (isAbove) process.exitCode = 1;
}
