// Tables as typed columns, and the places of their rows in the file.
import type { ReadColumn } from "./column.ts";
import { csvNoColumn } from "./diagnostics.ts";
import type { Header } from "./header.ts";

/** Columns of equal length. */
export interface Table {
  readonly header: Header;
  /** The columns that were read, by name. */
  readonly columns: ReadonlyMap<string, ReadColumn>;
  readonly rows: number;
  /** The line that a row begins on, from 1. */
  lineOf(row: number): number;
  /** What a user should know. */
  readonly notes: readonly string[];
}

/** A table whose header is known and whose rows are still to be read, once. */
export interface OpenTable {
  readonly header: Header;
  /** Reads the columns of these names. */
  read(names: Iterable<string>): Promise<Table>;
}

/** The column of that name. @throws GradcError `csv-no-column` */
export function columnOf({ columns, header }: Table, name: string): ReadColumn {
  const column = columns.get(name);
  if (!column) throw csvNoColumn(name, header);
  return column;
}

/** Lines by row: most rows stand on the line after the one before, so that only the others are kept. */
export interface Lines {
  /** How many there are. */
  readonly count: number;
  add(line: number): void;
  at(row: number): number;
}

export function createLines(): Lines {
  const jumps: { readonly row: number; readonly line: number }[] = [];
  let rows = 0;
  let expected = -1;
  return {
    get count() {
      return rows;
    },
    add(line) {
      if (line !== expected) jumps.push({ row: rows, line });
      rows++;
      expected = line + 1;
    },
    at(row) {
      let low = 0;
      for (let high = jumps.length; high - low > 1; ) {
        const middle = (low + high) >> 1;
        if ((jumps[middle]?.row ?? 0) <= row) low = middle;
        else high = middle;
      }
      const jump = jumps[low];
      return jump ? jump.line + row - jump.row : 1;
    },
  };
}
