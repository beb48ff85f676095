import { guardedIndex as text } from "../../compiler/diagnostics/gradients.ts";
import type { Program } from "../../compiler/ir/entry.ts";
import { guardedIndices } from "../../compiler/passes/index-ranges.ts";
import type { Lint } from "./lint.ts";

/** Indices that are computed, so that the module guards each use of them. */
export const guardedIndex: Lint<Program> = {
  code: "guarded-index",
  about:
    "An index is computed when the module runs, and what is outside of the table gives no error there. Make sure that it is inside, and allow this.",
  look: (lowered) => guardedIndices(lowered).map(({ node, extent }) => text(node, extent)),
};
