// Names of the columns of a table.
import { isNumberCell } from "./cell.ts";

/** What is known of a table before its rows are read. */
export interface Header {
  /** What messages call the table. */
  readonly file: string;
  /** Every column in order, those without a name as "column 4". */
  readonly names: readonly string[];
  /** The columns that an input takes without being told: those with a name of their own, without an index. */
  readonly ordinary: readonly string[];
  /** Places of the columns without a name, but for an index, from 0. */
  readonly unnamed: readonly number[];
  /** Names that several columns have. */
  readonly repeated: ReadonlySet<string>;
  /** Whether the first line looks like data: half of the names or more are numbers. */
  readonly seemsData: boolean;
  /** Whether the first line looks like a title: it is one cell, and the rows have more than it and a name. */
  readonly seemsTitle: boolean;
  /** Whether the names stand in the file, not in the order of columns alone. */
  readonly isNamed: boolean;
  /** What a user should know. */
  readonly notes: readonly string[];
}

// What pandas and readr call an index that was written with the others.
const writtenIndex = /^(Unnamed: 0(\.\d+)*|\.\.\.1)$/;

/** Whether rows begin with names that have no name in the header themselves, as R writes them: each has one cell more, and not an empty last one. */
function haveRowNames([header = [], ...rows]: readonly (readonly string[])[]): boolean {
  return rows.length > 0 && rows.every(({ length }) => length === header.length + 1) && rows.some((row) => row.at(-1) !== "");
}

function repeatedIn(names: readonly string[]): Set<string> {
  const seen = new Set<string>();
  return new Set(names.filter((name) => seen.has(name) || !seen.add(name)));
}

/** The header of a table that begins with these rows. Without names in the file the columns are called c1, c2, and so on. */
export function headerOf(file: string, rows: readonly (readonly string[])[], isNamed: boolean): Header {
  const [first = []] = rows;
  const given = isNamed ? first : first.map((_, i) => `c${i + 1}`);
  const cells = isNamed && haveRowNames(rows) ? ["", ...given] : given;
  const hasIndex = cells.length > 1 && (cells[0] === "" || writtenIndex.test(cells[0] as string));
  const names = cells.map((cell, i) => cell || `column ${i + 1}`);
  const numbers = isNamed ? first.filter(isNumberCell).length : 0;
  return {
    file,
    names,
    ordinary: names.filter((_, i) => cells[i] !== "" && !(hasIndex && i === 0)),
    unnamed: cells.flatMap((cell, i) => (cell === "" && !(hasIndex && i === 0) ? [i] : [])),
    repeated: repeatedIn(names),
    seemsData: numbers > 0 && 2 * numbers >= first.length,
    seemsTitle: isNamed && first.length === 1 && rows.length > 1 && rows.slice(1).every(({ length }) => length > 2),
    isNamed,
    notes: hasIndex ? [`the first column is taken for an index and left out: ${cells[0] === "" ? "it has no name" : `"${cells[0]}"`}`] : [],
  };
}
