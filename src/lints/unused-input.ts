import { nothingReads } from "../../compiler/diagnostics/gradients.ts";
import { withoutBodies } from "../../compiler/ir/walk.ts";
import { type Lint, resultsOf } from "./lint.ts";

/** Inputs that nothing reads. */
export const unusedInput: Lint = {
  code: "unused-input",
  about: "No output, loss, metric or update depends on an input. Use it, or leave it out of the inputs of `model`.",
  look({ declared }) {
    const read = new Set(withoutBodies(resultsOf(declared)));
    return declared.inputs.filter((input) => !read.has(input)).map(({ params }) => nothingReads(params.name, declared.position));
  },
};
