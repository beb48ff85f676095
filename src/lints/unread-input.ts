import { nothingReads } from "../../compiler/diagnostics/gradients.ts";
import { topological } from "../../compiler/ir/graph.ts";
import { type Lint, resultsOf } from "./lint.ts";

/** Inputs that nothing reads. */
export const unreadInput: Lint = {
  name: "unread-input",
  look({ declared }) {
    const read = new Set(topological(resultsOf(declared)));
    return declared.inputs.filter((input) => !read.has(input)).map(({ params }) => nothingReads(params.name));
  },
};
