// Columns that tell nothing, or too much.
import type { Assignment } from "../../../data/assign.ts";
import type { Manifest } from "../../../runtime/index.ts";
import type { Rows } from "../../constant/rows.ts";
import type { Warning } from "./warning.ts";

/** One column of an input. */
interface InputColumn {
  readonly name: string;
  readonly isTarget: boolean;
  readonly isFloat: boolean;
  readonly count: number;
  at(row: number): number;
}

/** The columns of the inputs, over the rows of `data`. */
function columnsIn({ inputs, targets }: Manifest, columns: Assignment, data: Rows): InputColumn[] {
  return inputs.flatMap(({ name: input, dtype }) => {
    const names = columns[input] ?? [];
    const values = data[input] ?? [];
    return names.map((name, column) => ({
      name,
      isTarget: targets.includes(input),
      isFloat: dtype === "f32",
      count: values.length / names.length,
      at: (row: number) => values[row * names.length + column] as number,
    }));
  });
}

const every = ({ count }: InputColumn, holds: (row: number) => boolean): boolean => {
  for (let row = 0; row < count; row++) if (!holds(row)) return false;
  return true;
};

const mostNamed = 3;

const listed = (names: readonly string[]): string => {
  const more = names.length > mostNamed ? [`${names.length - mostNamed} more`] : [];
  return [...names.slice(0, mostNamed).map((name) => `"${name}"`), ...more].join(", ");
};

/** Warnings about targets and features with one value, and features that hold the target. */
export function tellingColumns(manifest: Manifest, columns: Assignment, data: Rows): Warning[] {
  const all = columnsIn(manifest, columns, data);
  const fixed = new Set(all.filter((column) => every(column, (row) => column.at(row) === column.at(0))));
  const targets = all.filter(({ isTarget }) => isTarget);
  const fixedTargets = targets
    .filter((column) => fixed.has(column))
    .map(
      ({ name }): Warning => ({
        kind: "column",
        text: `the target "${name}" has one value in all rows: there is nothing to learn`,
        help: "another --target",
      }),
    );
  const features = all.filter(({ isTarget }) => !isTarget);
  const silent = features.filter((column) => fixed.has(column)).map(({ name }) => name);
  const fixedFeatures: Warning[] =
    silent.length > 0
      ? [{ kind: "column", text: `${listed(silent)}: one value in all rows, which tells nothing`, help: "--ignore COL,.. leaves them out" }]
      : [];
  const known = targets
    .filter((column) => !fixed.has(column))
    .flatMap((target) =>
      features
        .filter((feature) => every(feature, (row) => feature.at(row) === target.at(row)))
        .map(
          ({ name }): Warning => ({
            kind: "column",
            text: `"${name}" is equal to the target "${target.name}" in all rows, so that the model reads what it should predict`,
            help: `--ignore ${name} leaves it out`,
          }),
        ),
    );
  return [...fixedTargets, ...known, ...fixedFeatures];
}

/** A column loses so many of its different values in f32, or more, before it is warned about. */
const lost = 2;

/** Warnings about columns of f32 whose numbers in the table become equal in f32, such as times in seconds. `cellsOf` gives the numbers of the table. */
export function collapsedColumns({ inputs }: Manifest, columns: Assignment, cellsOf: (column: string) => ArrayLike<number>): Warning[] {
  const names = inputs.flatMap(({ name, dtype }) => (dtype === "f32" ? (columns[name] ?? []) : []));
  return names.flatMap((name): Warning[] => {
    const cells = Array.from(cellsOf(name));
    const { least, most } = boundsOf(cells);
    // Values this far apart are different in f32 for the most part.
    if (most - least > (2 * cells.length * Math.max(Math.abs(least), Math.abs(most))) / 2 ** 23) return [];
    const [exact, rounded] = [new Set(cells).size, new Set(cells.map(Math.fround)).size];
    if (exact < lost * rounded) return [];
    const text = `"${name}" has ${exact.toLocaleString("en")} different values in the table, of which f32 tells ${rounded.toLocaleString("en")} apart`;
    return [{ kind: "column", text, help: `subtract ${least} from the column: differences of large numbers are lost in 24 bits` }];
  });
}

function boundsOf(cells: readonly number[]): { readonly least: number; readonly most: number } {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const cell of cells) {
    if (cell < least) least = cell;
    if (cell > most) most = cell;
  }
  return { least, most };
}
