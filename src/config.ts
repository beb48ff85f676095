/**
 * What `gradc.config.ts` exports as its default: a training as `gradc train` makes it where it is given no model. Each setting is the option of that
 * name; what the command line says wins. Paths are those beside the file.
 *
 * ```ts
 * import type { Config } from "gradc";
 *
 * export default { definition: "housing.model.ts", data: "boston-housing.csv", target: "medv", epochs: 200 } satisfies Config;
 * ```
 */
export interface Config {
  /** The definition or the compiled module. */
  readonly definition?: string;
  /** The rows: a table, arrays, a folder of pictures; several files of arrays by the names of their columns. */
  readonly data?: string | Readonly<Record<string, string>>;
  /** Named export of the definition; its default export unless stated. */
  readonly model?: string;
  readonly target?: string | readonly string[];
  /** Columns of inputs by name. */
  readonly input?: Readonly<Record<string, string | readonly string[]>>;
  readonly ignore?: string | readonly string[];
  readonly oneHot?: string | readonly string[];
  readonly missing?: "error" | "drop" | "mean" | "median";
  readonly delimiter?: string;
  readonly decimal?: "." | ",";
  /** Whether the first line of a table holds names; true unless stated. */
  readonly header?: boolean;
  readonly epochs?: number;
  readonly batch?: number;
  readonly optimizer?: string;
  readonly lr?: number;
  readonly weightDecay?: number;
  /** Largest norm of the gradients of a step. */
  readonly clip?: number;
  readonly seed?: number;
  /** The share of the rows to hold out. */
  readonly validation?: number;
  readonly metrics?: string | readonly string[];
  readonly freeze?: string | readonly string[];
  /** Codes of warnings to leave out. */
  readonly allow?: string | readonly string[];
  /** A module of JavaScript that changes the rows of arrays that are trained on, and the worker threads that run it. */
  readonly augment?: string;
  readonly workers?: number;
  /** Weights to start from. */
  readonly weights?: string;
  readonly checkpoint?: string;
  readonly resume?: boolean;
  /** The folder of the results. */
  readonly out?: string;
  readonly standalone?: boolean;
  readonly report?: string;
  readonly history?: string;
  readonly logdir?: string;
  readonly watch?: boolean;
  readonly quiet?: boolean;
}
