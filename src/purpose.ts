import type { Purpose } from "../compiler/index.ts";
import { type Program, rootsOf } from "../compiler/ir/entry.ts";
import { topological } from "../compiler/ir/graph.ts";
import type { ProgramOptions } from "./compile-options.ts";
import type { Declared } from "./declare.ts";

/** What the manifest says of a model beside its graph: outputs, metrics, targets (inputs that no output needs), standardized inputs. */
export function purposeOf(declared: Declared, { entries }: Program, { optimizer }: ProgramOptions): Omit<Purpose, "profile"> {
  const predict = entries.find(({ name }) => name === "predict");
  const read = new Set(topological(predict ? rootsOf(predict) : []));
  return {
    outputs: Object.keys(declared.outputs),
    metrics: Object.keys(declared.metrics),
    targets: declared.inputs.filter((input) => !read.has(input)).map((input) => input.params.name),
    standardize: declared.standardize,
    ...(optimizer && { optimizer: optimizer.name }),
  };
}
