import { detailed } from "../../../../compiler/diagnostics/places.ts";
import { columnsIn } from "./input-columns.ts";
import type { TableLint } from "./lint.ts";

/** Features that hold the target. */
export const targetAmongInputs: TableLint = {
  code: "target-among-inputs",
  about: "A column that the model reads is equal to the target in all rows, so that it reads what it should predict. Leave it out by `--ignore`.",
  look(beginning) {
    const columns = columnsIn(beginning);
    const features = columns.filter(({ isTarget }) => !isTarget);
    return columns
      .filter(({ isTarget, isFixed }) => isTarget && !isFixed)
      .flatMap((target) =>
        features
          .filter((feature) => feature.every((row) => feature.at(row) === target.at(row)))
          .map(({ name }) =>
            detailed(`"${name}" is equal to the target "${target.name}" in all rows, so that the model reads what it should predict`, {
              help: `--ignore ${name} leaves it out`,
            }),
          ),
      );
  },
};
