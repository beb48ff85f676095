import type { TableLint } from "./lint.ts";

/** Classes that no row has. */
export const unusedClass: TableLint = {
  code: "unused-class",
  about:
    "The model tells more classes apart than the rows that are trained on have, so that those that never occur are never predicted. End in as many logits as there are classes, or train on rows of each.",
  look: ({ read: { warnings } }) => warnings.flatMap(({ kind, text }) => (kind === "class" ? [text] : [])),
};
