// Everything that is checked of a random program, and what is told of one that fails.
import fc from "fast-check";
import { printProgram } from "../../compiler/ir/print.ts";
import { checkDifferences, checkRanges, checkRewrites, checkText } from "./graph-checks.ts";
import { checkKernels, checkModule } from "./lowered-checks.ts";
import { grow, type Recipe, recipes } from "./program.ts";
import { newTally, type Tally } from "./values.ts";

export interface Summary extends Tally {
  graphs: number;
  /** Graphs whose gradient was held against central differences. */
  differences: number;
}

export const newSummary = (): Summary => ({ ...newTally(), graphs: 0, differences: 0 });

/** Throws where a check of the program of `recipe` fails. */
export async function checkRecipe(recipe: Recipe, summary: Summary): Promise<void> {
  const { program, loss } = grow(recipe);
  checkText(program);
  if (loss && checkDifferences(program, loss)) summary.differences++;
  checkRanges(program);
  checkRewrites(program);
  checkKernels(program);
  await checkModule(program, summary);
  summary.graphs++;
}

/** Checks `runs` random programs of up to `steps` steps; throws with the smallest program that fails. */
export async function checkRandom(runs: number, seed: number, steps: number, summary = newSummary()): Promise<Summary> {
  let shrinking = false;
  const property = fc.asyncProperty(recipes(steps, undefined, 20), async (recipe) => {
    try {
      await checkRecipe(recipe, shrinking ? newSummary() : summary);
    } catch (error) {
      shrinking = true;
      throw error;
    }
  });
  const details = await fc.check(property, { numRuns: runs, seed });
  if (details.failed) throw new Error(report(details));
  return summary;
}

function report({ counterexample, errorInstance, seed, numRuns }: fc.RunDetails<[Recipe]>): string {
  const [recipe] = counterexample as [Recipe];
  const reason = errorInstance instanceof Error ? (errorInstance.stack ?? errorInstance.message) : String(errorInstance);
  let text = "";
  try {
    text = printProgram(grow(recipe).program);
  } catch (error) {
    text = `it does not grow: ${error}`;
  }
  return [`Seed ${seed}, run ${numRuns}: ${reason}`, JSON.stringify(recipe), text].join("\n\n");
}
