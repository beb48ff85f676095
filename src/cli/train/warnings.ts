// What is said of a table before the training.
import { columnOf, type Table } from "../../../data/csv.ts";
import type { Net } from "../../../runtime/index.ts";
import { collapsedColumns, tellingColumns } from "./columns.ts";
import type { Rival } from "./constant.ts";
import type { Split } from "./rows.ts";
import { unscaledInputs, unscaledTargets } from "./scale.ts";
import type { TableData } from "./table.ts";

/** Something that may keep a training from its end. */
export interface Warning {
  readonly kind: "input" | "target" | "column";
  readonly text: string;
  /** The line to write, or what else to do. */
  readonly help: string;
}

/** What a training begins with. */
interface Beginning {
  readonly table: Table;
  readonly read: TableData;
  readonly split: Split;
  readonly net: Net;
  readonly rival: Rival | undefined;
}

/** What is known before the first step. */
export function warningsBefore({ table, read: { columns }, split: { training }, net: { manifest }, rival }: Beginning): Warning[] {
  return [
    ...unscaledInputs(manifest, columns, training),
    ...(rival ? unscaledTargets(rival, columns, training) : []),
    ...collapsedColumns(manifest, columns, (name) => columnOf(table, name).cells.map(Number)),
    ...tellingColumns(manifest, columns, training),
  ];
}
