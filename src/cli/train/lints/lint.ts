import type { Assignment } from "../../../../data/assign.ts";
import type { TrainingData } from "../../../../data/training.ts";
import type { Manifest } from "../../../../runtime/index.ts";
import type { Rows } from "../../../constant/rows.ts";
import type { Lint } from "../../../lints/lint.ts";
import type { Rival } from "../constant.ts";
import type { SquaredTarget } from "../squared.ts";

/** What is known before the first step. */
export interface Beginning {
  readonly manifest: Manifest;
  readonly read: Pick<TrainingData, "warnings" | "counting" | "collapsed">;
  /** The rows that are trained on. */
  readonly rows: Rows;
  /** A name for each number that an input takes of a row. */
  readonly columns: Assignment;
  /** The columns of each input that hold numbers. */
  readonly plain: Assignment;
  readonly rival: Rival | undefined;
  readonly squared: readonly SquaredTarget[];
}

/** A look at a table before the training. */
export type TableLint = Lint<Beginning>;

/** Columns that a warning names. */
export const mostNamed = 3;
