import { detailed } from "../../../../compiler/diagnostics/places.ts";
import { columnsIn } from "./input-columns.ts";
import type { TableLint } from "./lint.ts";

/** Targets with one value. */
export const constantTarget: TableLint = {
  code: "constant-target",
  about: "A column of a target has one value in all rows that are trained on: there is nothing to learn. Name another `--target`.",
  look: (beginning) =>
    columnsIn(beginning)
      .filter(({ isTarget, isFixed }) => isTarget && isFixed)
      .map(({ name }) => detailed(`the target "${name}" has one value in all rows: there is nothing to learn`, { help: "another --target" })),
};
