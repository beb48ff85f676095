import type { CsvOptions } from "../../data/csv.ts";
import { openTable } from "../../data/open.ts";
import { columnOf, type OpenTable, type Table } from "../../data/table.ts";

/** A table of this text, opened. */
export const openText = (text: string, options?: CsvOptions): Promise<OpenTable> => openTable(new TextEncoder().encode(text), options);

/** All columns of a table of this text. */
export async function tableOf(text: string, options?: CsvOptions): Promise<Table> {
  const open = await openText(text, options);
  return open.read(open.header.names);
}

/** The cells of a column: numbers, texts, and null where one is missing. */
export function cellsOf(table: Table, name: string): (number | string | null)[] {
  const column = columnOf(table, name);
  return Array.from({ length: table.rows }, (_, row) => {
    const value = column.at(row);
    return Number.isNaN(value) ? null : (column.labels?.[value] ?? value);
  });
}
