// Checks random programs for as long as is wanted: `npm run fuzz -- --runs 10000 [--seed 1] [--steps 12]`, steps being the most that a program
// is grown by. Every find is printed as its smallest program.
import { parseArgs } from "node:util";
import { checkRandom, newSummary } from "../test/fuzz/property.ts";

const text = (value: number) => ({ type: "string", default: String(value) }) as const;
const { values } = parseArgs({ options: { runs: text(1000), seed: text(Date.now() % 1e6), steps: text(12) } });
const [runs, first, steps] = [Number(values.runs), Number(values.seed), Number(values.steps)];
const batch = 100;
const summary = newSummary();
let finds = 0;

for (let seed = first; summary.graphs < runs; seed++) {
  try {
    await checkRandom(Math.min(batch, runs - summary.graphs), seed, steps, summary);
  } catch (error) {
    finds++;
    console.log(`${error instanceof Error ? error.message : error}\n`);
  }
  const { graphs, elements, judged, differences } = summary;
  console.error(
    `seed ${seed}: ${graphs} graphs, ${differences} by differences, ${finds} finds, ${((100 * judged) / elements).toFixed(1)} % of elements judged`,
  );
}
process.exitCode = finds === 0 ? 0 : 1;
