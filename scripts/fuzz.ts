// Checks random programs for as long as is wanted: `npm run fuzz -- --runs 10000 [--seed 1]`. Every find is printed as its smallest program.
import { parseArgs } from "node:util";
import { checkRandom, newSummary } from "../test/fuzz/property.ts";

const { values } = parseArgs({ options: { runs: { type: "string", default: "1000" }, seed: { type: "string", default: String(Date.now() % 1e6) } } });
const [runs, first] = [Number(values.runs), Number(values.seed)];
const batch = 100;
const steps = 12;
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
