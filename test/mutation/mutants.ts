import { augmentMutants } from "./augment.ts";
import { backMutants } from "./back.ts";
import { commandMutants } from "./commands.ts";
import { fuseMutants } from "./fuse.ts";
import { languageMutants } from "./language.ts";
import { lintMutants } from "./lints.ts";
import { loopMutants } from "./loops.ts";
import type { Mutant } from "./mutant.ts";
import { opMutants } from "./ops.ts";
import { rowMutants } from "./rows.ts";
import { ruleMutants } from "./rules.ts";
import { runtimeMutants } from "./runtime.ts";

/** Every mistake, in the order of the pipeline. `npm run mutate` makes one after the other. */
export const mutants: readonly Mutant[] = [
  ...opMutants,
  ...ruleMutants,
  ...fuseMutants,
  ...backMutants,
  ...loopMutants,
  ...rowMutants,
  ...languageMutants,
  ...lintMutants,
  ...runtimeMutants,
  ...commandMutants,
  ...augmentMutants,
];
