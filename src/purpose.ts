import type { Purpose } from "../compiler/index.ts";
import { type Entry, type Program, rootsOf } from "../compiler/ir/entry.ts";
import { withoutBodies } from "../compiler/ir/walk.ts";
import { entryNamed } from "../runtime/program.ts";
import type { ProgramOptions } from "./compile-options.ts";
import type { Declared } from "./declare.ts";
import { optimizerNames } from "./games.ts";
import { standardizedIn } from "./preparation.ts";

/** What the manifest says of a model beside its graph: outputs, metrics, targets (inputs that only loss and metrics need), standardized values. */
export function purposeOf(declared: Declared, { entries }: Program, { optimizer }: ProgramOptions): Omit<Purpose, "profile"> {
  const readBy = (read: readonly Entry[]) => new Set(withoutBodies(read.flatMap(rootsOf)));
  const predict = entryNamed(entries, "predict");
  const predicting = readBy(predict ? [predict] : []);
  const whole = readBy(entries);
  return {
    outputs: Object.keys(declared.outputs),
    metrics: Object.keys(declared.metrics),
    targets: declared.inputs.filter((input) => whole.has(input) && !predicting.has(input)).map((input) => input.params.name),
    standardize: standardizedIn(declared),
    ...(declared.heads.length > 0 && { heads: declared.heads }),
    binary: declared.binary,
    ...(optimizer && { optimizer: optimizerNames(optimizer) }),
  };
}
