import { detailed } from "../../../../compiler/diagnostics/places.ts";
import { columnsIn } from "./input-columns.ts";
import { mostNamed, type TableLint } from "./lint.ts";

/** Features with one value. */
export const constantColumn: TableLint = {
  code: "constant-column",
  about: "A column that the model reads has one value in all rows that are trained on, which tells nothing. Leave it out by `--ignore`.",
  look(beginning) {
    const silent = columnsIn(beginning).filter(({ isTarget, isFixed }) => !isTarget && isFixed);
    if (silent.length === 0) return [];
    const more = silent.length > mostNamed ? [`${silent.length - mostNamed} more`] : [];
    const listed = [...silent.slice(0, mostNamed).map(({ name }) => `"${name}"`), ...more].join(", ");
    return [detailed(`${listed}: one value in all rows, which tells nothing`, { help: "--ignore COL,.. leaves them out" })];
  },
};
