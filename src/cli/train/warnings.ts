// What is said of a table before the training.
import type { TrainingData } from "../../../data/training.ts";
import type { Net } from "../../../runtime/index.ts";
import { elementNames, plainColumns } from "../table.ts";
import { collapsedColumns, tellingColumns } from "./columns.ts";
import type { Rival } from "./constant.ts";
import type { Split } from "./rows.ts";
import { unscaledInputs, unscaledTargets } from "./scale.ts";
import type { Warning } from "./warning.ts";

/** What a training begins with. */
interface Beginning {
  readonly read: TrainingData;
  readonly split: Split;
  readonly net: Net;
  readonly rival: Rival | undefined;
}

/** What is known before the first step. */
export function warningsBefore({ read, split: { training }, net: { manifest }, rival }: Beginning): Warning[] {
  const columns = elementNames(read.learned);
  return [
    ...unscaledInputs(manifest, columns, training),
    ...(rival ? unscaledTargets(rival, columns, training) : []),
    ...collapsedColumns(manifest, plainColumns(read.learned), read.numbersOf),
    ...tellingColumns(manifest, columns, training),
  ];
}
