// Measures the worst error of every vector function: `npx tsx scripts/ulp.ts [stride] [name...]`, every `stride`-th float by bit pattern (1: all 2^32).

import type { ScalarOp } from "../compiler/kernel/kernel.ts";
import { exactValue, floatsByBits, vectorFunction, type Worst, worstOf } from "../test/compiler/wasm/accuracy.ts";

const [stride = 997, ...names] = process.argv.slice(2).map((word, i) => (i === 0 ? Number(word) : word)) as [number?, ...string[]];
const batch = 4096;

function argumentsOf(operands: number, first: number, count: number): Float32Array[] {
  const x = floatsByBits(first, stride, count);
  if (operands === 1) return [x];
  // Exponents for which powers of most numbers are finite, and the edges.
  const y = x.map((value, i) => (i % 97 === 0 ? value : (((i * 7919) % 4001) - 2000) / 40));
  return [x, y];
}

for (const [name, exact] of Object.entries(exactValue)) {
  if (names.length > 0 && !names.includes(name)) continue;
  const operands = name === "pow" ? 2 : 1;
  const compute = await vectorFunction(name as ScalarOp, operands);
  let worst: Worst = { error: 0, at: [], got: 0 };
  for (let first = 0; first < 2 ** 32; first += batch * stride) {
    const count = Math.min(batch, Math.ceil((2 ** 32 - first) / stride));
    const found = worstOf(compute, exact, argumentsOf(operands, first, count));
    if (found.error > worst.error) worst = found;
  }
  console.log(`${name.padEnd(9)} ${worst.error.toFixed(3).padStart(9)} ulp  at ${worst.at.join(", ")} gives ${worst.got}`);
}
