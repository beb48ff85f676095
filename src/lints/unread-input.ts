import { nothingReads } from "../../compiler/diagnostics/gradients.ts";
import { withoutBodies } from "../../compiler/ir/walk.ts";
import { type Lint, resultsOf } from "./lint.ts";

/** Inputs that nothing reads. */
export const unreadInput: Lint = {
  name: "unread-input",
  look({ declared }) {
    const read = new Set(withoutBodies(resultsOf(declared)));
    return declared.inputs.filter((input) => !read.has(input)).map(({ params }) => nothingReads(params.name));
  },
};
