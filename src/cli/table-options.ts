import type { MissingPolicy } from "../../data/missing.ts";

/** Options of the commands that read a table. */
export interface TableOptions {
  readonly data: string;
  readonly delimiter?: string;
  readonly decimal?: "." | ",";
  /** False after `--no-header`. */
  readonly header?: boolean;
  readonly input?: Readonly<Record<string, readonly string[]>>;
  readonly ignore?: readonly string[];
  readonly missing?: MissingPolicy;
}

/** Options of the command that learns from one. */
export interface TrainingTableOptions extends TableOptions {
  readonly target?: readonly string[];
  readonly oneHot?: readonly string[];
  readonly seed?: number;
  readonly resume?: boolean;
}
