// Checks random programs for as long as is wanted: `npm run fuzz -- --runs 10000 [--seed 1] [--steps 12]`, steps being the most that a program
// is grown by; `--definitions 1000` checks random definition files instead. Every find is printed as its smallest program.
import { parseArgs } from "node:util";
import { checkDefinitions, newDefinitionSummary } from "../test/fuzz/definition-checks.ts";
import { checkRandom, newSummary } from "../test/fuzz/property.ts";

const text = (value: number) => ({ type: "string", default: String(value) }) as const;
const { values } = parseArgs({ options: { runs: text(1000), seed: text(Date.now() % 1e6), steps: text(12), definitions: text(0) } });
const [first, steps, definitions] = [Number(values.seed), Number(values.steps), Number(values.definitions)];
const runs = definitions || Number(values.runs);
const batch = 100;
let finds = 0;

/** Checks in batches until `done` gives the number of runs asked for. */
async function search(done: () => number, check: (batch: number, seed: number) => Promise<unknown>, state: () => string): Promise<void> {
  for (let seed = first; done() < runs; seed++) {
    try {
      await check(Math.min(batch, runs - done()), seed);
    } catch (error) {
      finds++;
      console.log(`${error instanceof Error ? error.message : error}\n`);
    }
    console.error(`seed ${seed}: ${state()}, ${finds} finds`);
  }
}

async function searchDefinitions(): Promise<void> {
  const summary = newDefinitionSummary();
  const state = () => `${summary.definitions} definitions, ${summary.parameters} parameters, ${summary.clashes} clashes`;
  await search(
    () => summary.definitions,
    (count, seed) => checkDefinitions(count, seed, summary),
    state,
  );
}

async function searchPrograms(): Promise<void> {
  const summary = newSummary();
  const state = () =>
    `${summary.graphs} graphs, ${summary.differences} by differences, ${((100 * summary.judged) / summary.elements).toFixed(1)} % of elements judged`;
  await search(
    () => summary.graphs,
    (count, seed) => checkRandom(count, seed, steps, summary),
    state,
  );
}

await (definitions > 0 ? searchDefinitions() : searchPrograms());
process.exitCode = finds === 0 ? 0 : 1;
